"""One intake for every event, however Ring tells it.

Webhook and history end here: each event counts once, goes to whom it concerns, and
rings a bell only while it is news.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .api.events import EventKind, RingEvent
from .const import DOMAIN
from .deliveries import Subject
from .memory import EventMemory
from .options import RingOptions
from .registry import async_registered
from .sightings import DELIVERED
from .webhook_health import GRACE, WebhookHealth

_LOGGER = logging.getLogger(__name__)

EVENT_LATE: Final = f"{DOMAIN}_late_event"
"""On Home Assistant's bus, for its logbook: what came too late to set anything off."""

# Of these the person wants to know when they happened.
_NOTED: Final = frozenset(
    {EventKind.BUTTON_PRESS, EventKind.MOTION_DETECTED, EventKind.ON_DEMAND}
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event on its way to an entity.

    Attributes:
        event: the event.
        at: when it happened.
        is_news: it may set something off.

    """

    event: RingEvent
    at: datetime
    is_news: bool


type Listener = Callable[[Told], None]


class RingEvents:
    """The intake of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        memory: EventMemory,
        webhooks: WebhookHealth,
    ) -> None:
        self.memory = memory
        self._hass = hass
        self._entry = entry
        self._webhooks = webhooks
        self._late_after = RingOptions.of(entry).late_after
        self._listeners: dict[str, list[Listener]] = {}
        self._observers: list[Listener] = []
        self._first_presses: dict[str, Told] = {}

    @callback
    def async_listen(self, device_id: str, listener: Listener) -> CALLBACK_TYPE:
        """Call `listener` with each event of a device, until the result is called."""
        listeners = self._listeners.setdefault(device_id, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def async_observe(self, observer: Listener) -> CALLBACK_TYPE:
        """Call `observer` with each event, before any device's listener."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def take_first_press(self, device_id: str) -> Told | None:
        """Return the press that showed that a device has a button, if it is news."""
        told = self._first_presses.pop(device_id, None)
        if told is None or dt_util.utcnow() - told.at > self._late_after:
            return None
        return told

    @callback
    def async_receive(self, event: RingEvent) -> None:
        """Take in an event. Never raises: one event must not cost the next."""
        now = dt_util.utcnow()
        # A clock that is ahead must not make an event wait for its time.
        at = min(event.time or now, now)
        if event.source == "webhook":
            self._webhooks.delivered(_subject(event), now)
        if not self.memory.is_new(event, now):
            return
        told = Told(event, at, now - at <= self._late_after)
        if event.device_id is not None and event.type in _NOTED:
            if event.type == EventKind.BUTTON_PRESS:
                if event.device_id not in self.memory.doorbells:
                    self._first_presses[event.device_id] = told
                self.memory.doorbells.add(event.device_id)
            self.memory.remember_last(event, at)
            if not told.is_news:
                self._note_late(told)
        self.memory.save()
        for listener in (
            *self._observers,
            *self._listeners.get(event.device_id or "", ()),
        ):
            try:
                listener(told)
            except Exception:
                # Whoever listens must not keep the event from the others.
                _LOGGER.exception("An event of type %s could not be shown", event.type)

    @callback
    def async_count_missed(self) -> None:
        """Count the events that the history told and no webhook did in time."""
        now = dt_util.utcnow()
        sightings = self.memory.sightings
        for missed in sightings.take_missed(self._webhooks.since, now - GRACE):
            self._webhooks.missed(
                (missed.device_id, missed.type),
                dt_util.utc_from_timestamp(missed.at),
                now,
            )

    def _note_late(self, told: Told) -> None:
        """Let the logbook have what sets nothing off."""
        event = told.event
        device = async_registered(self._hass, self._entry, event.device_id or "")
        self._hass.bus.async_fire(
            EVENT_LATE,
            {
                "device_id": device.id if device else None,
                "name": (device.name_by_user or device.name) if device else None,
                "type": event.type,
                "sub_type": event.sub_type,
                "time": told.at.isoformat(),
                "event_id": event.event_id,
            },
        )


def _subject(event: RingEvent) -> Subject | None:
    """Return what a delivery proves to be delivered."""
    if event.device_id is None or event.type not in DELIVERED:
        return None
    return event.device_id, event.type
