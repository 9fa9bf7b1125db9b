"""Tells that Home Assistant has no public URL, so that Ring cannot send events."""

from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started

from ..app.public_urls import NoPublicUrlError, async_get_public_urls
from ..const import DOMAIN
from .delivery_health import DeliveryHealth, DeliveryState

CHECK_INTERVAL: Final = timedelta(minutes=5)
"""Home Assistant Cloud does not tell when a person has signed in."""


class PublicUrlIssue:
    """The repair issue of one account that receives webhooks."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client_id: str,
        delivery: DeliveryHealth,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._client_id = client_id
        self._delivery = delivery

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Check once Home Assistant has started, and after changes; return the end."""
        cancel = [
            async_at_started(self._hass, self._async_check_soon),
            self._hass.bus.async_listen(
                EVENT_CORE_CONFIG_UPDATE, self._async_check_soon
            ),
            async_track_time_interval(
                self._hass,
                self._async_check_soon,
                CHECK_INTERVAL,
                cancel_on_shutdown=True,
            ),
        ]

        @callback
        def stop() -> None:
            for end in cancel:
                end()
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)

        return stop

    @callback
    def _async_check_soon(self, _: HomeAssistant | Event[Any] | datetime) -> None:
        self._entry.async_create_background_task(
            self._hass, self.async_check(), "Ring public URL"
        )

    async def async_check(self) -> None:
        """Show or remove the repair issue."""
        if await self._async_is_reachable():
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id,
            data={"entry_id": self._entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="no_public_url",
            translation_placeholders={"account": self._entry.title},
        )

    async def _async_is_reachable(self) -> bool:
        if self._delivery.state in (DeliveryState.UNUSED, DeliveryState.WORKING):
            # None is needed, or events arrive over one that is not known here.
            return True
        try:
            await async_get_public_urls(self._hass).async_urls(self._client_id)
        except NoPublicUrlError:
            return False
        return True

    @property
    def _issue_id(self) -> str:
        return f"no_public_url_{self._entry.entry_id}"
