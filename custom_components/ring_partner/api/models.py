"""Accounts and devices.

Attributes are None if Ring doesn't send them. Numbers in parentheses are sections of
the Ring Partner API reference.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self

from .configurations import Configurations
from .document import Resource
from .fields import (
    Json,
    boolean,
    integer,
    mapping,
    mappings,
    member,
    number,
    text,
    texts,
    timestamp,
)

MAINS_POWERED: Final = 255
"""The battery percentage that Ring sends for a device on mains power (2.3)."""


@dataclass(frozen=True, slots=True)
class Account:
    """A Ring account (2.1)."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = field(default=None, repr=False)

    @classmethod
    def from_resource(cls, resource: Resource) -> Self:
        """Read a `users` resource."""
        attributes = resource.attributes
        return cls(
            id=resource.id,
            first_name=text(attributes.get("first_name")),
            last_name=text(attributes.get("last_name")),
            email=text(attributes.get("email")),
        )

    @property
    def name(self) -> str | None:
        """First and last name."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or None


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """Status of a device (2.3).

    Temperatures are in °C, humidity is in %, PM2.5 is in µg/m³ and CO in ppm. The
    readings of a sensor that has never reported are meaningless.
    """

    online: bool | None = None
    reported_at: datetime | None = None
    never_reported: bool = False
    snoozed: bool | None = None
    snoozed_until: datetime | None = None
    contact_open: bool | None = None
    flood: bool | None = None
    freeze: bool | None = None
    tampered: bool | None = None
    battery: int | None = None
    mains_powered: bool = False
    signal_strength: str | None = None
    temperature: float | None = None
    humidity: float | None = None
    pm25: float | None = None
    co: float | None = None

    @classmethod
    def from_attributes(cls, attributes: Json) -> Self:
        """Read the attributes of a `device-status` resource."""
        snooze = member(attributes.get("audio"), "snooze")
        battery = integer(member(attributes.get("battery_status"), "percentage"))
        reported_at = attributes.get("reported_at")
        return cls(
            online=boolean(attributes.get("online")),
            reported_at=timestamp(reported_at),
            never_reported=_is_epoch(reported_at),
            snoozed=boolean(member(snooze, "active")),
            snoozed_until=timestamp(member(snooze, "until")),
            contact_open=_faulted(attributes, "contact_detection"),
            flood=_faulted(attributes, "flood_detection"),
            freeze=_faulted(attributes, "freeze_detection"),
            tampered=boolean(member(attributes.get("tamper_detection"), "detected")),
            battery=battery if battery is not None and 0 <= battery <= 100 else None,
            mains_powered=battery == MAINS_POWERED,
            signal_strength=text(member(attributes.get("signal_strength"), "value")),
            temperature=number(attributes.get("temperature")),
            humidity=number(attributes.get("humidity")),
            pm25=number(attributes.get("pm25")),
            co=number(attributes.get("co")),
        )


def _is_epoch(value: object) -> bool:
    """Return whether a time is the start of 1970, as of a device without a report."""
    return (text(value) or "").startswith("1970-01-01")


def _faulted(attributes: Json, name: str) -> bool | None:
    return boolean(member(attributes.get(name), "faulted"))


@dataclass(frozen=True, slots=True)
class VideoCapabilities:
    """Video capabilities of a camera, or of one camera of several (2.4)."""

    codecs: tuple[str, ...] = ()
    ratio: str | None = None
    max_resolution: int | None = None
    supported_resolutions: tuple[int, ...] = ()
    component_id: str | None = None

    @classmethod
    def from_json(cls, video: Json, component_id: str | None = None) -> Self:
        """Read a `video` member."""
        resolutions = video.get("supported_resolutions")
        return cls(
            codecs=texts(video.get("codecs")),
            ratio=text(video.get("ratio")),
            max_resolution=integer(video.get("max_resolution")),
            supported_resolutions=tuple(
                whole
                for item in (resolutions if isinstance(resolutions, list) else ())
                if (whole := integer(item)) is not None
            ),
            component_id=component_id,
        )


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Capabilities of a device (2.4)."""

    video: VideoCapabilities | None = None
    components: tuple[VideoCapabilities, ...] = ()
    motion_detection: bool = False
    image_enhancements: tuple[str, ...] = ()
    audio_actions: tuple[str, ...] = ()
    audio_slots: int | None = None
    sensors: frozenset[str] = frozenset()

    @classmethod
    def from_attributes(cls, attributes: Json) -> Self:
        """Read the attributes of a `device-capabilities` resource."""
        video = mapping(attributes.get("video"))
        audio = mapping(attributes.get("audio"))
        items = mappings(member(attributes.get("components"), "items"))
        return cls(
            video=VideoCapabilities.from_json(video)
            if texts(video.get("codecs"))
            else None,
            components=tuple(
                VideoCapabilities.from_json(mapping(item.get("video")), component_id)
                for item in items
                if (component_id := _component_id(item.get("component_id"))) is not None
            ),
            motion_detection="enabled"
            in texts(member(attributes.get("motion_detection"), "configurations")),
            image_enhancements=texts(
                member(attributes.get("image_enhancements"), "configurations")
            ),
            audio_actions=texts(audio.get("supported_actions")),
            audio_slots=integer(audio.get("customizable_slots")),
            sensors=frozenset(
                [
                    name
                    for name, value in attributes.items()
                    if value is not None
                    and value is not False
                    and name not in _NOT_SENSORS
                ]
            ),
        )

    @property
    def has_camera(self) -> bool:
        """Whether the device has video."""
        return self.video is not None or bool(self.components)

    @property
    def plays_chime(self) -> bool:
        """Whether the device can play sounds."""
        return "chime.play" in self.audio_actions


