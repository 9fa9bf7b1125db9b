"""Ring devices over Ring's official Partner API."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .app import PLAYGROUND_CLIENT, async_get_app, warn_of_replaced_addresses
from .auth import token_source
from .cache import DeviceCache
from .const import DOMAIN
from .coordinator import RingConfigEntry, RingDevicesCoordinator, RingRuntimeData
from .health import RingHealth

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [Platform.BINARY_SENSOR, Platform.SENSOR]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the integration."""
    warn_of_replaced_addresses()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Set up an account."""
    app = async_get_app(hass, PLAYGROUND_CLIENT)
    health = RingHealth(hass, entry, app.resilience)
    entry.async_on_unload(health.async_start())
    coordinator = RingDevicesCoordinator(
        hass,
        entry,
        app.async_client(token_source(entry), health.heard),
        health,
        DeviceCache(hass, entry.entry_id),
    )
    await coordinator.async_start()
    entry.runtime_data = RingRuntimeData(app, health, coordinator)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Unload an account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: RingConfigEntry) -> None:
    """Delete what was kept on disk for an account."""
    await DeviceCache(hass, entry.entry_id).async_remove()


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: RingConfigEntry, device: DeviceEntry
) -> bool:
    """Let a person remove a device that Ring no longer lists."""
    return not any(
        domain == DOMAIN
        and (key == entry.unique_id or key in entry.runtime_data.coordinator.data)
        for domain, key in device.identifiers
    )
