"""Settings of a device in the Ring app (Ring Partner API reference, 2.5)."""

from dataclasses import dataclass
from typing import Self

from .fields import (
    Json,
    boolean,
    integer,
    mapping,
    mappings,
    member,
    number,
    switch,
    text,
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A motion or privacy zone; (0, 0) is the top left corner of the picture (2.5)."""

    id: str | None
    vertices: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class ChimeSlot:
    """A sound that a Ring app can play on a chime (2.5)."""

    event: str
    disabled: bool
    audio_ref: str | None
    audio_name: str | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """The range outside which a climate sensor sends events (2.5)."""

    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Configurations:
    """Settings of a device in the Ring app; read-only (2.5)."""

    motion_detection: bool | None = None
    motion_zones: tuple[Zone, ...] = ()
    privacy_zones: tuple[Zone, ...] = ()
    image_enhancements: tuple[tuple[str, bool], ...] = ()
    volume: int | None = None
    audio_slots: tuple[ChimeSlot, ...] = ()
    end_to_end_encryption: bool | None = None
    temperature_threshold: Threshold | None = None
    humidity_threshold: Threshold | None = None

    @classmethod
    def from_attributes(cls, attributes: Json) -> Self:
        """Read the attributes of a `device-configurations` resource."""
        motion = mapping(attributes.get("motion_detection"))
        image = mapping(attributes.get("image_enhancements"))
        audio = mapping(attributes.get("audio"))
        return cls(
            motion_detection=switch(motion.get("enabled")),
            motion_zones=_zones(motion.get("motion_zones")),
            privacy_zones=_zones(image.get("privacy_zones")),
            image_enhancements=tuple(
                [
                    (name, value)
                    for name in sorted(image)
                    if (value := switch(image[name])) is not None
                ]
            ),
            volume=integer(audio.get("volume")),
            # Sorted, because Ring sends the slots in varying order.
            audio_slots=tuple(
                sorted(
                    _slots(audio.get("customizable_slots")), key=lambda slot: slot.event
                )
            ),
            end_to_end_encryption=switch(
                member(attributes.get("e2e_encryption"), "enabled")
            ),
            temperature_threshold=_threshold(attributes.get("temperature_threshold")),
            humidity_threshold=_threshold(attributes.get("humidity_threshold")),
        )


def _zones(value: object) -> tuple[Zone, ...]:
    return tuple(
        [
            Zone(text(zone.get("id")), _vertices(zone.get("vertices")))
            for zone in mappings(value)
        ]
    )


def _vertices(value: object) -> tuple[tuple[float, float], ...]:
    return tuple(
        [
            (x, y)
            for vertex in mappings(value)
            if (x := number(vertex.get("x"))) is not None
            and (y := number(vertex.get("y"))) is not None
        ]
    )


def _slots(value: object) -> list[ChimeSlot]:
    return [
        ChimeSlot(
            event=event,
            disabled=boolean(slot.get("disabled")) or False,
            audio_ref=text(slot.get("audio_ref")),
            audio_name=text(slot.get("audio_name")),
        )
        for slot in mappings(value)
        if (event := text(slot.get("event"))) is not None
    ]


def _threshold(value: object) -> Threshold | None:
    if not isinstance(value, dict):
        return None
    return Threshold(number(value.get("min")), number(value.get("max")))
