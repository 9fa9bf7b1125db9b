"""Tells that a Playground token is about to end."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import CONF_EXPIRES_AT, DOMAIN
from ..helpers.timer import Timer

PLAYGROUND_LIFETIME: Final = timedelta(minutes=30)
"""How long a Playground token is valid (Ring Partner API reference, 1.1)."""
TOLD_BEFORE: Final = timedelta(minutes=5)


@callback
def async_watch_playground_token(
    hass: HomeAssistant, entry: ConfigEntry
) -> CALLBACK_TYPE:
    """Show a repair issue before the token ends; the result removes it.

    After the end, Home Assistant asks for a new token by itself.
    """
    issue_id = f"playground_ending_{entry.entry_id}"
    expires_at = entry.data[CONF_TOKEN].get(CONF_EXPIRES_AT)
    if expires_at is None:
        # The token was entered in an earlier version.
        return lambda: None
    end = dt_util.utc_from_timestamp(expires_at)

    @callback
    def remove(_now: datetime | None = None) -> None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)

    end_timer = Timer(hass, remove)

    @callback
    def show(now: datetime) -> None:
        if now >= end:
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="playground_ending",
            translation_placeholders={
                "account": entry.title,
                "time": dt_util.as_local(end).strftime("%H:%M"),
            },
        )
        end_timer.async_start(end - now)

    show_timer = Timer(hass, show)
    now = dt_util.utcnow()
    if end - now <= TOLD_BEFORE:
        show(now)
    else:
        show_timer.async_start(end - TOLD_BEFORE - now)

    @callback
    def stop() -> None:
        show_timer.async_cancel()
        end_timer.async_cancel()
        remove()

    return stop
