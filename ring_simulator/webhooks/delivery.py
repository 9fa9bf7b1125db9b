"""Delivery of an event to a Ring app."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DeliveryState(StrEnum):
    """State of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up: refused with 4xx, all retries failed, or the endpoint is disabled."""
    DROPPED = "dropped"
    """Lost without an attempt, because of the setting ``webhook_drop_share``."""


@dataclass(slots=True, eq=False)
class Delivery:
    """Delivery of one event to one Ring app.

    Attributes:
        number: Consecutive number.
        time: Epoch seconds at which the event was queued.
        event_type: Member ``type`` of the event.
        request_id: ``meta.request_id``, the same for every attempt.
        attempts: Number of requests sent, including duplicates.
        last_status: Status of the last response, or None if there was none.
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
        """Return the delivery as a JSON object."""
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
