"""Keeps a client id within Ring's requests per second.

Ring counts the requests of all users of a client id together
(Ring Partner API reference, 4), so one limiter serves them all.
"""

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress
from enum import IntEnum
import math

from .errors import RateLimitError
from .timing import Clock, Sleep, monotonic

# After so many user requests in a row, a background request that waits is let in.
_USER_STREAK = 8

# Background work slows down once less than this part of the limit remains.
_LOW = 0.25


class Priority(IntEnum):
    """Who goes first."""

    USER = 0
    """Somebody is looking at the screen."""
    BACKGROUND = 1
    """Polling and whatever else can wait."""


class _Waiter:
    """One `acquire` that could not be served at once."""

    def __init__(self, priority: Priority, max_pause: float) -> None:
        self.priority = priority
        self.max_pause = max_pause
        self._nap: asyncio.Timeout | None = None

    async def nap(self, sleep: Sleep, seconds: float) -> None:
        """Wait to be woken, for at most so many seconds."""
        # A timeout that `wake` brings about is the one way to cut a sleep short
        # that needs no second task and can't be taken for a real cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as self._nap:
                if seconds < math.inf:
                    await sleep(seconds)
                else:
                    await asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        """Make the waiter look again whether it is its turn."""
        if self._nap is not None and not self._nap.expired():
            self._nap.reschedule(-math.inf)


