"""Timestamps in the formats of Ring's API."""

from datetime import UTC, datetime
from math import floor

NEVER_REPORTED = "1970-01-01T00:00:00Z"
"""``reported_at`` of a device that has never reported (API reference, 2.3)."""


def iso(seconds: float, *, milliseconds: bool = False) -> str:
    """Return epoch seconds as ISO 8601 in UTC, ending in ``Z``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    timespec = "milliseconds" if milliseconds else "seconds"
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")


def iso_nanoseconds(seconds: float) -> str:
    """Return epoch seconds as ISO 8601 in UTC with nine decimals, as in webhooks."""
    whole = int(seconds)
    fraction = int((seconds - whole) * 1_000_000_000)
    return f"{iso(whole).removesuffix('Z')}.{fraction:09d}Z"


def epoch_milliseconds(seconds: float) -> int:
    """Return epoch seconds as epoch milliseconds, rounded down as in ``iso``."""
    # without the inner rounding, the inexact product could lose a millisecond
    return floor(round(seconds * 1000, 3))
