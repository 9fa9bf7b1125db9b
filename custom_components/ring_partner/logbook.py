"""How late events read in Home Assistant's logbook."""

from collections.abc import Callable
from typing import Final

from homeassistant.components.logbook import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
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
        at = dt_util.parse_datetime(data["time"]) or event.time_fired
        key = _KEYS.get(data["type"], "logbook_other")
        return {
            LOGBOOK_ENTRY_NAME: data["name"] or "Ring",
            LOGBOOK_ENTRY_MESSAGE: text(
                hass, key, time=dt_util.as_local(at).strftime("%X"), type=data["type"]
            ),
        }

    async_describe_event(DOMAIN, EVENT_LATE, describe)
