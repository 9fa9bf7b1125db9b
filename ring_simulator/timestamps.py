"""Ring's way to write a time."""

from datetime import UTC, datetime

NEVER = "1970-01-01T00:00:00Z"
"""What Ring reports for a device that has never reported."""


def iso(seconds: float, *, milliseconds: bool = False) -> str:
    """Return epoch seconds as ISO 8601 in UTC, ending in ``Z``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    timespec = "milliseconds" if milliseconds else "seconds"
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")


def iso_nanoseconds(seconds: float) -> str:
    """Return epoch seconds as ISO 8601 in UTC with nine digits, as webhooks have it."""
    whole = int(seconds)
    fraction = int((seconds - whole) * 1_000_000_000)
    return f"{iso(whole).removesuffix('Z')}.{fraction:09d}Z"
