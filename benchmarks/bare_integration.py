"""An integration whose entities do nothing, to compare the entities of Ring with.

It has a config entry, a coordinator, and entities with unique IDs, names and devices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import logging
from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.button import ButtonEntity
from homeassistant.components.camera import Camera
from homeassistant.components.event import EventEntity
from homeassistant.components.image import ImageEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import (
    CoordinatorEntity,
    DataUpdateCoordinator,
)
from pytest_homeassistant_custom_component.common import (
    MockModule,
    MockPlatform,
    mock_integration,
    mock_platform,
)

DOMAIN: Final = "bare_integration"

_LOGGER = logging.getLogger(__name__)

type BareCoordinator = DataUpdateCoordinator[dict[str, int]]
type BareConfigEntry = ConfigEntry[BareCoordinator]


@dataclass(frozen=True, slots=True)
class EntityKind:
    """What Home Assistant's registry has of an entity.

    Attributes:
        platform: Platform of the entity.
        enabled: Whether the entity is enabled by default.
    """

    platform: Platform
    enabled: bool


type DeviceEntities = list[list[EntityKind]]
"""The entities of each device."""


class BareConfigFlow(ConfigFlow, domain=DOMAIN):
    """A config flow, which Home Assistant requires for config entries."""


class _BareEntity(CoordinatorEntity[BareCoordinator]):
    _attr_has_entity_name = True

    def __init__(
        self, coordinator: BareCoordinator, device: str, number: int, *, enabled: bool
    ) -> None:
        super().__init__(coordinator)
        self._device = device
        self._attr_unique_id = f"{device}_{number}"
        self._attr_name = f"Entity {number}"
        self._attr_entity_registry_enabled_default = enabled
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, device)},
            manufacturer="Manufacturer",
            model="Model",
            name=f"Device {device}",
        )


class _BareBinarySensor(_BareEntity, BinarySensorEntity):
    @property
    @override
    def is_on(self) -> bool:
        return bool(self.coordinator.data[self._device])


class _BareButton(_BareEntity, ButtonEntity):
    pass


class _BareCamera(_BareEntity, Camera):
    def __init__(
        self, coordinator: BareCoordinator, device: str, number: int, *, enabled: bool
    ) -> None:
        super().__init__(coordinator, device, number, enabled=enabled)
        Camera.__init__(self)


class _BareEvent(_BareEntity, EventEntity):
    _attr_event_types = ["event"]  # noqa: RUF012 - as Home Assistant declares it


class _BareImage(_BareEntity, ImageEntity):
    def __init__(
        self, coordinator: BareCoordinator, device: str, number: int, *, enabled: bool
    ) -> None:
        super().__init__(coordinator, device, number, enabled=enabled)
        ImageEntity.__init__(self, coordinator.hass)


class _BareSensor(_BareEntity, SensorEntity):
    @property
    @override
    def native_value(self) -> int:
        return self.coordinator.data[self._device]


_CLASSES: Final[dict[Platform, Callable[..., _BareEntity]]] = {
    Platform.BINARY_SENSOR: _BareBinarySensor,
    Platform.BUTTON: _BareButton,
    Platform.CAMERA: _BareCamera,
    Platform.EVENT: _BareEvent,
    Platform.IMAGE: _BareImage,
    Platform.SENSOR: _BareSensor,
}


def add_bare_integration(hass: HomeAssistant, devices: DeviceEntities) -> None:
    """Add the integration, whose config entries have these entities."""

    async def async_update() -> dict[str, int]:
        return {str(device): 0 for device in range(len(devices))}

    async def async_setup_entry(hass: HomeAssistant, entry: BareConfigEntry) -> bool:
        entry.runtime_data = DataUpdateCoordinator(
            hass,
            _LOGGER,
            config_entry=entry,
            name=DOMAIN,
            update_method=async_update,
        )
        await entry.runtime_data.async_config_entry_first_refresh()
        await hass.config_entries.async_forward_entry_setups(entry, _CLASSES)
        return True

    async def async_unload_entry(hass: HomeAssistant, entry: BareConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, _CLASSES)

    async def async_add(
        platform: Platform,
        _hass: HomeAssistant,
        entry: BareConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        async_add_entities(
            [
                _CLASSES[platform](
                    entry.runtime_data, str(device), number, enabled=kind.enabled
                )
                for device, kinds in enumerate(devices)
                for number, kind in enumerate(kinds)
                if kind.platform == platform
            ]
        )

    mock_integration(
        hass,
        MockModule(
            DOMAIN,
            async_setup_entry=async_setup_entry,
            async_unload_entry=async_unload_entry,
        ),
        top_level_files=set(),
    )
    for platform in _CLASSES:
        mock_platform(
            hass,
            f"{DOMAIN}.{platform}",
            MockPlatform(async_setup_entry=partial(async_add, platform)),
        )
    mock_platform(hass, f"{DOMAIN}.config_flow")
