"""What became of a webhook."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DeliveryState(StrEnum):
    """Where a webhook is on its way."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Refused for good, repeated in vain, or the endpoint is disabled."""
    DROPPED = "dropped"
    """Lost on purpose, without an attempt."""


@dataclass(slots=True, eq=False)
class Delivery:
    """One event on its way to one app.

    Attributes:
        number: Counts all deliveries.
        time: Epoch seconds at which it was queued.
        event_type: Member ``type`` of the event.
        request_id: The same at every attempt.
        attempts: Posts so far, duplicates too.
        last_status: Status of the last answer, none if there was none.
    """

    number: int
    time: float
    client_id: str
    event_type: str
    event_id: str
    request_id: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    last_status: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "number": self.number,
            "time": self.time,
            "client_id": self.client_id,
            "event_type": self.event_type,
            "event_id": self.event_id,
            "request_id": self.request_id,
            "state": self.state,
            "attempts": self.attempts,
            "last_status": self.last_status,
        }
