"""Ring devices over Ring's official Partner API."""

from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .api import RingClient
from .app import Holder, warn_of_replaced_addresses
from .auth import async_forget_app, async_sign_in, async_unlink
from .cache import DeviceCache
from .const import CONF_HMAC_KEY, DOMAIN, POLL_INTERVAL, POLL_INTERVAL_WITH_WEBHOOKS
from .coordinator import RingDevicesCoordinator
from .events import RingEvents
from .health import RingHealth
from .history import HistoryReader
from .memory import EventMemory
from .reactions import Reactions
from .runtime import RingConfigEntry, RingRuntimeData
from .tokens import TokenStore
from .webhook_health import WebhookHealth

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the integration."""
    warn_of_replaced_addresses()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Set up an account."""
    app, tokens = await async_sign_in(hass, entry)
    hmac_key = entry.data.get(CONF_HMAC_KEY)
    if hmac_key is not None:
        # Nothing is taken yet: Ring is to repeat what comes before all is ready.
        await app.async_hold(entry.entry_id, Holder(account_id=entry.unique_id))
        entry.async_on_unload(lambda: app.async_release(entry.entry_id))
    health = RingHealth(hass, entry, app.resilience)
    entry.async_on_unload(health.async_start())
    session = app.async_session(tokens, health.heard)
    coordinator = RingDevicesCoordinator(
        hass, entry, RingClient(session), health, DeviceCache(hass, entry.entry_id)
    )
    await coordinator.async_start()
    memory = EventMemory(hass, entry.entry_id)
    await memory.async_load()
    webhooks = WebhookHealth(hass, entry, memory.deliveries, used=hmac_key is not None)
    entry.async_on_unload(webhooks.async_start())

    @callback
    def deliveries_changed() -> None:
        coordinator.async_set_pace(
            POLL_INTERVAL_WITH_WEBHOOKS if webhooks.proven else POLL_INTERVAL
        )
        if not coordinator.is_fresh:
            # What comes by itself is available as long as it can come.
            coordinator.async_update_listeners()

    entry.async_on_unload(webhooks.async_add_listener(deliveries_changed))

    async def close_memory() -> None:
        await memory.async_save()  # Nothing is left to be written later.
        if not entry.data[CONF_TOKEN]:
            # The account was unlinked, and Ring wants all of it to be forgotten.
            await memory.async_remove()

    entry.async_on_unload(close_memory)
    events = RingEvents(hass, entry, memory, webhooks)
    history = HistoryReader(hass, entry, session, coordinator, events, health, webhooks)
    entry.runtime_data = RingRuntimeData(
        app, health, coordinator, events, webhooks, history
    )
    entry.async_on_unload(events.async_observe(Reactions(hass, entry).react))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(events.async_start())
    entry.async_on_unload(history.async_start())
    if hmac_key is not None:
        await app.async_hold(
            entry.entry_id,
            Holder(
                hmac_key,
                account_id=entry.unique_id,
                knows=lambda device_id: device_id in coordinator.data,
                handle=events.async_receive,
                refused=webhooks.refused,
            ),
        )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: RingConfigEntry) -> bool:
    """Unload an account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: RingConfigEntry) -> None:
    """Delete what was kept for an account: tokens, devices, addresses."""
    await async_unlink(hass, entry)
    await TokenStore(hass, entry).async_remove()
    await DeviceCache(hass, entry.entry_id).async_remove()
    await EventMemory(hass, entry.entry_id).async_remove()
    await async_forget_app(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: RingConfigEntry, device: DeviceEntry
) -> bool:
    """Let a person remove a device that Ring no longer lists."""
    return not any(
        domain == DOMAIN
        and (key == entry.unique_id or key in entry.runtime_data.coordinator.data)
        for domain, key in device.identifiers
    )