_NOT_SENSORS: Final = frozenset(
    {"video", "audio", "image_enhancements", "motion_detection", "components"}
)


def _component_id(value: object) -> str | None:
    """Return the ID of a component, which Ring sends as a string or a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value)


@dataclass(frozen=True, slots=True)
class Location:
    """Country and state of a device (2.6)."""

    country: str | None = None
    state: str | None = None

    @classmethod
    def from_attributes(cls, attributes: Json) -> Self:
        """Read the attributes of a `locations` resource."""
        return cls(text(attributes.get("country")), text(attributes.get("state")))


@dataclass(frozen=True, slots=True)
class Device:
    """A device that the user selected for the Ring app (2.2).

    Status, capabilities, configurations and location are None if the response doesn't
    include them.
    """

    id: str
    name: str | None = None
    image_url: str | None = None
    status: DeviceStatus | None = None
    capabilities: Capabilities | None = None
    configurations: Configurations | None = None
    location: Location | None = None

    @classmethod
    def from_resources(
        cls,
        device: Resource,
        status: Resource | None,
        capabilities: Resource | None,
        configurations: Resource | None,
        location: Resource | None,
    ) -> Self:
        """Return the device of a `devices` resource and its included resources."""
        return cls(
            id=device.id,
            name=text(device.attributes.get("name")),
            image_url=text(device.attributes.get("image_url")),
            status=_read_as(DeviceStatus, status),
            capabilities=_read_as(Capabilities, capabilities),
            configurations=_read_as(Configurations, configurations),
            location=_read_as(Location, location),
        )

    @property
    def has_camera(self) -> bool:
        """Whether the device delivers video, as far as its capabilities are known."""
        return self.capabilities is not None and self.capabilities.has_camera

    @property
    def component_ids(self) -> tuple[str | None, ...]:
        """IDs of the cameras of a device with several; only None for one camera."""
        if self.capabilities is None or not self.has_camera:
            return ()
        ids = tuple(each.component_id for each in self.capabilities.components)
        return ids if len(ids) > 1 else (None,)

    @property
    def is_offline(self) -> bool:
        """Whether Ring says that the device is offline (2.3)."""
        return self.status is not None and self.status.online is False

    @property
    def is_encrypted(self) -> bool:
        """Whether only the user can decode the device's media (5)."""
        return (
            self.configurations is not None
            and self.configurations.end_to_end_encryption is True
        )

    @property
    def motion_detection(self) -> bool | None:
        """Whether motion detection is on; None if Ring does not report it."""
        return (
            None
            if self.configurations is None
            else self.configurations.motion_detection
        )

    def without_status(self) -> Device:
        """Return the device without its status."""
        return replace(self, status=None)

    def with_status(self, status: DeviceStatus) -> Device:
        """Return the device with another status."""
        return replace(self, status=status)

    def with_changed_status(self, **changes: Any) -> Device:
        """Return the device with some attributes of its status changed.

        It is the same object if it has these values already.
        """
        status = self.status
        if status is not None and all(
            getattr(status, name) == value for name, value in changes.items()
        ):
            return self
        return self.with_status(replace(status or DeviceStatus(), **changes))

    def with_online(self, *, online: bool) -> Device:
        """Return the device with a status that is online or offline."""
        return self.with_changed_status(online=online)

    def completed_from(self, earlier: Device) -> Device:
        """Return the device with its missing parts taken from an earlier response.

        A missing status stays missing, as an earlier one may no longer be true.
        """
        return replace(
            self,
            name=self.name or earlier.name,
            image_url=self.image_url or earlier.image_url,
            capabilities=self.capabilities or earlier.capabilities,
            configurations=self.configurations or earlier.configurations,
            location=self.location or earlier.location,
        )


def _read_as[Model: (Capabilities, Configurations, DeviceStatus, Location)](
    model: type[Model], resource: Resource | None
) -> Model | None:
    """Return what the attributes of an included resource mean.

    They were read when the resource was parsed, unless it has a type that Ring does not
    document. What a relationship refers to is then known from the name of it.
    """
    if resource is None:
        return None
    if isinstance(resource.attributes, model):
        return resource.attributes
    return model.from_attributes(mapping(resource.attributes))
