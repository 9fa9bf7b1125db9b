"""Receives the events of one account and hands each to its entities once.

Events come from webhooks and from the event history. Late events are recorded, but
trigger no automations.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
import logging
from typing import Final, NamedTuple

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..account.device_registry import async_get_device
from ..account.options import RingOptions
from ..api.events import RingEvent, RingEventType
from ..const import DOMAIN
from ..helpers.words import WordCounter
from .delivery_health import MAX_DELIVERY_DELAY, DeliveryHealth
from .delivery_tracker import EventTopic
from .event_store import EventStore
from .pairing import PAIRED_TYPES
from .sensor_readings import ALARMS, reading_of

_LOGGER = logging.getLogger(__name__)

MAX_QUEUED: Final = 1000
"""Events that are kept until Home Assistant has started."""
MAX_UNHANDLED: Final = 64
"""Events that are kept for an entity that is about to be added."""

EVENT_LATE: Final = f"{DOMAIN}_late_event"
"""Fired on Home Assistant's event bus for late events, for the activity page."""

# The event entity to which a late event belongs; all others are motion.
_ENTITY_KEYS: Final[dict[str, str]] = {RingEventType.BUTTON_PRESS: "doorbell"}

# The types of events that are shown as the last event of a device.
_LAST_EVENT_TYPES: Final = frozenset(
    {RingEventType.BUTTON_PRESS, RingEventType.MOTION_DETECTED, RingEventType.ON_DEMAND}
)


class DispatchedEvent(NamedTuple):
    """An event as listeners get it.

    Attributes:
        event: the event.
        at: when it happened.
        is_late: it is too old to trigger automations.
        is_first_press: it is the first press of the device's button.

    """

    event: RingEvent
    at: datetime
    is_late: bool
    is_first_press: bool = False


type DeviceListener = Callable[[DispatchedEvent], bool]
"""Handles an event of a device; returns whether it has shown the event."""
type EventListener = Callable[[DispatchedEvent], None]


class EventDispatcher:
    """Dispatches the events of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        store: EventStore,
        delivery: DeliveryHealth,
    ) -> None:
        self.store = store
        self.unknown_types = WordCounter()
        """The types of events that Ring does not document."""
        self._hass = hass
        self._entry = entry
        self._delivery = delivery
        self._late_after = RingOptions.from_entry(entry).late_after
        self._listeners: list[EventListener] = []
        self._device_listeners: dict[str, list[DeviceListener]] = {}
        self._unhandled: deque[DispatchedEvent] = deque(maxlen=MAX_UNHANDLED)
        self._queue: list[RingEvent] | None = []

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Start to dispatch as soon as Home Assistant's automations have started."""

        @callback
        def started(_hass: HomeAssistant) -> None:
            queued, self._queue = self._queue or [], None
            for event in queued:
                self.async_receive(event)

        return async_at_started(self._hass, started)

    @callback
    def async_listen_device(
        self, device_id: str, listener: DeviceListener
    ) -> CALLBACK_TYPE:
        """Call `listener` with each event of a device, until the result is called.

        It also gets events that no entity has shown and that are not late: an event
        can be the reason for which its entity is added.
        """
        self._device_listeners.setdefault(device_id, []).append(listener)
        now = dt_util.utcnow()
        for dispatched in tuple(self._unhandled):
            if dispatched.event.device_id == device_id and not self._is_late(
                dispatched.at, now
            ):
                self._call(listener, dispatched)

        @callback
        def stop() -> None:
            self._device_listeners[device_id].remove(listener)
            if not self._device_listeners[device_id]:
                del self._device_listeners[device_id]

        return stop

    @callback
    def async_listen(self, listener: EventListener) -> CALLBACK_TYPE:
        """Call `listener` with each event, before any listener of a device."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_receive(self, event: RingEvent) -> None:
        """Receive an event. Never raises, so that one event does not cost the next."""
        if self._queue is not None:
            if len(self._queue) < MAX_QUEUED:
                self._queue.append(event)
            return
        now = dt_util.utcnow()
        # Ring's clock may be ahead of ours.
        at = min(event.time or now, now)
        if event.source == "webhook":
            self._delivery.async_delivered(_topic(event), now)
            self.store.async_schedule_save()
        if not self.store.add(event, now):
            return
        self.store.async_schedule_save()
        if event.type not in RingEventType:
            self.unknown_types.add(event.type)
        dispatched = DispatchedEvent(
            event, at, self._is_late(at, now), self._is_first_press(event)
        )
        if event.device_id is not None and event.type in _LAST_EVENT_TYPES:
            if dispatched.is_first_press:
                self.store.doorbells.add(event.device_id)
            self.store.set_last_event(event, at)
            if dispatched.is_late and self.store.was_seen(event.device_id, at):
                self._fire_late_event(dispatched)
        for listener in tuple(self._listeners):
            self._call(listener, dispatched)
        listeners = tuple(self._device_listeners.get(event.device_id or "", ()))
        shown = [self._call(listener, dispatched) for listener in listeners]
        if not dispatched.is_late and event.type in PAIRED_TYPES and not any(shown):
            self._unhandled.append(dispatched)

    def _is_late(self, at: datetime, now: datetime) -> bool:
        return now - at > self._late_after

    def _is_first_press(self, event: RingEvent) -> bool:
        return (
            event.type == RingEventType.BUTTON_PRESS
            and event.device_id is not None
            and event.device_id not in self.store.doorbells
        )

    def _call(
        self, listener: DeviceListener | EventListener, dispatched: DispatchedEvent
    ) -> bool:
        try:
            return bool(listener(dispatched))
        except Exception:
            # The other listeners must still get the event.
            _LOGGER.exception(
                "An event of type %s could not be handled", dispatched.event.type
            )
            return False

    @callback
    def async_count_missed(self) -> None:
        """Count the events of the history for which no webhook came in time."""
        now = dt_util.utcnow()
        for missed in self.store.pairing.take_missed(
            self._delivery.since, now - MAX_DELIVERY_DELAY
        ):
            self.store.async_schedule_save()
            self._delivery.async_missed(
                (missed.device_id, missed.type),
                dt_util.utc_from_timestamp(missed.at),
                now,
            )

    def _fire_late_event(self, dispatched: DispatchedEvent) -> None:
        event = dispatched.event
        device = async_get_device(self._hass, self._entry, event.device_id or "")
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
                "time": dispatched.at.isoformat(),
                "event_id": event.event_id,
            },
        )


def _topic(event: RingEvent) -> EventTopic | None:
    """Return the topic for which a webhook shows that delivery works."""
    if event.device_id is None:
        return None
    if event.type in PAIRED_TYPES:
        return event.device_id, event.type
    if (reading := reading_of(event)) is not None and reading[0] in ALARMS:
        return event.device_id, reading[0]
    return None
