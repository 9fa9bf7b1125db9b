"""Sensor readings and their attributes in the status document (API reference, 2.3)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading's path in the status attributes and its allowed types."""

    path: tuple[str, ...]
    types: tuple[type, ...]

    def accepts(self, value: object) -> bool:
        """Return whether the value has an allowed type; a bool is not a number."""
        if isinstance(value, bool):
            return bool in self.types
        return isinstance(value, self.types)


_NUMBER = (int, float)

READINGS = {
    "contact": Reading(("contact_detection", "faulted"), (bool,)),
    "flood": Reading(("flood_detection", "faulted"), (bool,)),
    "freeze": Reading(("freeze_detection", "faulted"), (bool,)),
    "tamper": Reading(("tamper_detection", "detected"), (bool,)),
    "battery": Reading(("battery_status", "percentage"), (int,)),
    "signal": Reading(("signal_strength", "value"), (str,)),
    "temperature": Reading(("temperature",), _NUMBER),
    "humidity": Reading(("humidity",), _NUMBER),
    "pm25": Reading(("pm25",), _NUMBER),
    "co": Reading(("co",), _NUMBER),
}
"""Readings by name.

``contact`` is true when open. ``battery`` is a percentage, or 255 on mains power.
"""


def validate_readings(readings: dict[str, Any]) -> None:
    """Check names and types of readings.

    Raises:
        ValueError: A name is unknown or a value has the wrong type.
    """
    for name, value in readings.items():
        reading = READINGS.get(name)
        if reading is None:
            raise ValueError(f"{name}: unknown reading, known: {', '.join(READINGS)}")
        if not reading.accepts(value):
            types = " or ".join(type_.__name__ for type_ in reading.types)
            raise ValueError(f"{name}: must be {types}")


def status_attributes(readings: dict[str, Any]) -> dict[str, Any]:
    """Return the readings as members of the status attributes."""
    attributes: dict[str, Any] = {}
    for name, value in readings.items():
        *parents, last = READINGS[name].path
        target = attributes
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return attributes
