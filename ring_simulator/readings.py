"""The sensor values of a status document, under short names (API reference, 2.3)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a value lives in the status attributes and what it may be."""

    path: tuple[str, ...]
    types: tuple[type, ...]

    def accepts(self, value: object) -> bool:
        """Say whether the value has the right type; a bool is not a number."""
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
"""Short name → where it lives.

``contact`` is true when open; ``battery`` is 255 on mains.
"""


def check(readings: dict[str, Any]) -> None:
    """Raise ValueError for an unknown name or a value of the wrong type."""
    for name, value in readings.items():
        reading = READINGS.get(name)
        if reading is None:
            raise ValueError(f"{name}: unknown reading, known: {', '.join(READINGS)}")
        if not reading.accepts(value):
            names = " or ".join(kind.__name__ for kind in reading.types)
            raise ValueError(f"{name}: must be {names}")


def as_attributes(readings: dict[str, Any]) -> dict[str, Any]:
    """Return the readings as members of the status attributes."""
    attributes: dict[str, Any] = {}
    for name, value in readings.items():
        *parents, last = READINGS[name].path
        place = attributes
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return attributes
