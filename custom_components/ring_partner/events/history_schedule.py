"""When the event history of a camera is read."""

from collections.abc import Callable
from datetime import datetime, timedelta
import random as random_module
from typing import Final, NamedTuple

from ..api.clock import Random

READ_INTERVAL: Final = timedelta(minutes=1)
"""How often the history is read without event delivery."""
READ_INTERVAL_WITH_DELIVERY: Final = timedelta(hours=1)
_CROWDED_FACTOR: Final = 4
"""The history is read so much less often than devices are polled while other homes
use much of the limit: each camera is one request, and webhooks tell most of it."""


class _Wait(NamedTuple):
    """A camera that waits to be read.

    Attributes:
        since: from when on.
        part: the part of the crowded interval to wait, at random.
        was_read: whether it was read at that time.

    """

    since: datetime
    part: float
    was_read: bool


class HistorySchedule:
    """Decides which cameras are read."""

    def __init__(
        self,
        crowded_interval: Callable[[], timedelta],
        *,
        random: Random = random_module.random,
    ) -> None:
        """Set up a schedule in which all cameras are due.

        Args:
            crowded_interval: returns that of the polls (`PollSchedule`).
            random: returns a number from 0 up to, but not including, 1.

        """
        self._crowded_interval = crowded_interval
        self._random = random
        self._waits: dict[str, _Wait] = {}

    def set_read(self, device_id: str, now: datetime) -> None:
        """Take that a camera was read."""
        self._waits[device_id] = _Wait(now, 0.5 + self._random() / 2, was_read=True)

    def forget_device(self, device_id: str) -> None:
        """Forget a camera that was removed."""
        self._waits.pop(device_id, None)

    def read_all(self) -> None:
        """Make all cameras due."""
        self._waits.clear()

    def is_due(self, device_id: str, now: datetime, *, is_reliable: bool) -> bool:
        """Return whether a camera is to be read.

        Args:
            device_id: the camera.
            now: the current time.
            is_reliable: whether the webhooks of the camera arrive.

        """
        return self.time_left(device_id, now, is_reliable=is_reliable) <= timedelta()

    def time_left(
        self, device_id: str, now: datetime, *, is_reliable: bool
    ) -> timedelta:
        """Return the time until a camera is due, zero or less if it is."""
        if device_id not in self._waits:
            # After an outage, homes would read all their cameras at the same time.
            self._waits[device_id] = _Wait(now, self._random(), was_read=False)
        wait = self._waits[device_id]
        interval = timedelta()
        if wait.was_read and is_reliable:
            interval = READ_INTERVAL_WITH_DELIVERY
        crowded = wait.part * _CROWDED_FACTOR * self._crowded_interval()
        # The time is ahead if the clock was set back.
        return max(interval, crowded) - abs(now - wait.since)
