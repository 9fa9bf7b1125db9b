"""The limiter under any mixture of use, against a slow model of its promises."""

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

from .virtual_time import VirtualLoop

STREAK = 8


@dataclass(eq=False)
class Customer:
    """One who asks the limiter for a grant."""

    priority: Priority
    max_pause: float
    task: asyncio.Task[None] = field(init=False)


class LimiterMachine(RuleBasedStateMachine):
    """Asks, cancels, pauses and reports at any time, the awkward moments included."""

    @initialize(
        limit=st.integers(1, 4),
        window=st.sampled_from([1.0, 0.1, 1 / 3]),
        start=st.sampled_from([0.0, 0.1, 12345.678, 1.7e9]),
    )
    def begin(self, limit: int, window: float, start: float) -> None:
        self.loop = VirtualLoop(start)
        self.window = window
        self.limiter = SlidingWindowLimiter(limit, window, clock=self.loop.time)
        self.configured = self.limit = limit
        self.streak = 0
        self.waiting: list[Customer] = []
        self.finished: list[asyncio.Task[None]] = []
        self.log: list[tuple[float, Customer]] = []
        self.paused_until = -math.inf
        self.slow_until = -math.inf

    def in_window(self, priority: Priority | None = None) -> int:
        now = self.loop.time()
        # Either way to reckon must hold, as their rounding differs.
        return sum(
            (now - self.window < when or now - when < self.window)
            and (priority is None or customer.priority is priority)
            for when, customer in self.log
        )

    async def serve(self, customer: Customer) -> None:
        try:
            await self.limiter.acquire(customer.priority, max_pause=customer.max_pause)
            self.granted(customer)
        except RateLimitError as error:
            self.refused(customer, error.retry_after)
        finally:
            self.waiting.remove(customer)
            self.finished.append(customer.task)

    def refused(self, customer: Customer, retry_after: float | None) -> None:
        assert retry_after == self.paused_until - self.loop.time()
        assert retry_after > customer.max_pause

    def granted(self, customer: Customer) -> None:
        now = self.loop.time()
        self.log.append((now, customer))
        assert now >= self.paused_until
        assert self.in_window() <= self.limit
        assert self.first(customer.priority) is customer
        if customer.priority is Priority.BACKGROUND:
            assert self.first(Priority.USER) is None or self.streak >= STREAK
            self.streak = 0
        elif self.first(Priority.BACKGROUND):
            assert self.streak < STREAK or now < self.slow_until
            self.streak += 1
        else:
            self.streak = 0

    def first(self, priority: Priority) -> Customer | None:
        return next((one for one in self.waiting if one.priority is priority), None)

    @rule(
        priority=st.sampled_from(Priority),
        count=st.sampled_from([1, 1, 2, 12]),
        max_pause=st.sampled_from([math.inf, math.inf, 0.5, 0.0]),
        stalled=st.sampled_from([0.0, 0.0, 0.4, 1.0]),
    )
    def ask(
        self, priority: Priority, count: int, max_pause: float, stalled: float
    ) -> None:
        # Timers that are overdue come after those who ask.
        self.loop.stall(stalled * self.window)
        for _ in range(count):
            customer = Customer(priority, max_pause)
            self.waiting.append(customer)
            customer.task = self.loop.create_task(self.serve(customer))
        self.loop.advance(0)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), when=st.sampled_from(["now", "between", "at the next timer"]))
    def cancel(self, data: st.DataObject, when: str) -> None:
        customer = data.draw(st.sampled_from(self.waiting))
        cancel = customer.task.cancel
        if when == "now":
            self.loop.call_soon(cancel)
            self.loop.settle()
            assert customer not in self.waiting
        elif when == "between":
            self.loop.call_soon(self.loop.call_soon, cancel)
            self.wake()
        else:
            self.loop.call_at(self.loop.next_timer(), cancel)

    def wake(self) -> None:
        self.loop.run(lambda: self.limiter.observe(limit=None, remaining=None))

    @rule(windows=st.sampled_from([0.1, 1 / 3, 0.5, 1.0, 2.5]))
    def time_passes(self, windows: float) -> None:
        self.loop.advance(windows * self.window)

    @rule()
    def just_before_the_next_timer(self) -> None:
        self.loop.advance(math.nextafter(self.loop.next_timer(), 0) - self.loop.time())

    @rule(seconds=st.sampled_from([-1.0, 0.05, 0.5, 2.0]))
    def pause(self, seconds: float) -> None:
        until = self.loop.time() + seconds
        self.paused_until = max(until, self.paused_until)
        self.loop.run(lambda: self.limiter.pause_until(until))
        left = self.paused_until - self.loop.time()
        assert not any(customer.max_pause < left for customer in self.waiting)

    @rule(
        limit=st.none() | st.integers(-1, 5),
        remaining=st.none() | st.integers(-1, 5),
    )
    def observe(self, limit: int | None, remaining: int | None) -> None:
        if limit is not None and limit > 0:
            self.limit = min(limit, self.configured)
        if remaining is not None and remaining >= 0:
            self.slow_until = self.loop.time() + self.window
        self.loop.run(lambda: self.limiter.observe(limit=limit, remaining=remaining))

    @invariant()
    def every_grant_was_right(self) -> None:
        assert not self.loop.errors
        while self.finished:
            task = self.finished.pop()
            assert task.cancelled() or task.result() is None

    @invariant()
    def nobody_waits_without_need(self) -> None:
        """A free slot is never left to those who could have it."""
        now = self.loop.time()
        assert self.limiter.waiting == len(self.waiting)
        assert self.limiter.grants_in_window == self.in_window()
        if now < self.paused_until or self.in_window() >= self.limit:
            return
        assert self.first(Priority.USER) is None
        if self.first(Priority.BACKGROUND):
            assert now < self.slow_until
            # Even then there is one in every window.
            assert self.in_window(Priority.BACKGROUND) >= 1

    def teardown(self) -> None:
        """Give everybody time: all get their grant, and nothing is left behind."""
        if not hasattr(self, "loop"):
            return
        self.loop.advance(2.0 + self.window * (len(self.waiting) + 2))
        self.every_grant_was_right()
        assert not self.waiting
        assert self.limiter.waiting == 0
        assert self.loop.left_over() == 0


TestLimiterMachine = LimiterMachine.TestCase
TestLimiterMachine.settings = settings(stateful_step_count=10)
