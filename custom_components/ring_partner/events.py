"""One intake for every event, however Ring tells it.

Webhook and history end here: each event counts once, goes to whom it concerns, and
rings a bell only while it is news.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Final

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.start import async_at_started
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

MOST_EARLY: Final = 1000
"""Events that wait for the start of Home Assistant to be complete."""
MOST_UNHEARD: Final = 64
"""Events that wait for the entity that they bring about."""

EVENT_LATE: Final = f"{DOMAIN}_late_event"
"""On Home Assistant's bus, for its logbook: what came too late to set anything off."""

# Whose page in Home Assistant a late event belongs to.
_ENTITY_KEYS: Final[dict[str, str]] = {EventKind.BUTTON_PRESS: "doorbell"}

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
        reveals_doorbell: it is the first that shows that its device has a button.

    """

    event: RingEvent
    at: datetime
    is_news: bool
    reveals_doorbell: bool = False


type Listener = Callable[[Told], bool]
"""Takes an event in, and tells whether it has set something off."""
type Observer = Callable[[Told], None]


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
        self._observers: list[Observer] = []
        self._listeners: dict[str, list[Listener]] = {}
        self._unheard: deque[Told] = deque(maxlen=MOST_UNHEARD)
        self._early: list[RingEvent] | None = []

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Begin to hand on events, once Home Assistant's automations can hear them."""

        @callback
        def started(_hass: HomeAssistant) -> None:
            early, self._early = self._early or [], None
            for event in early:
                self.async_receive(event)

        return async_at_started(self._hass, started)

    @callback
    def async_listen(self, device_id: str, listener: Listener) -> CALLBACK_TYPE:
        """Call `listener` with each event of a device, until the result is called.

        Also with those that nobody has shown yet and that are still news: an entity
        may come about by the very event that it is to show.
        """
        self._listeners.setdefault(device_id, []).append(listener)
        now = dt_util.utcnow()
        for told in tuple(self._unheard):
            if told.event.device_id == device_id and self._is_news(told.at, now):
                self._tell(listener, told)

        @callback
        def stop() -> None:
            self._listeners[device_id].remove(listener)
            if not self._listeners[device_id]:
                del self._listeners[device_id]

        return stop

    @callback
    def async_observe(self, observer: Observer) -> CALLBACK_TYPE:
        """Call `observer` with each event, before any device's listener."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    @callback
    def async_receive(self, event: RingEvent) -> None:
        """Take in an event. Never raises: one event must not cost the next."""
        if self._early is not None:
            if len(self._early) < MOST_EARLY:
                self._early.append(event)
            return
        now = dt_util.utcnow()
        # A clock that is ahead must not make an event wait for its time.
        at = min(event.time or now, now)
        if event.source == "webhook":
            self._webhooks.delivered(_subject(event), now)
            self.memory.save()
        if not self.memory.is_new(event, now):
            return
        self.memory.save()
        told = Told(event, at, self._is_news(at, now), self._reveals_doorbell(event))
        if event.device_id is not None and event.type in _NOTED:
            if told.reveals_doorbell:
                self.memory.doorbells.add(event.device_id)
            self.memory.remember_last(event, at)
            if not told.is_news:
                self._note_late(told)
        for observer in tuple(self._observers):
            self._tell(observer, told)
        listeners = tuple(self._listeners.get(event.device_id or "", ()))
        heard = [self._tell(listener, told) for listener in listeners]
        if told.is_news and event.type in DELIVERED and not any(heard):
            self._unheard.append(told)

    def _is_news(self, at: datetime, now: datetime) -> bool:
        return now - at <= self._late_after

    def _reveals_doorbell(self, event: RingEvent) -> bool:
        return (
            event.type == EventKind.BUTTON_PRESS
            and event.device_id is not None
            and event.device_id not in self.memory.doorbells
        )

    def _tell(self, listener: Listener | Observer, told: Told) -> bool:
        try:
            return bool(listener(told))
        except Exception:
            # Whoever listens must not keep the event from the others.
            _LOGGER.exception("An event of type %s could not be shown", told.event.type)
            return False

    @callback
    def async_count_missed(self) -> None:
        """Count the events that the history told and no webhook did in time."""
        now = dt_util.utcnow()
        sightings = self.memory.sightings
        for missed in sightings.take_missed(self._webhooks.since, now - GRACE):
            self.memory.save()
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
                "entity_id": er.async_get(self._hass).async_get_entity_id(
                    EVENT_DOMAIN,
                    DOMAIN,
                    f"{event.device_id}_{_ENTITY_KEYS.get(event.type, 'motion')}",
                ),
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
