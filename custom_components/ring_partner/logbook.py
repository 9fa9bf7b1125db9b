"""How late events read in Home Assistant's logbook."""

from collections.abc import Callable
from typing import Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .api.events import EventKind
from .const import DOMAIN
from .events import EVENT_LATE
from .texts import text

_KEYS: Final = {
    EventKind.BUTTON_PRESS: "logbook_ring",
    EventKind.MOTION_DETECTED: "logbook_motion",
    EventKind.ON_DEMAND: "logbook_live_view",
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
            LOGBOOK_ENTRY_MESSAGE: text(
                hass, key, time=_shown(data["time"]), type=data["type"]
            ),
        }
        # With it, the entry is also among the activity of what should have rung.
        if entity_id := data.get("entity_id"):
            described[LOGBOOK_ENTRY_ENTITY_ID] = entity_id
        return described

    async_describe_event(DOMAIN, EVENT_LATE, describe)


def _shown(time: str) -> str:
    """Return a time as it is read where Home Assistant is.

    Today, the day goes without saying. What is no time there is shown as it is.
    """
    try:
        at = dt_util.as_local(dt_util.parse_datetime(time, raise_on_error=True))
    except OverflowError, ValueError:
        return time
    is_today = at.date() == dt_util.now().date()
    return at.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M:%S")
