"""The clock and the sleep that everything with a sense of time is given."""

from collections.abc import Awaitable, Callable
import time

type Clock = Callable[[], float]
"""Seconds, counted from anywhere (`monotonic`) or from 1970 (`epoch`)."""

type Sleep = Callable[[float], Awaitable[object]]
"""Waits for so many seconds; can be cancelled."""

type Random = Callable[[], float]
"""A number from 0 up to, but not including, 1."""


def monotonic() -> float:
    """Return `time.monotonic()` in seconds.

    The function is looked up at every call, where `time.monotonic` as a default
    argument would be bound for ever: a clock frozen later is seen too.
    """
    return time.monotonic()


def epoch() -> float:
    """Return `time.time()` in seconds, looked up at every call like `monotonic`."""
    return time.time()
