"""Which events are known, also after a restart.

Ring repeats deliveries, delivers out of order, and tells of the same event once more
in the history, under another id (Ring Partner API reference, 2.7 and 3.1). Each
counts once.
"""

from datetime import datetime
import math
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .api.events import RingEvent
from .const import DOMAIN
from .deliveries import STORED_DELIVERIES, Deliveries
from .sightings import STORED_SIGHTINGS, Sightings

_VERSION: Final = 1
_SAVE_DELAY: Final = 2.0
_SAVE_READING_DELAY: Final = 900.0
"""Seconds; what is lost of it is only read once more."""

MOST_IDS: Final = 9000
"""A delivery has two, an event of the history one."""


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
        vol.Required("sightings"): STORED_SIGHTINGS,
        vol.Optional("deliveries", default=dict): STORED_DELIVERIES,
        vol.Required("doorbells"): [str],
        vol.Required("last"): {
            str: {
                vol.Required("type"): str,
                vol.Required("sub_type"): _TEXT_OR_NONE,
                vol.Required("time"): _moment,
                vol.Required("event_id"): _TEXT_OR_NONE,
            }
        },
        vol.Optional("appeared", default=dict): {str: _moment},
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
        self._due = False
        self._written_at = -math.inf
        self._clock = hass.loop.time
        self._ids: dict[str, None] = {}
        self.sightings = Sightings()
        """The events that only webhook or only history has told so far."""
        self.deliveries = Deliveries()
        """What is known of Ring's deliveries."""
        self.doorbells: set[str] = set()
        """Devices that have shown that they have a button."""
        self.last: dict[str, dict[str, Any]] = {}
        """The last event of each device, as a person sees it."""
        self.appeared: dict[str, str] = {}
        """When each device was first seen (ISO 8601): what was before is not ours."""
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
        self.sightings.load(known["sightings"])
        self.deliveries.load(known["deliveries"])
        self.doorbells = set(known["doorbells"])
        self.last = known["last"]
        self.appeared = known["appeared"]
        self.read_until = known["read_until"]

    def save(self) -> None:
        """Write what is known, soon."""
        # Not again while one is due: a later time would put off the earlier one.
        if not self._due:
            self._due = True
            self._store.async_delay_save(self._data, _SAVE_DELAY)

    async def async_save(self) -> None:
        """Write what is known, now."""
        await self._store.async_save(self._data())

    def note_appeared(self, device_id: str, at: datetime) -> None:
        """Keep when a device was first seen."""
        self.appeared[device_id] = at.isoformat()
        self.save()

    def note_read(self, device_id: str, until: datetime) -> None:
        """Keep until when a device's history was read.

        Written at once the first time, for without it a start knows no past.
        """
        first = device_id not in self.read_until
        self.read_until[device_id] = until.isoformat()
        if first or self._clock() - self._written_at >= _SAVE_READING_DELAY:
            self.save()

    async def async_remove(self) -> None:
        """Delete what is known."""
        await self._store.async_remove()

    def _data(self) -> dict[str, Any]:
        self._due = False
        self._written_at = self._clock()
        return {
            "ids": list(self._ids),
            "sightings": self.sightings.as_stored(),
            "deliveries": self.deliveries.as_stored(),
            "doorbells": sorted(self.doorbells),
            "last": self.last,
            "appeared": self.appeared,
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
        return self.sightings.is_new(event, now)

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

    @property
    def devices(self) -> set[str]:
        """The devices of which something is kept."""
        return {*self.doorbells, *self.last, *self.appeared, *self.read_until}

    def forget_device(self, device_id: str) -> None:
        """Forget a device that is gone, also where its id is part of an event's."""
        self.doorbells.discard(device_id)
        self.last.pop(device_id, None)
        self.appeared.pop(device_id, None)
        self.read_until.pop(device_id, None)
        self.sightings.forget_device(device_id)
        self.deliveries.forget(device_id)
        for known in [known for known in self._ids if device_id in known]:
            del self._ids[known]
        self.save()
