"""What an event changes at once, besides the entities that show it."""

from datetime import datetime
import logging

from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant, callback

from .api.events import EventKind
from .cache import DeviceCache
from .events import Told
from .runtime import RingConfigEntry
from .tokens import TokenStore

_LOGGER = logging.getLogger(__name__)


class Reactions:
    """Acts on the events of one account, without waiting for a poll."""

    def __init__(self, hass: HomeAssistant, entry: RingConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._connectivity_at: dict[str, datetime] = {}
        self._strangers: set[str] = set()

    @callback
    def react(self, told: Told) -> None:
        """React to an event."""
        event, coordinator = told.event, self._entry.runtime_data.coordinator
        match event.type:
            case EventKind.DEVICE_OFFLINE | EventKind.DEVICE_ONLINE if (
                event.device_id and self._is_latest(event.device_id, told)
            ):
                self._connectivity_at[event.device_id] = told.at
                coordinator.async_note_online(
                    event.device_id, online=event.type == EventKind.DEVICE_ONLINE
                )
            case EventKind.DEVICE_REMOVED:
                if event.device_id and self._is_latest(event.device_id, told):
                    coordinator.async_note_removed(event.device_id)
                self._ask_ring()
            case (
                EventKind.DEVICE_ADDED
                | EventKind.DEVICE_ONLINE
                | EventKind.DEVICE_OFFLINE
            ):
                # Too old to be believed, or about what only Ring can describe.
                self._ask_ring()
            case EventKind.APP_INTEGRATION_REMOVED if not self._linked_since(told.at):
                self._entry.async_create_background_task(
                    self._hass, self._async_unlinked(), "Ring account unlinked"
                )
            case EventKind.BUTTON_PRESS | EventKind.MOTION_DETECTED if event.device_id:
                if self._is_latest(event.device_id, told):
                    # Who tells of something is online, whatever was said before.
                    coordinator.async_note_online(event.device_id, online=True)
                if told.reveals_doorbell:
                    coordinator.async_update_listeners()
                if self._is_strange(event.device_id):
                    self._ask_ring()
            case _:
                pass

    def _is_latest(self, device_id: str, told: Told) -> bool:
        """Tell whether nothing later is known of a device's being online.

        Deliveries overtake each other, and may come after a poll that knew more.
        """
        polled = self._entry.runtime_data.coordinator.last_success
        return (
            told.is_news
            and told.at >= self._connectivity_at.get(device_id, told.at)
            and (polled is None or told.at >= polled)
        )

    def _is_strange(self, device_id: str) -> bool:
        """Tell whether a device is one that Ring has not been asked about yet."""
        if device_id in self._entry.runtime_data.coordinator.data:
            self._strangers.discard(device_id)
            return False
        if device_id in self._strangers:
            return False
        self._strangers.add(device_id)
        return True

    def _ask_ring(self) -> None:
        self._entry.async_create_background_task(
            self._hass,
            self._entry.runtime_data.coordinator.async_request_refresh(),
            "Ring devices",
        )

    def _linked_since(self, at: datetime) -> bool:
        """Tell whether the account was linked anew since; Ring repeats for an hour."""
        issued_at: float = self._entry.data[CONF_TOKEN].get("issued_at", 0)
        return issued_at > at.timestamp()

    async def _async_unlinked(self) -> None:
        """Delete what Ring wants deleted after the app was removed in the Ring app.

        The tokens are void already, so Ring isn't asked any more; the reload finds no
        token and shows the person how to link the account again.
        """
        _LOGGER.info("The app was removed from the Ring account %s", self._entry.title)
        await TokenStore(self._hass, self._entry).async_forget()
        await DeviceCache(self._hass, self._entry.entry_id).async_remove()
        self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
