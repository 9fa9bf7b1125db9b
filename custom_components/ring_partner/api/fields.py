"""Readers for the members of Ring's JSON.

They return None or an empty value for a member of the wrong type, so that one wrong
member doesn't make the whole device unusable.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
import math
from typing import Any

type Json = Mapping[str, Any]

_EMPTY: Json = {}

_SWITCH = {"on": True, "true": True, "off": False, "false": False}

# Years outside this range can't be converted to every time zone.
_MIN_YEAR = 2000
_MAX_YEAR = 9000


def mapping(value: object) -> Json:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, dict) else _EMPTY


def member(value: object, name: str) -> Any:
    """Return a member of a JSON object; None if it has none, or isn't an object."""
    return value.get(name) if isinstance(value, dict) else None


def mappings(value: object) -> list[Json]:
    """Return the JSON objects of a list."""
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]


def text(value: object) -> str | None:
    """Return a string that isn't empty."""
    return value if isinstance(value, str) and value else None


def texts(value: object) -> tuple[str, ...]:
    """Return the strings of a list."""
    if not isinstance(value, list):
        return ()
    return tuple([item for item in value if isinstance(item, str)])


def number(value: object) -> float | None:
    """Return a finite number, plain or wrapped as `{"value": …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    # Not isinstance, as a boolean is an int.
    if type(value) is not int and type(value) is not float:
        return None
    return value if math.isfinite(value) else None


def integer(value: object) -> int | None:
    """Return an integer."""
    found = number(value)
    return None if found is None else int(found)


def switch(value: object) -> bool | None:
    """Return a boolean, or the boolean that "on" or "off" means (reference, 2.5)."""
    if isinstance(value, bool):
        return value
    return _SWITCH.get(value.lower()) if isinstance(value, str) else None


def boolean(value: object) -> bool | None:
    """Return a JSON boolean."""
    return value if isinstance(value, bool) else None


def timestamp(value: object) -> datetime | None:
    """Return an ISO 8601 time, in UTC if it has no time zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value[:64])
        return _plausible(
            (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        )
    except ValueError, OverflowError:
        return None


def timestamp_ms(value: object) -> datetime | None:
    """Return a time in milliseconds since 1970."""
    milliseconds = number(value)
    if milliseconds is None:
        return None
    try:
        return _plausible(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except ValueError, OverflowError, OSError:
        return None


def _plausible(moment: datetime) -> datetime | None:
    """Return a time in a plausible year."""
    return moment if _MIN_YEAR <= moment.year <= _MAX_YEAR else None
