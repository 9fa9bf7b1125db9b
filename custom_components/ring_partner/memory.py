"""Which events are known, also after a restart.

Ring repeats deliveries, delivers out of order, and tells of the same event once more
in the history, under another id (Ring Partner API reference, 2.7 and 3.1). Each
counts once.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
import math
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .api.events import RingEvent
from .const import DOMAIN

_VERSION: Final = 1
_SAVE_DELAY: Final = 2.0

MOST_IDS: Final = 2000
MOST_SIGHTINGS: Final = 500
SAME_WITHIN: Final = timedelta(seconds=15)
"""How far apart webhook and history may date the same event: the one when it was
noticed, the other when its recording began."""


@dataclass(slots=True)
class _Sighting:
    """An event at a device, and by which ways it was told."""

    device_id: str
    type: str
    at: float
    webhook: bool
    history: bool


class EventMemory:
    """The events of one account that are known."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass,
            _VERSION,
            f"{DOMAIN}.{entry_id}.events",
            private=True,
            atomic_writes=True,
        )
        self._ids: dict[str, None] = {}
        self._sightings: list[_Sighting] = []
        self.doorbells: set[str] = set()
        """Devices that have shown that they have a button."""
        self.last: dict[str, dict[str, Any]] = {}
        """The last event of each device, as a person sees it."""
        self.read_until: dict[str, str] = {}
        """Until when each device's history was read (ISO 8601)."""

    async def async_load(self) -> None:
        """Read what was known before the restart; what is damaged is left out."""
        stored = await self._store.async_load()
        if not isinstance(stored, dict):
            return
        try:
            self._ids = dict.fromkeys(stored["ids"])
            self._sightings = [_Sighting(**seen) for seen in stored["sightings"]]
            self.doorbells = set(stored["doorbells"])
            self.last = dict(stored["last"])
            self.read_until = dict(stored["read_until"])
        except KeyError, TypeError:
            return

    def save(self) -> None:
        """Write what is known, soon."""
        self._store.async_delay_save(self._data, _SAVE_DELAY)

    async def async_save(self) -> None:
        """Write what is known, now."""
        await self._store.async_save(self._data())

    async def async_remove(self) -> None:
        """Delete what is known."""
        await self._store.async_remove()

    def _data(self) -> dict[str, Any]:
        return {
            "ids": list(self._ids),
            "sightings": [asdict(seen) for seen in self._sightings],
            "doorbells": sorted(self.doorbells),
            "last": self.last,
            "read_until": self.read_until,
        }

    def is_new(self, event: RingEvent, now: datetime) -> bool:
        """Tell whether an event was not known, and know it from now on."""
        ids = [
            f"{kind}:{value}"
            for kind, value in (("r", event.request_id), ("e", event.event_id))
            if value
        ]
        if any(known in self._ids for known in ids):
            return False
        for fresh in ids:
            self._ids[fresh] = None
        while len(self._ids) > MOST_IDS:
            del self._ids[next(iter(self._ids))]
        return not self._told_the_other_way(event, now)

    def distance_to_twin(self, event: RingEvent) -> float:
        """Return how many seconds an event is from its likely twin, or infinity."""
        at = event.time.timestamp() if event.time else math.inf
        return min(
            (abs(seen.at - at) for seen in self._twins(event, at)), default=math.inf
        )

    def _twins(self, event: RingEvent, at: float) -> list[_Sighting]:
        webhook = event.source == "webhook"
        return [
            seen
            for seen in self._sightings
            if seen.device_id == event.device_id
            and seen.type == event.type
            and not (seen.webhook if webhook else seen.history)
            and abs(seen.at - at) <= SAME_WITHIN.total_seconds()
        ]

    def _told_the_other_way(self, event: RingEvent, now: datetime) -> bool:
        """Pair an event with its twin of the other way, each with one at most."""
        if event.device_id is None:
            return False
        at = (event.time or now).timestamp()
        if twins := self._twins(event, at):
            twin = min(twins, key=lambda seen: abs(seen.at - at))
            twin.webhook = twin.history = True
            return True
        webhook = event.source == "webhook"
        self._sightings.append(
            _Sighting(event.device_id, event.type, at, webhook, not webhook)
        )
        del self._sightings[:-MOST_SIGHTINGS]
        return False

    def remember_last(self, event: RingEvent, at: datetime) -> bool:
        """Keep an event as a device's last one, unless a later one is known."""
        device_id = event.device_id or ""
        known = self.last.get(device_id)
        if known is not None and known["time"] > at.isoformat():
            return False
        self.last[device_id] = {
            "type": event.type,
            "sub_type": event.sub_type,
            "time": at.isoformat(),
            "event_id": event.event_id,
        }
        return True

    def forget_device(self, device_id: str) -> None:
        """Forget a device that is gone."""
        self.doorbells.discard(device_id)
        self.last.pop(device_id, None)
        self.read_until.pop(device_id, None)
        self._sightings = [s for s in self._sightings if s.device_id != device_id]
