"""Updates devices and account when an event says that they have changed."""

from datetime import datetime
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant, callback

from ..account.device_cache import DeviceCache
from ..account.token_store import TokenStore
from ..api.events import RingEventType
from ..coordinator import RingDevicesCoordinator
from .dispatcher import DispatchedEvent
from .sensor_readings import Reading, is_sensor_event, reading_of

_LOGGER = logging.getLogger(__name__)


class DeviceUpdates:
    """Applies the events of one account to its devices, without waiting for a poll."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        coordinator: RingDevicesCoordinator,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._connectivity_at: dict[str, datetime] = {}
        self._reading_at: dict[tuple[str, str], datetime] = {}
        self._unknown_devices: set[str] = set()

    @callback
    def async_handle_event(self, dispatched: DispatchedEvent) -> None:
        """Apply an event."""
        event, coordinator = dispatched.event, self._coordinator
        match event.type:
            case RingEventType.DEVICE_OFFLINE | RingEventType.DEVICE_ONLINE if (
                event.device_id and self._is_latest(event.device_id, dispatched)
            ):
                self._connectivity_at[event.device_id] = dispatched.at
                coordinator.async_set_status(
                    event.device_id, online=event.type == RingEventType.DEVICE_ONLINE
                )
            case RingEventType.DEVICE_REMOVED:
                if event.device_id and self._is_latest(event.device_id, dispatched):
                    coordinator.async_set_removed(event.device_id)
                coordinator.async_poll_soon()
            case (
                RingEventType.DEVICE_ADDED
                | RingEventType.DEVICE_ONLINE
                | RingEventType.DEVICE_OFFLINE
            ):
                # Too old, or without what describes the device.
                coordinator.async_poll_soon()
            case RingEventType.APP_INTEGRATION_REMOVED if not self._was_linked_since(
                dispatched.at
            ):
                self._entry.async_create_background_task(
                    self._hass, self._async_unlinked(), "Ring account unlinked"
                )
            case RingEventType.BUTTON_PRESS | RingEventType.MOTION_DETECTED if (
                event.device_id
            ):
                self._update_reporting_device(event.device_id, dispatched)
                if dispatched.is_first_press:
                    coordinator.async_update_listeners()
            case _ if event.device_id and is_sensor_event(event):
                self._update_reporting_device(event.device_id, dispatched)
                if (reading := reading_of(event)) is not None:
                    self._update_reading(event.device_id, reading, dispatched.at)
            case _:
                pass

    def _update_reporting_device(
        self, device_id: str, dispatched: DispatchedEvent
    ) -> None:
        """Take a device that reports an event for online; poll if it is unknown."""
        if self._is_latest(device_id, dispatched):
            self._coordinator.async_set_status(device_id, online=True)
        if self._is_new_device(device_id):
            self._coordinator.async_poll_soon()

    def _update_reading(self, device_id: str, reading: Reading, at: datetime) -> None:
        """Set a reading, unless a later one is known.

        Also a late event counts, as a sensor reports only changes.
        """
        name, value = reading
        device = self._coordinator.get_device(device_id)
        if device is None or at < self._reading_at.get((device_id, name), at):
            return
        status_at = (
            device.status and device.status.reported_at
        ) or self._coordinator.last_success
        if status_at is not None and at < status_at:
            return
        self._reading_at[device_id, name] = at
        self._coordinator.async_set_status(
            device_id, at, **{name: value}, never_reported=False
        )

    def _is_latest(self, device_id: str, dispatched: DispatchedEvent) -> bool:
        """Return whether nothing later is known about a device's connectivity.

        Webhooks overtake each other, and may come after a poll that is newer.
        """
        polled_at = self._coordinator.last_success
        return (
            not dispatched.is_late
            and dispatched.at >= self._connectivity_at.get(device_id, dispatched.at)
            and (polled_at is None or dispatched.at >= polled_at)
        )

    def _is_new_device(self, device_id: str) -> bool:
        """Return whether a device is unknown and was not asked for yet."""
        if device_id in self._coordinator.data:
            self._unknown_devices.discard(device_id)
            return False
        if device_id in self._unknown_devices:
            return False
        self._unknown_devices.add(device_id)
        return True

    def _was_linked_since(self, at: datetime) -> bool:
        """Return whether the account was linked again since; Ring repeats events."""
        issued_at: float = self._entry.data[CONF_TOKEN].get("issued_at", 0)
        return issued_at > at.timestamp()

    async def _async_unlinked(self) -> None:
        """Delete what Ring requires to be deleted when the app was removed.

        The tokens are revoked already, so Ring is not called. The reload finds no
        token and asks the person to link the account again.
        """
        _LOGGER.info("The app was removed from the Ring account %s", self._entry.title)
        await TokenStore(self._hass, self._entry).async_forget()
        await DeviceCache(self._hass, self._entry.entry_id).async_remove()
        self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
