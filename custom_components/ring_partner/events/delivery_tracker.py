"""Counts webhooks that came and events for which none came.

Without webhooks, it is open whether anything happened. An event that is in the history
and for which no webhook came is a missed event. If all events are missed, delivery does
not work; if only those of one camera are, they are turned off in the Ring app.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final

import voluptuous as vol

MAX_MISSED: Final = 2
"""Missed events in a row after which delivery counts as broken."""
MAX_NOT_SENT: Final = 3
"""Missed events of one camera, while others are delivered."""
MAX_WRONG_SIGNATURES: Final = 3
"""Webhooks in a row with a wrong signature."""

type EventTopic = tuple[str, str]
"""A device ID and a type of event: each can be turned on and off in the Ring app."""

DELIVERY_SCHEMA: Final = {
    vol.Optional("delivered", default=[]): [vol.ExactSequence([str, str])],
    vol.Optional("missed_in_a_row", default=0): vol.All(int, vol.Range(min=0)),
}


class DeliveryTracker:
    """The event delivery of one account.

    Attributes:
        last_delivery: when the last webhook came.
        missed_events: the number of events for which no webhook came.
        wrong_signatures: the number of webhooks that were signed with another key.

    """

    def __init__(self) -> None:
        """Set up a tracker without any delivery."""
        self.last_delivery: datetime | None = None
        self.missed_events = 0
        self.wrong_signatures = 0
        self._delivered: set[EventTopic] = set()
        """Topics for which a webhook has come before."""
        self._last_delivery_of: dict[EventTopic, datetime] = {}
        self._missed_of: dict[EventTopic, int] = {}
        self._missed_in_a_row = 0
        self._wrong_signatures_in_a_row = 0

    def load(self, stored: dict[str, Any]) -> None:
        """Load what `as_dict` has returned and `DELIVERY_SCHEMA` has checked."""
        self._delivered = {(device_id, kind) for device_id, kind in stored["delivered"]}
        self._missed_in_a_row = stored["missed_in_a_row"]

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "delivered": sorted(self._delivered),
            "missed_in_a_row": self._missed_in_a_row,
        }

    def add_delivery(self, topic: EventTopic | None, now: datetime) -> None:
        """Count a signed webhook, whatever it is about."""
        self.last_delivery = now
        self._missed_in_a_row = self._wrong_signatures_in_a_row = 0
        if topic is not None:
            self._delivered.add(topic)
            self._last_delivery_of[topic] = now
            self._missed_of.pop(topic, None)
        if self._missed_of:
            # Delivery works, but not for these topics.
            self._delivered.difference_update(self._topics_not_sent())

    def add_missed(self, topic: EventTopic, at: datetime) -> None:
        """Count an event for which no webhook came."""
        self.missed_events += 1
        if topic not in self._last_delivery_of or at > self._last_delivery_of[topic]:
            self._missed_of[topic] = self._missed_of.get(topic, 0) + 1
        expected = topic in self._delivered or not self._delivered
        if expected and (self.last_delivery is None or at > self.last_delivery):
            self._missed_in_a_row += 1

    def add_wrong_signature(self) -> None:
        """Count a webhook with a wrong signature."""
        self.wrong_signatures += 1
        self._wrong_signatures_in_a_row += 1

    def forget_device(self, device_id: str) -> None:
        """Forget a device that was removed."""
        for topic in [t for t in self._missed_of if t[0] == device_id]:
            del self._missed_of[topic]
        self._delivered = {t for t in self._delivered if t[0] != device_id}

    @property
    def is_broken(self) -> bool:
        """No events are delivered any more."""
        return self._missed_in_a_row >= MAX_MISSED

    @property
    def has_wrong_key(self) -> bool:
        """Ring signs webhooks with another key."""
        return self._wrong_signatures_in_a_row >= MAX_WRONG_SIGNATURES

    @property
    def may_be_broken(self) -> bool:
        """An event was missed, and none has been delivered since."""
        return self._missed_in_a_row > 0

    @property
    def is_reliable(self) -> bool:
        """Webhooks have come, and nothing says that they no longer do."""
        return (
            self.last_delivery is not None
            and not self.has_wrong_key
            and not self.may_be_broken
        )

    def is_reliable_for(self, device_id: str) -> bool:
        """Return whether the same is true for a device."""
        return self.is_reliable and device_id not in self.devices_with_missed_events

    @property
    def devices_with_missed_events(self) -> AbstractSet[str]:
        """The devices of which an event was missed since their last delivery."""
        return {device_id for device_id, _ in self._missed_of}

    @property
    def devices_not_sent(self) -> AbstractSet[str]:
        """The devices of which Ring does not send all events, while delivery works."""
        if not self._delivered:
            return set()
        return {
            topic[0]
            for topic in self._topics_not_sent()
            if topic not in self._delivered
        }

    def _topics_not_sent(self) -> list[EventTopic]:
        return [t for t, count in self._missed_of.items() if count >= MAX_NOT_SENT]
