"""Any sequence of requests, cancellations, pauses and adjustments of the limiter."""

import asyncio
from dataclasses import dataclass, field
import math

from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from custom_components.ring_partner.api.errors import RateLimitError
from custom_components.ring_partner.api.limiter import Priority, SlidingWindowLimiter

from .manual_event_loop import ManualEventLoop

MAX_USER_STREAK = 8


@dataclass(eq=False)
class LimitedRequest:
    """A request that waits for a grant."""

    priority: Priority
    max_pause: float
    task: asyncio.Task[None] = field(init=False)


class LimiterMachine(RuleBasedStateMachine):
    """Uses the limiter at any time, also at the moment of a grant."""

    @initialize(
        limit=st.integers(1, 4),
        window=st.sampled_from([1.0, 0.1, 1 / 3]),
        margin=st.sampled_from([0.0, 0.25, 0.1]),
        start=st.sampled_from([0.0, 0.1, 12345.678, 1.7e9]),
    )
    def begin(self, limit: int, window: float, margin: float, start: float) -> None:
        self.loop = ManualEventLoop(start)
        self.counted_time = window + margin
        self.limiter = SlidingWindowLimiter(limit, window, margin, clock=self.loop.time)
        self.configured = self.limit = limit
        self.streak = 0
        self.waiting: list[LimitedRequest] = []
        self.finished: list[asyncio.Task[None]] = []
        self.log: list[tuple[float, LimitedRequest]] = []
        self.paused_until = -math.inf
        self.slow_until = -math.inf

    def in_window(self, priority: Priority | None = None) -> int:
        now = self.loop.time()
        # Both comparisons must hold, as they round differently.
        return sum(
            (now - self.counted_time < when or now - when < self.counted_time)
            and (priority is None or request.priority is priority)
            for when, request in self.log
        )

    async def serve(self, request: LimitedRequest) -> None:
        try:
            await self.limiter.acquire(request.priority, max_pause=request.max_pause)
            self.granted(request)
        except RateLimitError as error:
            self.refused(request, error.retry_after)
        finally:
            self.waiting.remove(request)
            self.finished.append(request.task)

    def refused(self, request: LimitedRequest, retry_after: float | None) -> None:
        assert retry_after == self.paused_until - self.loop.time()
        assert retry_after > request.max_pause

    def granted(self, request: LimitedRequest) -> None:
        now = self.loop.time()
        self.log.append((now, request))
        assert now >= self.paused_until
        assert self.in_window() <= self.limit
        assert self.first(request.priority) is request
        if request.priority is Priority.BACKGROUND:
            assert self.first(Priority.USER) is None or self.streak >= MAX_USER_STREAK
            self.streak = 0
        elif self.first(Priority.BACKGROUND):
            assert self.streak < MAX_USER_STREAK or now < self.slow_until
            self.streak += 1
        else:
            self.streak = 0

    def first(self, priority: Priority) -> LimitedRequest | None:
        return next(
            (request for request in self.waiting if request.priority is priority), None
        )

    @rule(
        priority=st.sampled_from(Priority),
        count=st.sampled_from([1, 1, 2, 12]),
        max_pause=st.sampled_from([math.inf, math.inf, 0.5, 0.0]),
        stalled=st.sampled_from([0.0, 0.0, 0.4, 1.0]),
    )
    def send(
        self, priority: Priority, count: int, max_pause: float, stalled: float
    ) -> None:
        # Requests come before timers that are overdue.
        self.loop.stall(stalled * self.counted_time)
        for _ in range(count):
            request = LimitedRequest(priority, max_pause)
            self.waiting.append(request)
            request.task = self.loop.create_task(self.serve(request))
        self.loop.advance(0)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), when=st.sampled_from(["now", "between", "at the next timer"]))
    def cancel(self, data: st.DataObject, when: str) -> None:
        request = data.draw(st.sampled_from(self.waiting))
        cancel = request.task.cancel
        if when == "now":
            self.loop.call_soon(cancel)
            self.loop.settle()
            assert request not in self.waiting
        elif when == "between":
            self.loop.call_soon(self.loop.call_soon, cancel)
            self.wake()
        else:
            self.loop.call_at(self.loop.next_timer(), cancel)

    def wake(self) -> None:
        self.loop.run(lambda: self.limiter.adjust(limit=None, remaining=None))

    @rule(windows=st.sampled_from([0.1, 1 / 3, 0.5, 1.0, 2.5]))
    def time_passes(self, windows: float) -> None:
        self.loop.advance(windows * self.counted_time)

    @rule()
    def just_before_the_next_timer(self) -> None:
        self.loop.advance(math.nextafter(self.loop.next_timer(), 0) - self.loop.time())

    @rule(seconds=st.sampled_from([-1.0, 0.05, 0.5, 2.0]))
    def pause(self, seconds: float) -> None:
        until = self.loop.time() + seconds
        self.paused_until = max(until, self.paused_until)
        self.loop.run(lambda: self.limiter.pause_until(until))
        left = self.paused_until - self.loop.time()
        assert not any(request.max_pause < left for request in self.waiting)

    @rule(
        limit=st.none() | st.integers(-1, 5),
        remaining=st.none() | st.integers(-1, 5),
    )
    def adjust(self, limit: int | None, remaining: int | None) -> None:
        if limit is not None and limit > 0:
            self.limit = min(limit, self.configured)
        if remaining is not None and remaining >= 0:
            self.slow_until = self.loop.time() + self.counted_time
        self.loop.run(lambda: self.limiter.adjust(limit=limit, remaining=remaining))

    @invariant()
    def no_request_failed(self) -> None:
        assert not self.loop.errors
        while self.finished:
            task = self.finished.pop()
            assert task.cancelled() or task.result() is None

    @invariant()
    def no_request_waits_without_need(self) -> None:
        """Check that no request waits while it could get a grant."""
        now = self.loop.time()
        assert self.limiter.waiting == len(self.waiting)
        assert self.limiter.grants_in_window == self.in_window()
        if now < self.paused_until or self.in_window() >= self.limit:
            return
        assert self.first(Priority.USER) is None
        if self.first(Priority.BACKGROUND):
            assert now < self.slow_until
            # Even then, there is one background grant in every window.
            assert self.in_window(Priority.BACKGROUND) >= 1

    def teardown(self) -> None:
        """Wait until all requests have their grant, and check that nothing is left."""
        if not hasattr(self, "loop"):
            return
        self.loop.advance(2.0 + self.counted_time * (len(self.waiting) + 2))
        self.no_request_failed()
        assert not self.waiting
        assert self.limiter.waiting == 0
        assert self.loop.left_over() == 0


TestLimiterMachine = LimiterMachine.TestCase
TestLimiterMachine.settings = settings(stateful_step_count=10)
