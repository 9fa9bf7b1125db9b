"""Sensors of Ring devices, and the one that tells how Ring's service is doing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device
from .coordinator import RingConfigEntry
from .entity import RingEntity, async_add_per_device
from .health import HealthState, RingHealth
from .registry import account_device

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingSensorDescription(SensorEntityDescription):
    """Describes a sensor: whether a device has it, and its value."""

    exists: Callable[[Device], bool] = lambda _device: True
    value: Callable[[Device], datetime | None]


SENSORS = (
    RingSensorDescription(
        key="last_report",
        translation_key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda device: (
            None if device.status is None else device.status.reported_at
        ),
    ),
)

API_STATUS = SensorEntityDescription(
    key="api_status",
    translation_key="api_status",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[state.value for state in HealthState],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors."""
    coordinator = entry.runtime_data.coordinator

    def entities_of(device: Device) -> Iterator[tuple[str, Callable[[], RingSensor]]]:
        for description in SENSORS:
            if description.exists(device):
                yield (
                    description.key,
                    partial(RingSensor, coordinator, device, description),
                )

    async_add_entities([ApiStatusSensor(entry)])
    async_add_per_device(entry, async_add_entities, entities_of)


class RingSensor(RingEntity, SensorEntity):
    """A value that Ring tells of a device."""

    entity_description: RingSensorDescription

    @property
    @override
    def native_value(self) -> datetime | None:
        """The value."""
        return self.entity_description.value(self.device)


class ApiStatusSensor(SensorEntity):
    """How Ring's service is doing; always available, for it tells why others aren't."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description = API_STATUS

    def __init__(self, entry: RingConfigEntry) -> None:
        """Set up the sensor of an account."""
        account_id = entry.unique_id or entry.entry_id
        self._health: RingHealth = entry.runtime_data.health
        self._attr_unique_id = f"{account_id}_{API_STATUS.key}"
        self._attr_device_info = account_device(account_id, entry.title)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the service's health."""
        self.async_on_remove(self._health.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> str:
        """The state."""
        return self._health.state.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Why, since when, and when Home Assistant asks again."""
        return {
            "reason": self._health.reason,
            "since": self._health.since,
            "next_try": self._health.next_try,
        }
