"""A simulated device: its state and its documents."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from .account import Location
from .kinds import Attributes, DeviceKind, Encryption
from .readings import as_attributes, check
from .timestamps import NEVER, iso

type Resource = dict[str, Any]

RELATIONS = ("status", "location", "capabilities", "configurations")
"""What ``include`` may name, in the order in which Ring lists the relationships."""

# what a sensor has told before its first check-in: nothing that it had to measure
_CHECKED_IN_ONLY = frozenset({"battery", "signal"})


@dataclass(slots=True, eq=False)
class SimDevice:
    """A device of an account; every attribute may be changed at any time.

    Attributes:
        online: What the status says; the device answers its endpoints all the same.
        reported_at: Epoch seconds of the last report, none if it never reported.
        shared: Whether the user gave the app access to it.
        readings: Sensor values by short name; use ``report`` to change them.
        played: Sounds that a chime has played (``audio_ref``), oldest first.
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
    played: list[str] = field(default_factory=list)

    @property
    def visible(self) -> bool:
        """Whether Ring shows the device to the app."""
        return self.shared and self.encryption is not Encryption.E2EE

    @property
    def is_camera(self) -> bool:
        """Whether it has video."""
        return bool(self.capabilities["video"]["codecs"])

    @property
    def component_ids(self) -> tuple[str, ...]:
        """Cameras of a device that has several, else empty."""
        components = self.capabilities.get("components", {"items": []})
        return tuple(item["component_id"] for item in components["items"])

    @property
    def motion_detection(self) -> bool | None:
        """Whether motion detection is on, none if the device has none."""
        state = self.configurations["motion_detection"]["enabled"]
        return None if state is None else state == "on"

    @motion_detection.setter
    def motion_detection(self, on: bool) -> None:
        if self.motion_detection is None:
            raise ValueError("motion_detection: this device has none")
        self.configurations["motion_detection"]["enabled"] = "on" if on else "off"

    def report(self, **readings: bool | float | str) -> None:
        """Take new sensor values by short name; the device has now reported.

        Raises:
            ValueError: A name is unknown or a value has the wrong type.
        """
        check(readings)
        self.readings.update(readings)
        self.reported_at = self.clock()

    def resource(self) -> Resource:
        """Return the ``devices`` resource (API reference, 2.2)."""
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
        """Return one of the related resources, of one camera only if asked.

        Args:
            relation: One of ``RELATIONS``.
            component_id: One of ``component_ids``; it narrows the capabilities.
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
            reported_at = NEVER
            readings = {k: v for k, v in readings.items() if k not in _CHECKED_IN_ONLY}
        else:
            reported_at = iso(self.reported_at, milliseconds=bool(readings))
        attributes = as_attributes(readings)
        if self.readings:
            attributes["sensor_reporting_state"] = {"value": "active"}
        attributes |= {
            "audio": {"snooze": {"active": None, "until": None}},
            "online": self.online,
            "reported_at": reported_at,
            "state": None,
        }
        return {"type": "device-status", "id": self.status_id, "attributes": attributes}

    def _capabilities(self, component_id: str | None) -> Resource:
        attributes = deepcopy(self.capabilities)
        if component_id is not None and "components" in attributes:
            items = attributes["components"]["items"]
            chosen = [item for item in items if item["component_id"] == component_id]
            attributes["components"]["items"] = chosen
            attributes["video"] = chosen[0]["video"]
        return {
            "type": "device-capabilities",
            "id": self.capabilities_id,
            "attributes": attributes,
        }
