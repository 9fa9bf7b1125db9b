"""Registers the webhooks of a client ID with Home Assistant."""

from datetime import datetime
from typing import Final

from homeassistant.components import webhook
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..helpers.timer import Timer
from .event_router import EventRouter, WebhookSubscriber
from .pending_links import PendingLinks
from .public_urls import async_get_public_urls
from .webhook_handlers import webhook_handlers

UNREGISTER_DELAY: Final = 3600.0
"""Seconds for which the webhooks stay registered without a subscriber: a person may
close the dialog and continue in the Ring app."""


class AppWebhooks:
    """The webhooks of one client ID, registered while something needs them."""

    def __init__(
        self,
        hass: HomeAssistant,
        client_id: str,
        router: EventRouter,
        links: PendingLinks,
    ) -> None:
        """Set up the webhooks; the first subscriber registers them."""
        self._hass = hass
        self._client_id = client_id
        self._router = router
        self._links = links
        self._registered: tuple[str, ...] = ()
        self._unregister_timer = Timer(hass, self._unregister)

    async def async_subscribe(
        self, subscriber_id: str, subscriber: WebhookSubscriber
    ) -> None:
        """Keep the webhooks registered until `async_unsubscribe`."""
        self._unregister_timer.async_cancel()
        self._router.async_add(subscriber_id, subscriber)
        self._links.async_keys_changed()
        if self._registered:
            return
        public_urls = async_get_public_urls(self._hass)
        ids = await public_urls.async_webhook_ids(self._client_id)
        if self._registered:
            return  # by another subscriber meanwhile
        for handler in webhook_handlers(self._hass, self._links, self._router):
            webhook.async_register(
                self._hass,
                DOMAIN,
                handler.name,
                ids[handler.kind],
                handler.async_handle,
                allowed_methods=handler.methods,
            )
        self._registered = tuple(ids.values())

    @callback
    def async_unsubscribe(self, subscriber_id: str) -> None:
        """Unregister the webhooks some time after the last subscriber has left."""
        if self._router.async_remove(subscriber_id) and not (
            self._router.has_subscribers
        ):
            self._unregister_timer.async_start(UNREGISTER_DELAY)

    async def async_forget(self) -> bool:
        """Delete the webhooks and their URLs, unless something still needs them.

        Returns whether they were deleted.
        """
        if self._router.has_subscribers:
            return False
        self._unregister_timer.async_cancel()
        self._unregister()
        await async_get_public_urls(self._hass).async_forget(self._client_id)
        return True

    @callback
    def _unregister(self, _now: datetime | None = None) -> None:
        self._router.last_link_key = None
        for webhook_id in self._registered:
            webhook.async_unregister(self._hass, webhook_id)
        self._registered = ()
