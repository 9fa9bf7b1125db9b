"""Clocks, sleep and randomness, which tests replace."""

from collections.abc import Awaitable, Callable
import time

type Clock = Callable[[], float]
"""Returns seconds: monotonic ones (`monotonic`) or those since 1970 (`unix_time`)."""

type Sleep = Callable[[float], Awaitable[object]]
"""Waits for a number of seconds; can be canceled."""

type Random = Callable[[], float]
"""Returns a number from 0 up to, but not including, 1."""


def monotonic() -> float:
    """Return `time.monotonic()` in seconds.

    `time.monotonic` itself as a default argument is bound at import. This looks it up
    at every call, so that a clock that tests freeze later applies as well.
    """
    return time.monotonic()


def unix_time() -> float:
    """Return `time.time()` in seconds, looked up at every call like `monotonic`."""
    return time.time()
