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
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .api.events import EventKind, RingEvent
from .const import DOMAIN

_VERSION: Final = 1
_SAVE_DELAY: Final = 2.0
_SAVE_READING_DELAY: Final = 900.0
"""Seconds; what is lost of it is only read once more."""

MOST_IDS: Final = 6000
MOST_SIGHTINGS: Final = 2000
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
    missed: bool = False
    """It was counted as an event that no webhook told of."""


# Of these, webhooks tell, too.
_DELIVERED: Final = (EventKind.BUTTON_PRESS, EventKind.MOTION_DETECTED)


def _moment(value: object) -> str:
    """Let a time with a zone pass."""
    moment = dt_util.parse_datetime(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise vol.Invalid("not a time")
    return str(value)


_TEXT_OR_NONE: Final = vol.Any(str, None)
_STORED: Final = vol.Schema(
    {
        vol.Required("ids"): [str],
        vol.Required("sightings"): [
            {
                vol.Required("device_id"): str,
                vol.Required("type"): str,
                vol.Required("at"): vol.All(vol.Any(int, float), vol.Coerce(float)),
                vol.Required("webhook"): bool,
                vol.Required("history"): bool,
                vol.Optional("missed"): bool,
            }
        ],
        vol.Required("doorbells"): [str],
        vol.Required("last"): {
            str: {
                vol.Required("type"): str,
                vol.Required("sub_type"): _TEXT_OR_NONE,
                vol.Required("time"): _moment,
                vol.Required("event_id"): _TEXT_OR_NONE,
            }
        },
        vol.Required("read_until"): {str: _moment},
    }
)


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
        """Read what was known before the restart, unless it is damaged."""
        stored = await self._store.async_load()
        try:
            known = _STORED(stored)
        except vol.Invalid:
            return
        self._ids = dict.fromkeys(known["ids"])
        self._sightings = [_Sighting(**seen) for seen in known["sightings"]]
        self.doorbells = set(known["doorbells"])
        self.last = known["last"]
        self.read_until = known["read_until"]

    def save(self) -> None:
        """Write what is known, soon."""
        self._store.async_delay_save(self._data, _SAVE_DELAY)

    async def async_save(self) -> None:
        """Write what is known, now."""
        await self._store.async_save(self._data())

    def note_read(self, device_id: str, until: datetime) -> None:
        """Keep until when a device's history was read.

        Written at once the first time, for without it a start knows no past.
        """
        first = device_id not in self.read_until
        self.read_until[device_id] = until.isoformat()
        self._store.async_delay_save(
            self._data, _SAVE_DELAY if first else _SAVE_READING_DELAY
        )

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

    def count_missed(self, since: datetime, until: datetime) -> list[datetime]:
        """Return when those events happened that no webhook told of, each once."""
        missed = [
            seen
            for seen in self._sightings
            if not (seen.webhook or seen.missed)
            and seen.type in _DELIVERED
            and since.timestamp() <= seen.at <= until.timestamp()
        ]
        for seen in missed:
            seen.missed = True
        return [dt_util.utc_from_timestamp(seen.at) for seen in missed]

    def remember_last(self, event: RingEvent, at: datetime) -> None:
        """Keep an event as a device's last one, unless a later one is known."""
        device_id = event.device_id or ""
        known = self.last.get(device_id)
        if known is not None and known["time"] > at.isoformat():
            return
        self.last[device_id] = {
            "type": event.type,
            "sub_type": event.sub_type,
            "time": at.isoformat(),
            "event_id": event.event_id,
        }

    def forget_device(self, device_id: str) -> None:
        """Forget a device that is gone."""
        self.doorbells.discard(device_id)
        self.last.pop(device_id, None)
        self.read_until.pop(device_id, None)
        self._sightings = [s for s in self._sightings if s.device_id != device_id]