class SlidingWindowLimiter:
    """At most `limit` grants in any window of `window` seconds.

    Grants are counted one by one, not averaged: for every moment t, no more than
    `limit` of them lie in (t - window, t]. A grant costs constant time, and nothing
    runs while nobody waits.

    Whoever waits takes the slot itself, in the step in which `acquire` returns. So a
    slot is never handed to somebody who has just been cancelled, and the time that is
    counted is the time at which the caller goes on. Of all who wait only the next in
    turn sleeps until a slot is free; the others wait to be woken.
    """

    def __init__(
        self,
        limit: int = 100,
        window: float = 1.0,
        *,
        clock: Clock = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Make a limiter for `limit` grants in `window` seconds.

        Raises:
            ValueError: The limit or the window isn't positive.
        """
        if limit < 1 or not 0 < window < math.inf:
            raise ValueError("A limiter needs a positive limit and window")
        self._configured = self._limit = limit
        self._window = window
        self._clock = clock
        self._sleep = sleep
        # When each grant leaves the window, oldest first; the second holds those of
        # background work alone.
        self._leaving: deque[float] = deque()
        self._background_leaving: deque[float] = deque()
        self._background_share = limit
        self._share_until = -math.inf
        self._paused_until = -math.inf
        self._user_streak = 0
        self._queues: dict[Priority, OrderedDict[_Waiter, None]] = {
            priority: OrderedDict() for priority in Priority
        }

    @property
    def limit(self) -> int:
        """Grants in a window at present: the configured ones, or fewer."""
        return self._limit

    @property
    def grants_in_window(self) -> int:
        """Grants in the window that ends now."""
        self._forget_old(self._clock())
        return len(self._leaving)

    @property
    def waiting(self) -> int:
        """How many wait for a grant."""
        return sum(map(len, self._queues.values()))

    @property
    def paused_for(self) -> float:
        """Seconds until the pause ends, 0 without one."""
        return max(0.0, self._paused_until - self._clock())

    async def acquire(
        self,
        priority: Priority = Priority.BACKGROUND,
        *,
        max_pause: float = math.inf,
    ) -> None:
        """Wait for leave to send one request.

        First come, first served within a priority; users go before background work,
        but never more than eight of them while some of it waits.

        Args:
            priority: On whose behalf the request is sent.
            max_pause: The longest pause, in seconds, that is worth waiting for.

        Raises:
            RateLimitError: The limiter is paused for longer than `max_pause`, now or
                by the time the pause begins. `retry_after` says for how long.
        """
        now = self._clock()
        if not self.waiting and self._ready_at(priority, now) <= now:
            self._take(priority, now)
            return
        waiter = _Waiter(priority, max_pause)
        queue = self._queues[priority]
        queue[waiter] = None
        try:
            await self._wait_in_turn(waiter)
        finally:
            del queue[waiter]
            self._wake_next()

    def pause_until(self, when: float) -> None:
        """Grant nothing before `when`, in seconds on the limiter's clock.

        A pause that ends later stays as it is.
        """
        if not when > self._paused_until:
            return
        self._paused_until = when
        # Everybody decides for themselves whether that is too long.
        for queue in self._queues.values():
            for waiter in queue:
                waiter.wake()

    def observe(self, *, limit: int | None, remaining: int | None) -> None:
        """Take in what Ring says of its limit (Ring Partner API reference, 4).

        Args:
            limit: `X-RateLimit-Limit`. A smaller one than configured holds until Ring
                names another.
            remaining: `X-RateLimit-Remaining`. Background work gets the full limit
                while a quarter of it remains, then proportionally less, never less
                than one grant in a window. Holds for one window.

        None and numbers that make no sense (a limit of 0, less than 0 remaining) are
        ignored.
        """
        if limit is not None and limit > 0:
            self._limit = min(limit, self._configured)
        if remaining is not None and remaining >= 0:
            total = limit if limit is not None and limit > 0 else self._limit
            share = min(remaining, total) / total / _LOW
            self._background_share = max(1, int(self._limit * share))
            self._share_until = self._clock() + self._window
        self._wake_next()

    async def _wait_in_turn(self, waiter: _Waiter) -> None:
        """Return once the waiter has taken its slot."""
        while True:
            self._refuse_long_pause(waiter.max_pause)
            now = self._clock()
            ready_at = self._ready_at(waiter.priority, now)
            if self._next(now) is not waiter:
                # Who is next can change by the passing of time alone, which nobody
                # who doesn't sleep can notice.
                self._wake_next()
                await waiter.nap(self._sleep, math.inf)
            elif ready_at > now:
                await waiter.nap(self._sleep, ready_at - now)
            else:
                self._take(waiter.priority, now)
                return

    def _next(self, now: float) -> _Waiter | None:
        """Return whose turn it is when the next slot is free."""
        user = next(iter(self._queues[Priority.USER]), None)
        background = next(iter(self._queues[Priority.BACKGROUND]), None)
        if user is None or background is None:
            return user or background
        slot_at = self._ready_at(Priority.USER, now)
        if (
            self._user_streak >= _USER_STREAK
            and self._ready_at(Priority.BACKGROUND, now) <= slot_at
        ):
            return background
        return user

    def _wake_next(self) -> None:
        if (waiter := self._next(self._clock())) is not None:
            waiter.wake()

    def _take(self, priority: Priority, now: float) -> None:
        leaves_at = self._leaves_at(now)
        self._leaving.append(leaves_at)
        if priority is Priority.BACKGROUND:
            self._background_leaving.append(leaves_at)
        overtakes = priority is Priority.USER and self._queues[Priority.BACKGROUND]
        self._user_streak = self._user_streak + 1 if overtakes else 0

    def _leaves_at(self, now: float) -> float:
        """Return when a grant of now has left the window, to the last bit.

        The sum alone may be rounded down to a moment whose window still holds it.
        """
        end = now + self._window
        while end - self._window < now or end - now < self._window:
            end = math.nextafter(end, math.inf)
        return end

    def _forget_old(self, now: float) -> None:
        for leaving in (self._leaving, self._background_leaving):
            while leaving and leaving[0] <= now:
                leaving.popleft()

    def _ready_at(self, priority: Priority, now: float) -> float:
        """Return when the next grant of this priority is possible."""
        self._forget_old(now)
        ready_at = self._paused_until
        surplus = len(self._leaving) - self._limit
        if surplus >= 0:
            ready_at = max(ready_at, self._leaving[surplus])
        if priority is Priority.BACKGROUND and now < self._share_until:
            surplus = len(self._background_leaving) - self._background_share
            if surplus >= 0:
                share_at = min(self._background_leaving[surplus], self._share_until)
                ready_at = max(ready_at, share_at)
        return ready_at

    def _refuse_long_pause(self, max_pause: float) -> None:
        if (pause := self.paused_for) > max_pause:
            raise RateLimitError(
                "Ring has asked for a pause in requests", retry_after=pause
            )
