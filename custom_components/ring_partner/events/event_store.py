"""Stores which events are known, so that each is processed once.

Ring repeats webhooks, sends them out of order, and lists the same event in the history
under another ID (Ring Partner API reference, 2.7 and 3.1). The store outlives a
restart.
"""

from collections.abc import Mapping
from datetime import datetime
import math
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..api.events import RingEvent
from ..helpers.storage import RingStore
from .delivery_tracker import DELIVERY_SCHEMA, DeliveryTracker
from .pairing import PAIRING_SCHEMA, EventPairing

_SAVE_DELAY: Final = 2.0
_SAVE_READ_UNTIL_DELAY: Final = 900.0
"""Seconds. If it is lost, the history is only read again from an earlier time."""

MAX_IDS: Final = 9000
"""IDs that are kept; a webhook has two, an event of the history has one."""


def _time(value: object) -> str:
    """Validate a time with a time zone (ISO 8601)."""
    time = dt_util.parse_datetime(value) if isinstance(value, str) else None
    if time is None or time.tzinfo is None:
        raise vol.Invalid("not a time")
    return str(value)


def _parsed(stored: str | None) -> datetime | None:
    return None if stored is None else dt_util.parse_datetime(stored)


_EARLIER_NAMES: Final = {
    "sightings": "unpaired",
    "last": "last_events",
    "appeared": "first_seen",
}
_EARLIER_DELIVERY_NAMES: Final = {"known": "delivered"}


def _with_current_names(stored: object) -> dict[str, Any]:
    """Rename the members that an earlier version of the integration has written."""
    content = _renamed(stored, _EARLIER_NAMES)
    if "deliveries" in content:
        content["deliveries"] = _renamed(content["deliveries"], _EARLIER_DELIVERY_NAMES)
    return content


def _renamed(stored: object, names: Mapping[str, str]) -> dict[str, Any]:
    if not isinstance(stored, dict):
        raise vol.Invalid("not an object")
    return {names.get(key, key): value for key, value in stored.items()}


_TEXT_OR_NONE: Final = vol.Any(str, None)
_MEMBERS: Final = vol.Schema(
    {
        vol.Required("ids"): [str],
        vol.Required("unpaired"): PAIRING_SCHEMA,
        vol.Optional("deliveries", default=dict): DELIVERY_SCHEMA,
        vol.Required("doorbells"): [str],
        vol.Required("last_events"): {
            str: {
                vol.Required("type"): str,
                vol.Required("sub_type"): _TEXT_OR_NONE,
                vol.Required("time"): _time,
                vol.Required("event_id"): _TEXT_OR_NONE,
            }
        },
        vol.Optional("first_seen", default=dict): {str: _time},
        vol.Required("read_until"): {str: _time},
    }
)
_SCHEMA: Final = vol.Schema(vol.All(_with_current_names, _MEMBERS))


class EventStore:
    """The known events of one account."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = RingStore(hass, f"{entry_id}.events", _SCHEMA)
        self._save_pending = False
        self._saved_at = -math.inf
        self._clock = hass.loop.time
        self._ids: dict[str, None] = {}
        self.pairing = EventPairing()
        self.deliveries = DeliveryTracker()
        self.doorbells: set[str] = set()
        """Devices whose button was pressed."""
        self.last_events: dict[str, dict[str, Any]] = {}
        """The last event of each device."""
        self.first_seen: dict[str, str] = {}
        """When each device was first seen (ISO 8601). Its history is not read from
        before, as the person had not given access to it."""
        self.read_until: dict[str, str] = {}
        """Until when the history of each device was read (ISO 8601)."""

    async def async_load(self) -> None:
        """Load what was known before the restart."""
        if (stored := await self._store.async_load()) is None:
            return
        self._ids = dict.fromkeys(stored["ids"])
        self.pairing.load(stored["unpaired"])
        self.deliveries.load(stored["deliveries"])
        self.doorbells = set(stored["doorbells"])
        self.last_events = stored["last_events"]
        self.first_seen = stored["first_seen"]
        self.read_until = stored["read_until"]

    @callback
    def async_schedule_save(self) -> None:
        """Save within a few seconds."""
        # A further call would postpone a save that is pending.
        if not self._save_pending:
            self._save_pending = True
            self._store.async_delay_save(self._data, _SAVE_DELAY)

    async def async_save(self) -> None:
        """Save now."""
        await self._store.async_save(self._data())

    def set_first_seen(self, device_id: str, at: datetime) -> None:
        """Store when a device was first seen."""
        self.first_seen[device_id] = at.isoformat()
        self.async_schedule_save()

    def first_seen_at(self, device_id: str) -> datetime | None:
        """Return when a device was first seen."""
        return _parsed(self.first_seen.get(device_id))

    def was_seen(self, device_id: str, at: datetime) -> bool:
        """Return whether a device was known at a time, and was not removed since."""
        first_seen = self.first_seen_at(device_id)
        return first_seen is not None and at >= first_seen

    def read_until_at(self, device_id: str) -> datetime | None:
        """Return until when the history of a device was read."""
        return _parsed(self.read_until.get(device_id))

    def set_read_until(self, device_id: str, until: datetime) -> None:
        """Store until when the history of a device was read.

        Saved soon for the first time only: without any value, events from before a
        restart are not read.
        """
        first = device_id not in self.read_until
        self.read_until[device_id] = until.isoformat()
        if first or self._clock() - self._saved_at >= _SAVE_READ_UNTIL_DELAY:
            self.async_schedule_save()

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()

    def _data(self) -> dict[str, Any]:
        self._save_pending = False
        self._saved_at = self._clock()
        return {
            "ids": list(self._ids),
            "unpaired": self.pairing.as_dict(),
            "deliveries": self.deliveries.as_dict(),
            "doorbells": sorted(self.doorbells),
            "last_events": self.last_events,
            "first_seen": self.first_seen,
            "read_until": self.read_until,
        }

    def add(self, event: RingEvent, now: datetime) -> bool:
        """Add an event; return False if it was known."""
        ids = [
            f"{kind}:{value}"
            for kind, value in (("r", event.request_id), ("e", event.event_id))
            if value
        ]
        if any(known in self._ids for known in ids):
            return False
        for fresh in ids:
            self._ids[fresh] = None
        while len(self._ids) > MAX_IDS:
            del self._ids[next(iter(self._ids))]
        return self.pairing.add(event, now)

    def set_last_event(self, event: RingEvent, at: datetime) -> None:
        """Store the last event of a device, unless a later one is known."""
        device_id = event.device_id or ""
        known = self.last_events.get(device_id)
        if known is not None and known["time"] > at.isoformat():
            return
        self.last_events[device_id] = {
            "type": event.type,
            "sub_type": event.sub_type,
            "time": at.isoformat(),
            "event_id": event.event_id,
        }

    @property
    def devices(self) -> set[str]:
        """The devices about which something is stored."""
        return {*self.doorbells, *self.last_events, *self.first_seen, *self.read_until}

    def forget_device(self, device_id: str) -> None:
        """Forget a device that was removed, and event IDs that contain its ID."""
        self.doorbells.discard(device_id)
        self.last_events.pop(device_id, None)
        self.first_seen.pop(device_id, None)
        self.read_until.pop(device_id, None)
        self.pairing.forget_device(device_id)
        self.deliveries.forget_device(device_id)
        for known in [known for known in self._ids if device_id in known]:
            del self._ids[known]
        self.async_schedule_save()
