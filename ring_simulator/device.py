"""Simulated devices and their documents (API reference, 2.2-2.5)."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from .account import Location
from .device_kinds import Attributes, DeviceKind, Encryption
from .readings import status_attributes, validate_readings
from .timestamps import NEVER_REPORTED, iso

type Resource = dict[str, Any]

RELATIONS = ("status", "location", "capabilities", "configurations")
"""Names of the related resources, in the order of ``relationships``."""

# absent from the status of a sensor that has never reported
_ABSENT_BEFORE_REPORT = frozenset({"battery", "signal"})


@dataclass(slots=True, eq=False)
class SimDevice:
    """A device of an account; every attribute can be changed at any time.

    Attributes:
        clock: Returns the time in epoch seconds.
        readings: Sensor readings by name; use ``report`` to change them.
        power: Power source of a camera.
        online: ``online`` in the status; the endpoints respond even when it is false.
        reported_at: Epoch seconds of the last report, or None if there was none.
        shared: Whether the user shares the device with the app.
        snoozed_until: Epoch seconds until which notifications or sounds are off, 0 if
            they are on, and None if the device does not report it.
        played: ``audio_ref`` of the sounds that a chime has played, the oldest first.
    """

    id: str
    kind: DeviceKind
    name: str
    account_id: str
    image_url: str
    status_id: str
    capabilities_id: str
    configurations_id: str
    location: Location
    capabilities: Attributes
    configurations: Attributes
    clock: Callable[[], float]
    readings: dict[str, Any] = field(default_factory=dict)
    power: Literal["battery", "line"] | None = None
    encryption: Encryption = Encryption.NONE
    online: bool = True
    reported_at: float | None = None
    shared: bool = True
    snoozed_until: float | None = None
    played: list[str] = field(default_factory=list)

    @property
    def visible(self) -> bool:
        """Whether the API returns the device."""
        return self.shared and self.encryption is not Encryption.E2EE

    @property
    def is_camera(self) -> bool:
        """Whether the device has video."""
        return bool(self.capabilities["video"]["codecs"])

    @property
    def component_ids(self) -> tuple[str, ...]:
        """Component IDs of a device with several cameras, otherwise empty."""
        components = self.capabilities.get("components", {"items": []})
        return tuple(item["component_id"] for item in components["items"])

    @property
    def motion_detection(self) -> bool | None:
        """Whether motion detection is on, or None if the device has none."""
        state = self.configurations["motion_detection"]["enabled"]
        return None if state is None else state == "on"

    @motion_detection.setter
    def motion_detection(self, on: bool) -> None:
        if self.motion_detection is None:
            raise ValueError("motion_detection: this device has none")
        self.configurations["motion_detection"]["enabled"] = "on" if on else "off"

    def report(self, **readings: bool | float | str) -> None:
        """Set sensor readings by name, and ``reported_at`` to now.

        Raises:
            ValueError: A name is unknown or a value has the wrong type.
        """
        validate_readings(readings)
        self.readings.update(readings)
        self.reported_at = self.clock()

    def resource(self) -> Resource:
        """Return the JSON:API resource (API reference, 2.2)."""
        related = f"/v1/devices/{self.id}"
        kinds = {
            "status": ("device-status", self.status_id),
            "location": ("locations", self.location.id),
            "capabilities": ("device-capabilities", self.capabilities_id),
            "configurations": ("device-configurations", self.configurations_id),
        }
        return {
            "type": "devices",
            "id": self.id,
            "attributes": {"name": self.name, "image_url": self.image_url},
            "relationships": {
                relation: {
                    "data": {"type": type_, "id": id_},
                    "links": {"related": f"{related}/{relation}"},
                }
                for relation, (type_, id_) in kinds.items()
            },
        }

    def related(self, relation: str, component_id: str | None = None) -> Resource:
        """Return one of the related resources.

        Args:
            relation: One of ``RELATIONS``.
            component_id: One of ``component_ids``; limits the capabilities to it.

        Raises:
            ValueError: The relation is unknown.
        """
        match relation:
            case "status":
                return self._status()
            case "location":
                return self.location.resource()
            case "capabilities":
                return self._capabilities(component_id)
            case "configurations":
                return {
                    "type": "device-configurations",
                    "id": self.configurations_id,
                    "attributes": deepcopy(self.configurations),
                }
            case _:
                raise ValueError(f"{relation}: not a relation of a device")

    def _status(self) -> Resource:
        readings = self.readings
        if self.reported_at is None:
            reported_at = NEVER_REPORTED
            readings = {
                k: v for k, v in readings.items() if k not in _ABSENT_BEFORE_REPORT
            }
        else:
            reported_at = iso(self.reported_at, milliseconds=bool(readings))
        attributes = status_attributes(readings)
        if self.readings:
            attributes["sensor_reporting_state"] = {"value": "active"}
        attributes |= {
            "audio": {"snooze": self._snooze()},
            "online": self.online,
            "reported_at": reported_at,
            "state": None,
        }
        return {"type": "device-status", "id": self.status_id, "attributes": attributes}

    def _snooze(self) -> Attributes:
        until = self.snoozed_until
        if until is None:
            return {"active": None, "until": None}
        if until <= self.clock():
            return {"active": False, "until": None}
        return {"active": True, "until": iso(until)}

    def _capabilities(self, component_id: str | None) -> Resource:
        attributes = deepcopy(self.capabilities)
        if component_id is not None and "components" in attributes:
            items = attributes["components"]["items"]
            selected = [item for item in items if item["component_id"] == component_id]
            attributes["components"]["items"] = selected
            attributes["video"] = selected[0]["video"]
        return {
            "type": "device-capabilities",
            "id": self.capabilities_id,
            "attributes": attributes,
        }
