"""Which events a sensor's readings cause (API reference, 3.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from .device import SimDevice

ALARMS = {
    "contact": ("contact_sensor_faulted", "contact_sensor_cleared"),
    "tamper": ("tamper_detected", "tamper_cleared"),
    "flood": ("flood_detected", "flood_cleared"),
    "freeze": ("freeze_detected", "freeze_cleared"),
}
"""Reading → the event when it becomes true, the event when it becomes false."""

# as if set in the Ring app: the documents of a device don't tell these
_AIR_LIMITS: dict[str, dict[str, float]] = {"pm25": {"max": 35}, "co": {"max": 30}}


def told(
    device: SimDevice, before: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the type and the further attributes of each event.

    Args:
        device: The sensor with its new readings.
        before: Its readings until now.
    """
    for name, value in device.readings.items():
        if name in ALARMS and value is not before.get(name, False):
            yield ALARMS[name][0 if value else 1], {}
    for name, limits in _limits(device).items():
        if name not in device.readings:
            continue
        value = device.readings[name]
        old, new = _beyond(before.get(name), limits), _beyond(value, limits)
        if old is not None and old != new:
            yield f"{name}_cleared", {name: value, "threshold_type": old}
        if new is not None and old != new:
            yield f"{name}_exceeded", {name: value, "threshold_type": new}


def implied(type_: str) -> dict[str, bool]:
    """Return the reading that an alarm's event implies."""
    for name, types in ALARMS.items():
        if type_ in types:
            return {name: type_ == types[0]}
    return {}


def _limits(device: SimDevice) -> dict[str, dict[str, float]]:
    limits = dict(_AIR_LIMITS)
    for name in ("temperature", "humidity"):
        if threshold := device.configurations.get(f"{name}_threshold"):
            limits[name] = threshold
    return limits


def _beyond(value: float | None, limits: Mapping[str, float]) -> str | None:
    """Say which threshold a value has crossed."""
    if value is None:
        return None
    if "min" in limits and value < limits["min"]:
        return "min"
    if "max" in limits and value > limits["max"]:
        return "max"
    return None
