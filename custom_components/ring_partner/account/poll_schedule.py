"""When the devices of an account are polled.

Many homes can share a client ID, and with it Ring's rate limit (Ring Partner API
reference, 4). Each of them polls less often while the others use much of the limit,
at times that differ between homes. A home with a client ID of its own is not affected.
"""

from datetime import timedelta
import random as random_module
from typing import Final

from ..api import RateLimitError, RingError
from ..api.clock import Random
from ..const import MAX_BACKOFF, POLL_INTERVAL

MAX_CROWDED_INTERVAL: Final = timedelta(minutes=90)
"""Longest interval because of other homes. With it, 80,000 homes poll 20 times a
second, and leave the rest of the limit to pictures and to the event history."""
_SLOWDOWN: Final = 6
"""Factor for the crowded interval with each poll that finds the limit much used."""
_RECOVERY: Final = 0.75
"""Factor for the crowded interval with each poll that finds the limit little used."""
_NOT_CROWDED: Final = timedelta()


class PollSchedule:
    """Decides how long to wait for the next poll.

    Attributes:
        base: the interval of a home that has the client ID for itself.
        crowded_interval: the longest time between two polls because of other homes,
            zero if they do not matter.
        failures: number of failed polls in a row.

    """

    def __init__(self, *, random: Random = random_module.random) -> None:
        self.base = POLL_INTERVAL
        self.crowded_interval = _NOT_CROWDED
        self.failures = 0
        self._random = random
        self._part = 1.0
        """The part of the crowded interval to wait, at random."""
        self._last_succeeded = False

    @property
    def max_interval(self) -> timedelta:
        """The longest time between two polls."""
        return max(self.base, self.crowded_interval)

    @property
    def interval(self) -> timedelta:
        """The time to wait after a successful poll."""
        return max(self.base, self._part * self.crowded_interval)

    def succeeded(self, *, is_crowded: bool) -> None:
        """Take a successful poll, and whether other homes use much of the limit."""
        self.failures = 0
        self._last_succeeded = True
        if is_crowded:
            self._slow_down()
            return
        self.crowded_interval *= _RECOVERY
        if self.crowded_interval <= self.base:
            self.crowded_interval = _NOT_CROWDED
        self._part = self._random_part()

    def failed(self, error: RingError, *, counts: bool, is_crowded: bool) -> timedelta:
        """Take a failed poll, and return the time to the next one.

        Args:
            error: why it failed.
            counts: whether the backoff increases.
            is_crowded: whether other homes use much of the limit.

        """
        self.failures += counts
        is_first, self._last_succeeded = self._last_succeeded, False
        requested = timedelta(seconds=error.retry_after or 0)
        if isinstance(error, RateLimitError) and requested:
            if is_crowded and error.status is not None:
                # Otherwise, no request was sent because of an earlier answer.
                self._slow_down()
            if is_first or not is_crowded:
                return requested
            # Homes that were refused at the same time must not return at the same time.
            return requested + self._random() * self.crowded_interval / 2
        # Always from the shorter interval, so that a failed poll is repeated soon also
        # while event delivery works.
        doubled: timedelta = POLL_INTERVAL * 2 ** min(max(self.failures - 1, 0), 16)
        delay = max(requested, min(doubled, MAX_BACKOFF))
        if self.failures > 1:
            # After an outage, homes must not return sooner than they poll otherwise.
            delay = max(delay, self._random_part() * self.crowded_interval)
        return delay

    def _slow_down(self) -> None:
        self.crowded_interval = min(
            max(self.base, _SLOWDOWN * self.crowded_interval), MAX_CROWDED_INTERVAL
        )
        self._part = self._random_part()

    def _random_part(self) -> float:
        return 0.5 + self._random() / 2
