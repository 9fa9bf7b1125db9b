"""Binary sensors of Ring devices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later

from .api import Device
from .api.events import EventKind
from .entity import Makers, RingEntity, RingListener, async_add_per_device, described
from .events import Told
from .options import RingOptions
from .runtime import RingConfigEntry

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


MOTION = BinarySensorEntityDescription(
    key="motion",
    device_class=BinarySensorDeviceClass.MOTION,
    # The motion event says more; this is for automations that need a state.
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""

    def entities_of(device: Device) -> Makers[BinarySensorEntity]:
        yield from described(RingBinarySensor, BINARY_SENSORS, entry, device)
        if device.capabilities is not None and device.capabilities.has_camera:
            yield "motion", partial(MotionBinarySensor, entry, device)

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


class MotionBinarySensor(RingListener, BinarySensorEntity):
    """Motion as a state: Ring tells when it begins, not when it ends."""

    entity_description: BinarySensorEntityDescription
    _attr_is_on = False

    def __init__(self, entry: RingConfigEntry, device: Device) -> None:
        """Set up the sensor."""
        super().__init__(entry, device, MOTION)
        self._lasts = RingOptions.of(entry).motion_lasts
        self._cancel_off: CALLBACK_TYPE | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Listen, for as long as the sensor is there."""
        await super().async_added_to_hass()
        self.async_on_remove(self._stop_waiting)

    @callback
    @override
    def hear(self, told: Told) -> bool:
        """Turn on for a while."""
        if not told.is_news or told.event.type != EventKind.MOTION_DETECTED:
            return False
        self._stop_waiting()
        self._cancel_off = async_call_later(self.hass, self._lasts, self._turn_off)
        self._attr_is_on = True
        self.async_write_ha_state()
        return True

    @callback
    def _turn_off(self, _now: datetime) -> None:
        self._cancel_off = None
        self._attr_is_on = False
        self.async_write_ha_state()

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_off is not None:
            self._cancel_off()
            self._cancel_off = None
