"""Descriptions of late events on Home Assistant's activity page."""

from collections.abc import Callable
from typing import Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .api.events import RingEventType
from .const import DOMAIN
from .events.dispatcher import EVENT_LATE
from .helpers.translations import translate

_KEYS: Final = {
    RingEventType.BUTTON_PRESS: "logbook_ring",
    RingEventType.MOTION_DETECTED: "logbook_motion",
    RingEventType.ON_DEMAND: "logbook_live_view",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, str]]], None],
) -> None:
    """Describe late events."""

    @callback
    def describe(event: Event) -> dict[str, str]:
        data = event.data
        key = _KEYS.get(data["type"], "logbook_other")
        described = {
            LOGBOOK_ENTRY_NAME: data["name"] or "Ring",
            LOGBOOK_ENTRY_MESSAGE: translate(
                hass, key, time=_local_time(data["time"]), type=data["type"]
            ),
        }
        # This shows the event also on the page of the event entity.
        if entity_id := data.get("entity_id"):
            described[LOGBOOK_ENTRY_ENTITY_ID] = entity_id
        return described

    async_describe_event(DOMAIN, EVENT_LATE, describe)


def _local_time(time: str) -> str:
    """Return a time (ISO 8601) in local time, with the day if it is not today.

    A time that this time zone cannot represent is returned as it is.
    """
    try:
        at = dt_util.as_local(dt_util.parse_datetime(time, raise_on_error=True))
    except OverflowError, ValueError:
        return time
    is_today = at.date() == dt_util.now().date()
    return at.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M:%S")
