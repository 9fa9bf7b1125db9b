"""Keeps a client ID within Ring's rate limit.

Ring counts the requests of all users of a client ID together
(Ring Partner API reference, 4), so all sessions of a client ID share one limiter.
"""

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress
from enum import IntEnum
import math
from typing import Final

from .clock import Clock, Sleep, monotonic
from .errors import RateLimitError

ARRIVAL_MARGIN: Final = 0.25
"""Seconds that a grant counts for beyond the window.

Ring counts a request when it arrives, the limiter when it is granted. Requests take
different times to arrive, so those granted over more than a second can arrive within
one. The limit holds as long as these times differ by no more than this margin.
"""

# Background requests that wait get one turn after so many user requests in a row.
_MAX_USER_STREAK = 8

# Background requests slow down when less than this part of the limit remains.
_LOW_REMAINING = 0.25

_CROWDED = 0.5
"""Share of the limit that other users of the client ID may use.

Requests come at random: with a mean of half the limit, no second has more than the
limit.
"""


class Priority(IntEnum):
    """Which requests go first."""

    USER = 0
    """Somebody waits for the result."""
    BACKGROUND = 1
    """Polling and other work that can wait."""


class _Waiter:
    """A call of `acquire` that waits for a grant."""

    def __init__(self, priority: Priority, max_pause: float) -> None:
        self.priority = priority
        self.max_pause = max_pause
        self._timeout: asyncio.Timeout | None = None

    async def wait(self, sleep: Sleep, seconds: float) -> None:
        """Wait until `wake` is called, but no longer than this time."""
        # `wake` lets the timeout expire. That ends a sleep without a second task and
        # can't be confused with a cancellation of the caller.
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as self._timeout:
                if seconds < math.inf:
                    await sleep(seconds)
                else:
                    await asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        """Make the waiter check again whether it is next."""
        if self._timeout is not None and not self._timeout.expired():
            self._timeout.reschedule(-math.inf)


