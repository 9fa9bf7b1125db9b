"""What the events of sensors say about their readings (reference, 3.3)."""

from typing import Final

from ..api.events import RingEvent, RingEventType

ALARMS: Final = ("contact_open", "flood", "freeze", "tampered")
"""Attributes of `DeviceStatus` of which Ring sends each change."""

_ALARM_EVENTS: Final[dict[str, tuple[str, bool]]] = {
    RingEventType.CONTACT_SENSOR_FAULTED: ("contact_open", True),
    RingEventType.CONTACT_SENSOR_CLEARED: ("contact_open", False),
    RingEventType.TAMPER_DETECTED: ("tampered", True),
    RingEventType.TAMPER_CLEARED: ("tampered", False),
    RingEventType.FLOOD_DETECTED: ("flood", True),
    RingEventType.FLOOD_CLEARED: ("flood", False),
    RingEventType.FREEZE_DETECTED: ("freeze", True),
    RingEventType.FREEZE_CLEARED: ("freeze", False),
}
_THRESHOLD_EVENTS: Final[dict[str, str]] = {
    RingEventType.TEMPERATURE_EXCEEDED: "temperature",
    RingEventType.TEMPERATURE_CLEARED: "temperature",
    RingEventType.HUMIDITY_EXCEEDED: "humidity",
    RingEventType.HUMIDITY_CLEARED: "humidity",
    RingEventType.PM25_EXCEEDED: "pm25",
    RingEventType.PM25_CLEARED: "pm25",
    RingEventType.CO_EXCEEDED: "co",
    RingEventType.CO_CLEARED: "co",
}


type Reading = tuple[str, bool | float]
"""An attribute of `DeviceStatus` and its value."""


def reading_of(event: RingEvent) -> Reading | None:
    """Return the reading that an event is about.

    None for an event of something else, or without a value.
    """
    if event.type in _ALARM_EVENTS:
        return _ALARM_EVENTS[event.type]
    name = _THRESHOLD_EVENTS.get(event.type, "")
    value = event.values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return name, value


def is_sensor_event(event: RingEvent) -> bool:
    """Return whether an event is about a reading of a sensor."""
    return event.type in _ALARM_EVENTS or event.type in _THRESHOLD_EVENTS
