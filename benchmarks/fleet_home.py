"""A simulated home that shares a client ID with others."""

from dataclasses import dataclass, field
from typing import Final

from custom_components.ring_partner.account.poll_schedule import PollSchedule
from custom_components.ring_partner.api import (
    CircuitBreaker,
    Priority,
    SlidingWindowLimiter,
)
from custom_components.ring_partner.events.delivery_tracker import DeliveryTracker
from custom_components.ring_partner.events.history_schedule import HistorySchedule

CAMERAS: Final = ("front door", "garden")


class HomeLimiter(SlidingWindowLimiter):
    """Tells how long to wait, as the simulation has no event loop to wait in."""

    @property
    def wait(self) -> float:
        """Seconds until a background request may be sent."""
        now = self._clock()
        return max(0.0, self._available_at(Priority.BACKGROUND, now) - now)


@dataclass(slots=True, eq=False)
class Home:
    """A household with two cameras and a third device.

    Attributes:
        has_delivery: whether Ring's webhooks reach it.
        token_expires: when its access token expires.
        recovered: when a poll first succeeded since this was set to None.
        since: from when on webhooks could be sent and received.
        missed: events of each camera for which no webhook came.
        poll: the number of the next poll; earlier ones are canceled.
        history_check: when the history is checked next.

    """

    has_delivery: bool
    token_expires: float
    limiter: HomeLimiter = field(init=False)
    breaker: CircuitBreaker = field(init=False)
    polls: PollSchedule = field(init=False)
    history: HistorySchedule = field(init=False)
    tracker: DeliveryTracker = field(default_factory=DeliveryTracker)
    recovered: float | None = None
    since: float = 0.0
    missed: dict[str, list[float]] = field(
        default_factory=lambda: {camera: [] for camera in CAMERAS}
    )
    poll: int = 0
    history_check: float = 0.0