class SlidingWindowLimiter:
    """Grants at most `limit` requests in any `window + margin` seconds.

    The limiter counts single grants and does not average them: for every moment t, at
    most `limit` grants lie in (t - window - margin, t]. If the requests' times to
    arrive differ by at most `margin`, at most `limit` of them arrive in any `window`.

    Ring's limit is 100 requests per second. With the defaults, the limiter grants up
    to 100 at once and 80 a second when it is used without a break (100 in 1.25 s).

    A grant takes constant time, and no timer runs while nothing waits.

    A waiting `acquire` takes its grant in the step in which it returns. A canceled
    caller therefore never uses up a grant, and a grant counts from the time at which
    the caller continues. Only the next caller sleeps until a grant is available; it
    then wakes the one after it.
    """

    def __init__(
        self,
        limit: int = 100,
        window: float = 1.0,
        margin: float = ARRIVAL_MARGIN,
        *,
        clock: Clock = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Initialize the limiter.

        Args:
            limit: Requests that Ring accepts in a window.
            window: Seconds over which Ring counts.
            margin: Seconds by which the requests' times to arrive differ at most.
            clock: Monotonic time in seconds.
            sleep: Waits for a number of seconds.

        Raises:
            ValueError: The limit or the window isn't positive, or the margin is
                negative.
        """
        if limit < 1 or not 0 < window < math.inf or not 0 <= margin < math.inf:
            raise ValueError("A limiter needs a positive limit and window")
        self._configured_limit = self._limit = limit
        self._counted_time = window + margin
        self._clock = clock
        self._sleep = sleep
        # When each grant stops counting, oldest first; the second holds background
        # grants only.
        self._expiries: deque[float] = deque()
        self._background_expiries: deque[float] = deque()
        self._background_limit = limit
        self._background_limit_until = -math.inf
        self._paused_until = -math.inf
        self._is_crowded = False
        self._user_streak = 0
        self._queues: dict[Priority, OrderedDict[_Waiter, None]] = {
            priority: OrderedDict() for priority in Priority
        }

    @property
    def limit(self) -> int:
        """Requests per window: the configured limit, or a lower one that Ring set."""
        return self._limit

    @property
    def grants_in_window(self) -> int:
        """Grants that count now: those of the last `window + margin` seconds."""
        self._drop_expired(self._clock())
        return len(self._expiries)

    @property
    def waiting(self) -> int:
        """Number of requests that wait for a grant."""
        return sum(map(len, self._queues.values()))

    @property
    def is_crowded(self) -> bool:
        """Whether others used over half of the limit at the time of the last response.

        Others are all that share the client ID, but not this limiter.
        """
        return self._is_crowded

    def set_crowded(self) -> None:
        """Take that others use the limit, until a response tells how much of it."""
        self._is_crowded = True

    @property
    def paused_for(self) -> float:
        """Seconds until the pause ends, 0 without a pause."""
        return max(0.0, self._paused_until - self._clock())

    async def acquire(
        self,
        priority: Priority = Priority.BACKGROUND,
        *,
        max_pause: float = math.inf,
    ) -> None:
        """Wait until a request may be sent.

        Requests of the same priority are granted in order. User requests go first,
        but at most eight of them in a row while background requests wait.

        Args:
            priority: Whether a user waits for the request.
            max_pause: The longest pause to wait for, in seconds.

        Raises:
            RateLimitError: The limiter is paused, or gets paused while this waits, for
                longer than `max_pause`. `retry_after` is the rest of the pause.
        """
        now = self._clock()
        if not any(self._queues.values()) and self._available_at(priority, now) <= now:
            self._grant(priority, now)
            return
        waiter = _Waiter(priority, max_pause)
        queue = self._queues[priority]
        queue[waiter] = None
        try:
            await self._wait_for_turn(waiter)
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
        # Each waiter compares the pause with its own `max_pause`.
        for queue in self._queues.values():
            for waiter in queue:
                waiter.wake()

    def adjust(self, *, limit: int | None, remaining: int | None) -> None:
        """Adjust to the rate limit in a response (Ring Partner API reference, 4).

        None and values that make no sense (a limit of 0, less than 0 remaining) are
        ignored.

        Args:
            limit: `X-RateLimit-Limit`. One below the configured limit applies until
                Ring sends another.
            remaining: `X-RateLimit-Remaining`. Below a quarter of the limit, background
                requests get a proportionally smaller share, but at least one grant per
                `window + margin`. Applies for `window + margin` seconds.
        """
        if limit is None and remaining is None:
            return
        if limit is not None and limit > 0:
            self._limit = min(limit, self._configured_limit)
        if remaining is not None and remaining >= 0:
            total = limit if limit is not None and limit > 0 else self._limit
            used_by_others = total - remaining - self.grants_in_window
            self._is_crowded = used_by_others > total * _CROWDED
            share = min(remaining, total) / total / _LOW_REMAINING
            self._background_limit = max(1, int(self._limit * share))
            self._background_limit_until = self._clock() + self._counted_time
        self._wake_next()

    async def _wait_for_turn(self, waiter: _Waiter) -> None:
        """Return when the waiter has got its grant."""
        while True:
            self._check_pause(waiter.max_pause)
            now = self._clock()
            available_at = self._available_at(waiter.priority, now)
            if self._next(now) is not waiter:
                # The next waiter can change just because time passes. It may not be
                # the one that sleeps, so wake it.
                self._wake_next()
                await waiter.wait(self._sleep, math.inf)
            elif available_at > now:
                await waiter.wait(self._sleep, available_at - now)
            else:
                self._grant(waiter.priority, now)
                return

    def _next(self, now: float) -> _Waiter | None:
        """Return the waiter that gets the next grant."""
        user = next(iter(self._queues[Priority.USER]), None)
        background = next(iter(self._queues[Priority.BACKGROUND]), None)
        if user is None or background is None:
            return user or background
        user_at = self._available_at(Priority.USER, now)
        if (
            self._user_streak >= _MAX_USER_STREAK
            and self._available_at(Priority.BACKGROUND, now) <= user_at
        ):
            return background
        return user

    def _wake_next(self) -> None:
        if (waiter := self._next(self._clock())) is not None:
            waiter.wake()

    def _grant(self, priority: Priority, now: float) -> None:
        expiry = self._expiry(now)
        self._expiries.append(expiry)
        if priority is Priority.BACKGROUND:
            self._background_expiries.append(expiry)
        overtakes = priority is Priority.USER and self._queues[Priority.BACKGROUND]
        self._user_streak = self._user_streak + 1 if overtakes else 0

    def _expiry(self, now: float) -> float:
        """Return the first moment at which a grant of now no longer counts.

        The plain sum can be rounded down to a moment at which it still counts.
        """
        end = now + self._counted_time
        while end - self._counted_time < now or end - now < self._counted_time:
            end = math.nextafter(end, math.inf)
        return end

    def _drop_expired(self, now: float) -> None:
        for expiries in (self._expiries, self._background_expiries):
            while expiries and expiries[0] <= now:
                expiries.popleft()

    def _available_at(self, priority: Priority, now: float) -> float:
        """Return when the next grant of this priority is possible."""
        self._drop_expired(now)
        available_at = self._paused_until
        surplus = len(self._expiries) - self._limit
        if surplus >= 0:
            available_at = max(available_at, self._expiries[surplus])
        if priority is Priority.BACKGROUND and now < self._background_limit_until:
            surplus = len(self._background_expiries) - self._background_limit
            if surplus >= 0:
                background_at = min(
                    self._background_expiries[surplus], self._background_limit_until
                )
                available_at = max(available_at, background_at)
        return available_at

    def _check_pause(self, max_pause: float) -> None:
        if (pause := self.paused_for) > max_pause:
            raise RateLimitError(
                "Ring asked for a pause in requests", retry_after=pause
            )
