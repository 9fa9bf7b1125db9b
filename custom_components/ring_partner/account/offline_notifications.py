"""Notifications of devices that are offline for a while."""

from datetime import datetime
from hashlib import sha256

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..api import Device
from ..const import MANUFACTURER
from ..helpers.timer import Timer
from ..helpers.translations import translate
from .notifications import NotificationKind, Notifications
from .options import RingOptions


class OfflineNotifications:
    """The offline devices of one account."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, notifications: Notifications
    ) -> None:
        self._hass = hass
        self._notifications = notifications
        self._after = RingOptions.from_entry(entry).offline_after
        self._offline: dict[str, tuple[Device, datetime]] = {}
        """The offline devices, and since when."""
        self._timer = Timer(hass, self._async_notify)

    @callback
    def async_stop(self) -> None:
        """Wait for no further device."""
        self._timer.async_cancel()

    @callback
    def async_update(self, devices: dict[str, Device]) -> None:
        """Take the devices as Ring has just described them."""
        now = dt_util.utcnow()
        offline = {
            device.id: device
            for device in devices.values()
            if device.status is not None and device.status.online is False
        }
        for device_id in self._offline.keys() - offline.keys():
            del self._offline[device_id]
            self._notifications.async_dismiss(_name(device_id))
        for device_id, device in offline.items():
            since = self._offline[device_id][1] if device_id in self._offline else now
            self._offline[device_id] = device, since
        self._async_notify(now)

    @callback
    def _async_notify(self, now: datetime) -> None:
        """Notify of devices that are offline for long, and wait for the next one."""
        self._timer.async_cancel()
        due = [since + self._after for _, since in self._offline.values()]
        for device, since in self._offline.values():
            if since + self._after <= now:
                self._show(device, since)
        if waiting := [at for at in due if at > now]:
            self._timer.async_start(min(waiting) - now)

    def _show(self, device: Device, since: datetime) -> None:
        name = device.name or MANUFACTURER
        time = dt_util.as_local(since).strftime("%Y-%m-%d %H:%M")
        self._notifications.async_show(
            NotificationKind.DEVICE_OFFLINE,
            _name(device.id),
            translate(
                self._hass, "notification_offline_message", device=name, since=time
            ),
            translate(self._hass, "notification_offline_title", device=name),
        )


def _name(device_id: str) -> str:
    """Return a name for the notification; Home Assistant shows it in its URLs."""
    return f"offline_{sha256(device_id.encode()).hexdigest()[:12]}"
