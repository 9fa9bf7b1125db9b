"""Pairs a webhook with the record of the same event in the event history.

Ring gives the two different IDs (Ring Partner API reference, 2.7 and 3.1), so they are
paired by device, type and time. An event stays here, unpaired, until the other source
reports it too.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
import math
from operator import attrgetter
from typing import Any, Final

import voluptuous as vol

from ..api.events import EventSource, RingEvent, RingEventType

MAX_TIME_DIFFERENCE: Final = timedelta(seconds=15)
"""Between the times of one event: a webhook has the time of the detection, the history
the time at which the recording began."""
MAX_UNPAIRED: Final = 3000
"""The latest events that are kept for each source."""

PAIRED_TYPES: Final = (RingEventType.BUTTON_PRESS, RingEventType.MOTION_DETECTED)
"""The types of events that both sources report."""

_OTHER_SOURCE: Final[dict[EventSource, EventSource]] = {
    "webhook": "history",
    "history": "webhook",
}


@dataclass(slots=True, eq=False)
class UnpairedEvent:
    """An event that one source has reported so far.

    Attributes:
        device_id: the device.
        type: what happened.
        at: when (seconds since 1970).
        missed: it was counted as missed, because no webhook came for it.

    """

    device_id: str
    type: str
    at: float
    missed: bool = False


_at: Final = attrgetter("at")

_STORED_EVENTS: Final = [
    {
        vol.Required("device_id"): str,
        vol.Required("type"): str,
        vol.Required("at"): vol.All(vol.Any(int, float), vol.Coerce(float)),
        vol.Required("missed"): bool,
    }
]
PAIRING_SCHEMA: Final = {
    vol.Required("webhook"): _STORED_EVENTS,
    vol.Required("history"): _STORED_EVENTS,
}


class EventPairing:
    """The unpaired events of one account, by source and in the order of their time."""

    def __init__(self) -> None:
        self._unpaired: dict[EventSource, list[UnpairedEvent]] = {
            "webhook": [],
            "history": [],
        }

    def load(self, stored: dict[EventSource, list[dict[str, Any]]]) -> None:
        """Load what `as_dict` has returned and `PAIRING_SCHEMA` has checked."""
        for source, unpaired in stored.items():
            self._unpaired[source] = sorted(
                (UnpairedEvent(**event) for event in unpaired), key=_at
            )

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        names = [field.name for field in fields(UnpairedEvent)]
        return {
            # `asdict` takes many times longer, and there are thousands of events.
            source: [
                {name: getattr(event, name) for name in names} for event in unpaired
            ]
            for source, unpaired in self._unpaired.items()
        }

    def add(self, event: RingEvent, now: datetime) -> bool:
        """Add an event; return False if the other source has reported it before."""
        if event.device_id is None:
            return True
        at = (event.time or now).timestamp()
        nearest = min(
            self._candidates(event, at),
            key=lambda candidate: abs(candidate.at - at),
            default=None,
        )
        if nearest is not None:
            self._unpaired[_OTHER_SOURCE[event.source]].remove(nearest)
            return False
        unpaired = self._unpaired[event.source]
        insort(unpaired, UnpairedEvent(event.device_id, event.type, at), key=_at)
        del unpaired[:-MAX_UNPAIRED]
        return True

    def time_difference(self, event: RingEvent) -> float:
        """Return the seconds between an event and its likely pair, or infinity."""
        at = event.time.timestamp() if event.time else math.inf
        return min(
            (abs(candidate.at - at) for candidate in self._candidates(event, at)),
            default=math.inf,
        )

    def take_missed(self, since: datetime, until: datetime) -> list[UnpairedEvent]:
        """Return the events for which no webhook came, each once."""
        missed = [
            event
            for event in self._between("history", since.timestamp(), until.timestamp())
            if not event.missed and event.type in PAIRED_TYPES
        ]
        for event in missed:
            event.missed = True
        return missed

    def forget_device(self, device_id: str) -> None:
        """Forget a device that was removed."""
        for source, unpaired in self._unpaired.items():
            self._unpaired[source] = [e for e in unpaired if e.device_id != device_id]

    def _candidates(self, event: RingEvent, at: float) -> Iterator[UnpairedEvent]:
        """Iterate over what may be the same event, from the other source."""
        apart = MAX_TIME_DIFFERENCE.total_seconds()
        source = _OTHER_SOURCE[event.source]
        for candidate in self._between(source, at - apart, at + apart):
            if candidate.device_id == event.device_id and candidate.type == event.type:
                yield candidate

    def _between(
        self, source: EventSource, first: float, last: float
    ) -> list[UnpairedEvent]:
        unpaired = self._unpaired[source]
        begin = bisect_left(unpaired, first, key=_at)
        return unpaired[begin : bisect_right(unpaired, last, key=_at)]
