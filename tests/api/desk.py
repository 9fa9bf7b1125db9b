"""Where requests ask a limiter for leave, in virtual time."""

import asyncio
import math

from custom_components.ring_partner.api.limiter import Priority, SlidingWindowLimiter

from .virtual_time import VirtualLoop

USER, BACKGROUND = Priority.USER, Priority.BACKGROUND


class Desk:
    """A limiter in virtual time, with a log of who was let in when."""

    def __init__(
        self, limit: int = 2, window: float = 1.0, start: float = 1000.0
    ) -> None:
        self.loop = VirtualLoop(start)
        self.limiter = SlidingWindowLimiter(limit, window, clock=self.loop.time)
        self.granted: list[tuple[str, float]] = []

    @property
    def names(self) -> str:
        return "".join(name for name, _ in self.granted)

    def ask(
        self,
        name: str,
        priority: Priority = BACKGROUND,
        max_pause: float = math.inf,
    ) -> asyncio.Task[None]:
        async def acquire() -> None:
            await self.limiter.acquire(priority, max_pause=max_pause)
            self.granted.append((name, self.loop.time()))

        return self.loop.spawn(acquire())

    def ask_all(self, names: str, priority: Priority = BACKGROUND) -> None:
        for name in names:
            self.ask(name, priority)

    def cancel(self, task: asyncio.Task[None]) -> None:
        self.loop.run(task.cancel)
        assert task.cancelled()

    def observe(self, limit: int | None = None, remaining: int | None = None) -> None:
        self.loop.run(lambda: self.limiter.observe(limit=limit, remaining=remaining))

    def pause(self, seconds: float) -> None:
        when = self.loop.time() + seconds
        self.loop.run(lambda: self.limiter.pause_until(when))

    def close(self) -> None:
        """Cancel whoever still waits; nothing may be left."""
        self.loop.cancel_all()
        assert self.limiter.waiting == 0
        assert self.loop.left_over() == 0
        assert not self.loop.errors
