"""Tolerant readers for the members of Ring's JSON.

Each returns None for anything that is not what it says, because one odd member
must never cost the device it belongs to.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
import math
from typing import Any

type Json = Mapping[str, Any]

_EMPTY: Json = {}

# Others can't be shown everywhere, such as in a zone behind UTC.
_FIRST_YEAR = 2000
_LAST_YEAR = 9000


def mapping(value: object) -> Json:
    """Return an object's members, or none of them."""
    return value if isinstance(value, dict) else _EMPTY


def mappings(value: object) -> Iterator[Json]:
    """Return the objects of a list, leaving out whatever else is in it."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: object) -> str | None:
    """Return a string that says something."""
    return value if isinstance(value, str) and value else None


def texts(value: object) -> tuple[str, ...]:
    """Return the strings of a list."""
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def number(value: object) -> float | None:
    """Return a finite number, bare or wrapped as `{"value": …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def integer(value: object) -> int | None:
    """Return a whole number."""
    found = number(value)
    return None if found is None else int(found)


def switch(value: object) -> bool | None:
    """Return true for true and "on", false for false and "off" (reference, 2.5)."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"on": True, "true": True, "off": False, "false": False}.get(
            value.lower()
        )
    return None


def boolean(value: object) -> bool | None:
    """Return a JSON boolean."""
    return value if isinstance(value, bool) else None


def timestamp(value: object) -> datetime | None:
    """Return an ISO 8601 time with up to nanoseconds; no zone means UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value[:64])
        return _credible(
            (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        )
    except ValueError, OverflowError:
        return None


def timestamp_ms(value: object) -> datetime | None:
    """Return a time given in epoch milliseconds."""
    milliseconds = number(value)
    if milliseconds is None:
        return None
    try:
        return _credible(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except ValueError, OverflowError, OSError:
        return None


def _credible(moment: datetime) -> datetime | None:
    """Return a time in which there could be a message from Ring."""
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
