"""An event loop's time that stands still, and jumps where others would wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

_GRACE = 0.002
"""Real seconds that the kernel gets to carry bytes from one socket to another."""


class JumpingTime:
    """The time of a running loop with real sockets.

    It moves only when nothing is left to do, and then to the next timer at once. So
    nothing really sleeps, and no time-out can strike because the machine is slow.
    Nothing under test may use threads: time would jump while they work.
    """

    def __init__(self, start: float) -> None:
        self._now = start

    def __call__(self) -> float:
        """Return the loop's time in seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds

    @contextmanager
    def installed(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Replace the time of a loop."""
        patched = cast(Any, loop)
        really_select = patched._selector.select

        def select(timeout: float | None = None) -> Any:
            if timeout is None or timeout <= 0:
                return really_select(timeout)
            if not (events := really_select(_GRACE)):
                self._now += timeout
            return events

        patched.time, patched._selector.select = self, select
        try:
            yield
        finally:
            del patched.time, patched._selector.select
