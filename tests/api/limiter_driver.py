"""Drives a limiter in an event loop whose time only passes when a test says so."""

import asyncio
import math

from custom_components.ring_partner.api.limiter import Priority, SlidingWindowLimiter

from .manual_event_loop import ManualEventLoop

USER, BACKGROUND = Priority.USER, Priority.BACKGROUND


class LimiterDriver:
    """A limiter, and a record of its grants.

    Requests have names of one letter, so that `granted_names` shows their order.
    Without a margin, a grant counts for exactly one window.
    """

    def __init__(
        self,
        limit: int = 2,
        window: float = 1.0,
        margin: float = 0.0,
        start: float = 1000.0,
    ) -> None:
        self.loop = ManualEventLoop(start)
        self.limiter = SlidingWindowLimiter(limit, window, margin, clock=self.loop.time)
        self.grants: list[tuple[str, float]] = []

    @property
    def granted_names(self) -> str:
        return "".join(name for name, _ in self.grants)

    def request(
        self,
        name: str,
        priority: Priority = BACKGROUND,
        max_pause: float = math.inf,
    ) -> asyncio.Task[None]:
        """Request a grant in a new task."""

        async def acquire() -> None:
            await self.limiter.acquire(priority, max_pause=max_pause)
            self.grants.append((name, self.loop.time()))

        return self.loop.spawn(acquire())

    def request_all(self, names: str, priority: Priority = BACKGROUND) -> None:
        for name in names:
            self.request(name, priority)

    def cancel(self, task: asyncio.Task[None]) -> None:
        self.loop.run(task.cancel)
        assert task.cancelled()

    def adjust(self, limit: int | None = None, remaining: int | None = None) -> None:
        self.loop.run(lambda: self.limiter.adjust(limit=limit, remaining=remaining))

    def pause(self, seconds: float) -> None:
        when = self.loop.time() + seconds
        self.loop.run(lambda: self.limiter.pause_until(when))

    def close(self) -> None:
        """Cancel all waiting requests, and check that nothing is left."""
        self.loop.cancel_all()
        assert self.limiter.waiting == 0
        assert self.loop.left_over() == 0
        assert not self.loop.errors
