"""Puts together what belongs to an account while it is set up."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant, callback

from .account.device_cache import DeviceCache
from .account.device_registry import async_register_account
from .account.encryption_issue import EncryptionIssue
from .account.notifications import Notifications
from .account.offline_notifications import OfflineNotifications
from .account.options import RingOptions
from .account.playground_issue import async_watch_playground_token
from .account.service_health import ServiceHealth
from .account.sign_in import async_sign_in
from .api import RingClient, RingSession
from .app.event_router import WebhookSubscriber
from .app.ring_app import RingApp
from .const import (
    CONF_HMAC_KEY,
    CONF_LINK,
    POLL_INTERVAL,
    POLL_INTERVAL_WITH_DELIVERY,
    LinkMethod,
)
from .coordinator import RingDevicesCoordinator
from .events.delivery_health import DeliveryHealth
from .events.device_updates import DeviceUpdates
from .events.dispatcher import EventDispatcher
from .events.event_store import EventStore
from .events.history_reader import HistoryReader
from .events.public_url_issue import PublicUrlIssue
from .events.sensor_deliveries import SensorDeliveries
from .media.ring_media import RingMedia, async_create_media, async_remove_media


@dataclass
class RingRuntimeData:
    """The objects of an account that is set up.

    Attributes:
        account_device_id: the account's device in the device registry.

    """

    app: RingApp
    session: RingSession
    account_device_id: str
    health: ServiceHealth
    coordinator: RingDevicesCoordinator
    dispatcher: EventDispatcher
    delivery: DeliveryHealth
    public_url: PublicUrlIssue
    history: HistoryReader
    media: RingMedia
    options: RingOptions


type RingConfigEntry = ConfigEntry[RingRuntimeData]


async def async_create_runtime(
    hass: HomeAssistant, entry: RingConfigEntry
) -> RingRuntimeData:
    """Sign in, read the devices and return what the platforms work with.

    Raises:
        ConfigEntryAuthFailed: the account has to be linked again.
        ConfigEntryNotReady: Ring cannot be reached and no devices are stored.

    """
    app, tokens = await async_sign_in(hass, entry)
    uses_webhooks = CONF_HMAC_KEY in entry.data
    if uses_webhooks:
        # Until events can be handled, Ring is to repeat its webhooks.
        await app.webhooks.async_subscribe(
            entry.entry_id, WebhookSubscriber(account_id=entry.unique_id)
        )
        entry.async_on_unload(lambda: app.webhooks.async_unsubscribe(entry.entry_id))
    if entry.data[CONF_LINK] == LinkMethod.PLAYGROUND:
        entry.async_on_unload(async_watch_playground_token(hass, entry))
    notifications = Notifications(hass, entry)
    entry.async_on_unload(notifications.async_start())
    health = ServiceHealth(hass, entry, app.resilience, notifications)
    entry.async_on_unload(health.async_start())
    session = app.async_session(tokens, health.request_finished)
    coordinator = RingDevicesCoordinator(
        hass, entry, RingClient(session), health, DeviceCache(hass, entry.entry_id)
    )
    await coordinator.async_start()
    encryption = EncryptionIssue(hass, entry)
    offline = OfflineNotifications(
        hass, entry, notifications, is_known=lambda: not health.failed_polls
    )

    @callback
    def tell_about_devices() -> None:
        encryption.async_update(coordinator.data.values())
        offline.async_update(coordinator.data)

    tell_about_devices()
    entry.async_on_unload(coordinator.async_add_listener(tell_about_devices))
    entry.async_on_unload(encryption.async_stop)
    entry.async_on_unload(offline.async_stop)
    store = EventStore(hass, entry.entry_id)
    await store.async_load()
    delivery = DeliveryHealth(hass, entry, store.deliveries, used=uses_webhooks)
    entry.async_on_unload(delivery.async_start())
    public_url = PublicUrlIssue(hass, entry, app.client_id, delivery)
    if uses_webhooks:
        entry.async_on_unload(public_url.async_start())

    @callback
    def delivery_changed() -> None:
        coordinator.async_set_interval(
            POLL_INTERVAL_WITH_DELIVERY if delivery.is_reliable else POLL_INTERVAL
        )
        if not coordinator.is_fresh:
            # Event entities are available as long as events can arrive.
            coordinator.async_update_listeners()

    entry.async_on_unload(delivery.async_add_listener(delivery_changed))

    async def close_store() -> None:
        await store.async_save()
        if not entry.data[CONF_TOKEN]:
            # The account was unlinked, after which Ring requires its data deleted.
            await store.async_remove()
            await async_remove_media(hass, entry.entry_id)

    entry.async_on_unload(close_store)
    dispatcher = EventDispatcher(hass, entry, store, delivery)
    history = HistoryReader(
        hass, entry, session, coordinator, dispatcher, health, delivery
    )
    # Before `updates`, which changes the status.
    sensor_deliveries = SensorDeliveries(hass, coordinator, delivery)
    entry.async_on_unload(sensor_deliveries.async_start())
    entry.async_on_unload(dispatcher.async_listen(sensor_deliveries.async_handle_event))
    updates = DeviceUpdates(hass, entry, coordinator)
    entry.async_on_unload(dispatcher.async_listen(updates.async_handle_event))
    return RingRuntimeData(
        app,
        session,
        async_register_account(hass, entry),
        health,
        coordinator,
        dispatcher,
        delivery,
        public_url,
        history,
        async_create_media(hass, entry, session, coordinator, dispatcher),
        RingOptions.from_entry(entry),
    )


async def async_start_events(entry: RingConfigEntry) -> None:
    """Start to receive events, once the platforms are set up."""
    runtime = entry.runtime_data
    entry.async_on_unload(runtime.dispatcher.async_start())
    entry.async_on_unload(runtime.history.async_start())
    if CONF_HMAC_KEY not in entry.data:
        return
    await runtime.app.webhooks.async_subscribe(
        entry.entry_id,
        WebhookSubscriber(
            entry.data[CONF_HMAC_KEY],
            account_id=entry.unique_id,
            has_device=lambda device_id: device_id in runtime.coordinator.data,
            handle_event=runtime.dispatcher.async_receive,
            signature_rejected=runtime.delivery.async_signature_rejected,
        ),
    )
