"""Binary sensors of Ring devices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device
from .coordinator import RingConfigEntry
from .entity import RingEntity, async_add_per_device

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor.

    Attributes:
        exists: whether a device has it.
        is_on: its state; None if Ring does not say.
        shown_offline: it says something about a device that is offline, too.

    """

    exists: Callable[[Device], bool] = lambda _device: True
    is_on: Callable[[Device], bool | None]
    shown_offline: bool = False


BINARY_SENSORS = (
    RingBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on=lambda device: None if device.status is None else device.status.online,
        shown_offline=True,
    ),
    RingBinarySensorDescription(
        key="motion_detection",
        translation_key="motion_detection",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=lambda device: (
            device.configurations is not None
            and device.configurations.motion_detection is not None
        ),
        is_on=lambda device: (
            None
            if device.configurations is None
            else device.configurations.motion_detection
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""
    coordinator = entry.runtime_data.coordinator

    def entities_of(
        device: Device,
    ) -> Iterator[tuple[str, Callable[[], RingBinarySensor]]]:
        for description in BINARY_SENSORS:
            if description.exists(device):
                yield (
                    description.key,
                    partial(RingBinarySensor, coordinator, device, description),
                )

    async_add_per_device(entry, async_add_entities, entities_of)


class RingBinarySensor(RingEntity, BinarySensorEntity):
    """A yes or no that Ring tells of a device."""

    entity_description: RingBinarySensorDescription

    @property
    @override
    def available(self) -> bool:
        """Whether the state can be shown."""
        if self.entity_description.shown_offline:
            return self.known
        return super().available

    @property
    @override
    def is_on(self) -> bool | None:
        """The state."""
        return self.entity_description.is_on(self.device)
