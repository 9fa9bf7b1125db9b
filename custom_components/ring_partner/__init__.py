"""Ring devices over Ring's official Partner API."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .account.device_cache import DeviceCache
from .account.migration import async_migrate_to_minor_version_2
from .account.sign_in import async_forget_app, async_unlink, async_wait_for_refresh
from .account.token_store import TokenStore
from .app.cloud_urls import log_replaced_urls
from .app.public_urls import async_get_public_urls
from .chime_services import async_setup_chime_services
from .const import DOMAIN
from .events.event_store import EventStore
from .helpers.issues import async_delete_issues
from .media.picture_views import PictureView
from .media.ring_media import async_remove_media
from .runtime import RingConfigEntry, async_create_runtime, async_start_events
from .services import async_setup_services

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the integration."""
    log_replaced_urls()
    async_setup_services(hass)
    async_setup_chime_services(hass)
    hass.http.register_view(PictureView(hass))
    return True


async def async_setup_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Set up an account."""
    entry.runtime_data = await async_create_runtime(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    await async_start_events(entry)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Migrate an account of an earlier version of the integration.

    Home Assistant refuses accounts of a newer major version itself; newer minor
    versions can be used as they are.
    """
    if entry.minor_version < 2:
        await async_get_public_urls(hass).async_migrate()
        async_migrate_to_minor_version_2(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Unload an account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: RingConfigEntry) -> None:
    """Delete what was stored for an account."""
    async_delete_issues(hass, entry)
    await async_wait_for_refresh(hass, entry)
    await async_unlink(hass, entry)
    await TokenStore(hass, entry).async_remove()
    await DeviceCache(hass, entry.entry_id).async_remove()
    await EventStore(hass, entry.entry_id).async_remove()
    await async_remove_media(hass, entry.entry_id)
    await async_forget_app(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: RingConfigEntry, device: DeviceEntry
) -> bool:
    """Allow a person to remove a device that Ring no longer lists."""
    if entry.state is not ConfigEntryState.LOADED:
        # It is not known what Ring lists.
        return False
    return not any(
        domain == DOMAIN
        and (key == entry.unique_id or key in entry.runtime_data.coordinator.data)
        for domain, key in device.identifiers
    )
