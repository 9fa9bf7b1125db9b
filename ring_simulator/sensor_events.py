"""Events that sensors send when their readings change (API reference, 3.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from .device import SimDevice

ALARM_EVENTS = {
    "contact": ("contact_sensor_faulted", "contact_sensor_cleared"),
    "tamper": ("tamper_detected", "tamper_cleared"),
    "flood": ("flood_detected", "flood_cleared"),
    "freeze": ("freeze_detected", "freeze_cleared"),
}
"""Reading: the events that are sent when it becomes true and when it becomes false."""

# Thresholds that are set in the Ring app; the device's documents don't contain them.
_AIR_QUALITY_THRESHOLDS: dict[str, dict[str, float]] = {
    "pm25": {"max": 35},
    "co": {"max": 30},
}


def events_of_change(
    device: SimDevice, before: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the type and the additional attributes of each event.

    Args:
        device: The sensor with its new readings.
        before: Its previous readings.
    """
    for name, value in device.readings.items():
        if name in ALARM_EVENTS and value is not before.get(name, False):
            yield ALARM_EVENTS[name][0 if value else 1], {}
    for name, limits in _thresholds(device).items():
        if name not in device.readings:
            continue
        value = device.readings[name]
        old = _exceeded_threshold(before.get(name), limits)
        new = _exceeded_threshold(value, limits)
        if old is not None and old != new:
            yield f"{name}_cleared", {name: value, "threshold_type": old}
        if new is not None and old != new:
            yield f"{name}_exceeded", {name: value, "threshold_type": new}


def readings_of_event(event_type: str) -> dict[str, bool]:
    """Return the reading that an alarm event reports, or nothing for other events."""
    for name, event_types in ALARM_EVENTS.items():
        if event_type in event_types:
            return {name: event_type == event_types[0]}
    return {}


def _thresholds(device: SimDevice) -> dict[str, dict[str, float]]:
    thresholds = dict(_AIR_QUALITY_THRESHOLDS)
    for name in ("temperature", "humidity"):
        if threshold := device.configurations.get(f"{name}_threshold"):
            thresholds[name] = threshold
    return thresholds


def _exceeded_threshold(
    value: float | None, thresholds: Mapping[str, float]
) -> str | None:
    """Return the ``threshold_type`` that a value exceeds."""
    if value is None:
        return None
    if "min" in thresholds and value < thresholds["min"]:
        return "min"
    if "max" in thresholds and value > thresholds["max"]:
        return "max"
    return None
