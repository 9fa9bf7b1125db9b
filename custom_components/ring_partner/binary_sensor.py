"""Binary sensors of Ring devices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.options import RingOptions
from .api import Device
from .api.events import RingEventType
from .entity import (
    RingEntity,
    RingEntityDescription,
    RingEventListenerEntity,
    async_add_device_entities,
    existing,
    for_cameras,
)
from .events.dispatcher import DispatchedEvent
from .helpers.timer import Timer
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingBinarySensorDescription(RingEntityDescription, BinarySensorEntityDescription):
    """Describes a binary sensor.

    Attributes:
        is_on: returns the state; None if Ring does not report it.
        available_offline: the state is valid also while the device is offline.

    """

    is_on: Callable[[Device], bool | None]
    available_offline: bool = False


BINARY_SENSORS = (
    RingBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on=lambda device: None if device.status is None else device.status.online,
        available_offline=True,
    ),
    RingBinarySensorDescription(
        key="motion_detection",
        translation_key="motion_detection",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=lambda device: device.motion_detection is not None,
        is_on=lambda device: device.motion_detection,
    ),
)

MOTION_SENSOR = BinarySensorEntityDescription(
    key="motion",
    device_class=BinarySensorDeviceClass.MOTION,
    # The motion event has more detail. This is for automations that need a state.
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""
    async_add_device_entities(
        entry,
        async_add_entities,
        {
            RingBinarySensor: existing(*BINARY_SENSORS),
            RingMotionSensor: for_cameras(MOTION_SENSOR),
        },
    )


class RingBinarySensor(RingEntity, BinarySensorEntity):
    """A state that Ring reports when it is polled."""

    entity_description: RingBinarySensorDescription

    @property
    @override
    def available(self) -> bool:
        """Whether the state is valid."""
        if self.entity_description.available_offline:
            return self.has_data
        return super().available

    @property
    @override
    def is_on(self) -> bool | None:
        """The state."""
        return self.entity_description.is_on(self.device)


class RingMotionSensor(RingEventListenerEntity, BinarySensorEntity):
    """Motion as a state. Ring reports when motion begins, but not when it ends."""

    entity_description: BinarySensorEntityDescription
    _attr_is_on = False

    def __init__(
        self,
        entry: RingConfigEntry,
        device: Device,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Set up the sensor."""
        super().__init__(entry, device, description)
        self._duration = RingOptions.from_entry(entry).motion_duration
        self._off_timer = Timer(self.coordinator.hass, self._async_turn_off)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the events of the device."""
        await super().async_added_to_hass()
        self.async_on_remove(self._off_timer.async_cancel)

    @callback
    @override
    def async_handle_event(self, dispatched: DispatchedEvent) -> bool:
        """Turn on for some time."""
        if dispatched.is_late or dispatched.event.type != RingEventType.MOTION_DETECTED:
            return False
        self._off_timer.async_start(self._duration)
        self._attr_is_on = True
        self.async_write_ha_state()
        return True

    @callback
    def _async_turn_off(self, _now: datetime) -> None:
        self._attr_is_on = False
        self.async_write_ha_state()
