"""A clock that skips the time in which an event loop with real sockets would wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

_SOCKET_WAIT = 0.002
"""Real seconds to wait for data on a socket before skipping to the next timer."""


class FastForwardClock:
    """The time of a running event loop, which skips to the next timer.

    The time only advances when the loop has nothing left to do. Sleeps and timeouts
    take no real time, and a slow machine causes no timeouts. The code under test must
    not use threads, because the time would advance while they run.
    """

    def __init__(self, start: float) -> None:
        self._now = start

    def __call__(self) -> float:
        """Return the time of the loop in seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Advance the time."""
        self._now += seconds

    @contextmanager
    def installed(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Replace the time of a loop."""
        patched = cast(Any, loop)
        real_select = patched._selector.select

        def select(timeout: float | None = None) -> Any:
            if timeout is None or timeout <= 0:
                return real_select(timeout)
            if not (events := real_select(_SOCKET_WAIT)):
                self._now += timeout
            return events

        patched.time, patched._selector.select = self, select
        try:
            yield
        finally:
            del patched.time, patched._selector.select
