"""Events that only one of Ring's two ways has told so far.

Webhook and history tell of the same event under different ids (Ring Partner API
reference, 2.7 and 3.1). What pairs them is the device, the type and about the time.
A pair is done with; what is alone waits here for its twin.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
import math
from operator import attrgetter
from typing import Any, Final

import voluptuous as vol

from .api.events import EventKind, EventSource, RingEvent

SAME_WITHIN: Final = timedelta(seconds=15)
"""How far apart webhook and history may date the same event: the one when it was
noticed, the other when its recording began."""
MOST_SIGHTINGS: Final = 3000
"""How many are kept of each way, the latest."""

DELIVERED: Final = (EventKind.BUTTON_PRESS, EventKind.MOTION_DETECTED)
"""What both ways tell of."""

_OTHER_WAY: Final[dict[EventSource, EventSource]] = {
    "webhook": "history",
    "history": "webhook",
}


@dataclass(slots=True, eq=False)
class Sighting:
    """An event at a device.

    Attributes:
        device_id: the device.
        type: what happened.
        at: when (seconds since 1970).
        missed: it was counted as an event that no webhook told of.

    """

    device_id: str
    type: str
    at: float
    missed: bool = False


_at: Final = attrgetter("at")

_STORED_WAY: Final = [
    {
        vol.Required("device_id"): str,
        vol.Required("type"): str,
        vol.Required("at"): vol.All(vol.Any(int, float), vol.Coerce(float)),
        vol.Required("missed"): bool,
    }
]
STORED_SIGHTINGS: Final = {
    vol.Required("webhook"): _STORED_WAY,
    vol.Required("history"): _STORED_WAY,
}


class Sightings:
    """What waits for its twin, of each way in the order of its time."""

    def __init__(self) -> None:
        self._alone: dict[EventSource, list[Sighting]] = {"webhook": [], "history": []}

    def load(self, stored: dict[EventSource, list[dict[str, Any]]]) -> None:
        """Take what `as_stored` gave, checked with `STORED_SIGHTINGS`."""
        for way, sightings in stored.items():
            self._alone[way] = sorted(
                (Sighting(**sighting) for sighting in sightings), key=_at
            )

    def as_stored(self) -> dict[str, Any]:
        """Return what can be written as JSON."""
        return {
            way: [
                {
                    "device_id": sighting.device_id,
                    "type": sighting.type,
                    "at": sighting.at,
                    "missed": sighting.missed,
                }
                for sighting in sightings
            ]
            for way, sightings in self._alone.items()
        }

    def is_new(self, event: RingEvent, now: datetime) -> bool:
        """Tell whether the other way has not told of an event, each of one at most."""
        if event.device_id is None:
            return True
        at = (event.time or now).timestamp()
        twin = min(
            self._twins(event, at),
            key=lambda sighting: abs(sighting.at - at),
            default=None,
        )
        if twin is not None:
            self._alone[_OTHER_WAY[event.source]].remove(twin)
            return False
        alone = self._alone[event.source]
        insort(alone, Sighting(event.device_id, event.type, at), key=_at)
        del alone[:-MOST_SIGHTINGS]
        return True

    def distance_to_twin(self, event: RingEvent) -> float:
        """Return how many seconds an event is from its likely twin, or infinity."""
        at = event.time.timestamp() if event.time else math.inf
        return min(
            (abs(sighting.at - at) for sighting in self._twins(event, at)),
            default=math.inf,
        )

    def take_missed(self, since: datetime, until: datetime) -> list[Sighting]:
        """Return the events that no webhook told of, each once."""
        missed = [
            sighting
            for sighting in self._between(
                "history", since.timestamp(), until.timestamp()
            )
            if not sighting.missed and sighting.type in DELIVERED
        ]
        for sighting in missed:
            sighting.missed = True
        return missed

    def forget_device(self, device_id: str) -> None:
        """Forget a device that is gone."""
        for way, sightings in self._alone.items():
            self._alone[way] = [s for s in sightings if s.device_id != device_id]

    def _twins(self, event: RingEvent, at: float) -> Iterator[Sighting]:
        """Iterate over what may be the same event, told the other way."""
        apart = SAME_WITHIN.total_seconds()
        for sighting in self._between(_OTHER_WAY[event.source], at - apart, at + apart):
            if sighting.device_id == event.device_id and sighting.type == event.type:
                yield sighting

    def _between(self, way: EventSource, first: float, last: float) -> list[Sighting]:
        sightings = self._alone[way]
        return sightings[
            bisect_left(sightings, first, key=_at) : bisect_right(
                sightings, last, key=_at
            )
        ]
