"""What deliveries that came, and events that none told of, say about each other.

Silence proves nothing: it may be a quiet day. What the history knows and no webhook
told does. If nothing is delivered, the way from Ring to here is broken; if only the
events of one camera are not, Ring was told not to send them.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final

import voluptuous as vol

MISSED_TOO_MANY: Final = 2
"""Events in a row that the history told and no webhook."""
UNSENT_TOO_MANY: Final = 3
"""The same of one camera, while others are delivered."""
WRONG_TOO_MANY: Final = 3
"""Deliveries in a row with a wrong signature."""

type Subject = tuple[str, str]
"""A device and a type of event: Ring can be told to send one and not another."""


STORED_DELIVERIES: Final = {
    vol.Optional("known", default=[]): [vol.ExactSequence([str, str])],
    vol.Optional("missed_in_a_row", default=0): vol.All(int, vol.Range(min=0)),
}


class Deliveries:
    """The deliveries to one account.

    Attributes:
        last: when the last one came.
        missed_events: how many events no webhook told of.
        wrong_signatures: how many deliveries were signed with another key.

    """

    def __init__(self) -> None:
        """Begin without knowing anything."""
        self.last: datetime | None = None
        self.missed_events = 0
        self.wrong_signatures = 0
        self._known: set[Subject] = set()
        """Of these, deliveries have come before."""
        self._last_of: dict[Subject, datetime] = {}
        self._unsent: dict[Subject, int] = {}
        self._missed_in_a_row = 0
        self._wrong_in_a_row = 0

    def load(self, stored: dict[str, Any]) -> None:
        """Take what `as_stored` gave, checked with `STORED_DELIVERIES`."""
        self._known = {(device_id, kind) for device_id, kind in stored["known"]}
        self._missed_in_a_row = stored["missed_in_a_row"]

    def as_stored(self) -> dict[str, Any]:
        """Return what can be written as JSON; a restart mends nothing."""
        return {
            "known": sorted(self._known),
            "missed_in_a_row": self._missed_in_a_row,
        }

    def came(self, subject: Subject | None, now: datetime) -> None:
        """Take in a genuine delivery, whatever it is about."""
        self.last = now
        self._missed_in_a_row = self._wrong_in_a_row = 0
        if subject is not None:
            self._known.add(subject)
            self._last_of[subject] = now
            self._unsent.pop(subject, None)
        if self._unsent:
            # Deliveries come, only not of these.
            self._known.difference_update(self._often_unsent())

    def was_missed(self, subject: Subject, at: datetime) -> None:
        """Take in an event that happened and was not delivered."""
        self.missed_events += 1
        if subject not in self._last_of or at > self._last_of[subject]:
            self._unsent[subject] = self._unsent.get(subject, 0) + 1
        expected = subject in self._known or not self._known
        if expected and (self.last is None or at > self.last):
            self._missed_in_a_row += 1

    def was_refused(self) -> None:
        """Take in a delivery whose signature is wrong."""
        self.wrong_signatures += 1
        self._wrong_in_a_row += 1

    def forget(self, device_id: str) -> None:
        """Forget a device that is gone."""
        for subject in [s for s in self._unsent if s[0] == device_id]:
            del self._unsent[subject]
        self._known = {s for s in self._known if s[0] != device_id}

    @property
    def are_missing(self) -> bool:
        """Nothing is delivered any more."""
        return self._missed_in_a_row >= MISSED_TOO_MANY

    @property
    def are_signed_wrong(self) -> bool:
        """Ring signs with another key."""
        return self._wrong_in_a_row >= WRONG_TOO_MANY

    @property
    def in_doubt(self) -> bool:
        """One event was missed, and nothing has been delivered since."""
        return self._missed_in_a_row > 0

    @property
    def doubtful_devices(self) -> AbstractSet[str]:
        """The devices of which an event was missed since their last delivery."""
        return {device_id for device_id, _ in self._unsent}

    @property
    def unsent_devices(self) -> AbstractSet[str]:
        """The devices of which Ring sends some events not, while it sends others."""
        if not self._known:
            return set()
        return {
            subject[0] for subject in self._often_unsent() if subject not in self._known
        }

    def _often_unsent(self) -> list[Subject]:
        return [s for s, count in self._unsent.items() if count >= UNSENT_TOO_MANY]
