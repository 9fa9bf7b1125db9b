"""Notifications of devices that are offline for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..api import Device
from ..const import MANUFACTURER
from ..helpers.timer import Timer
from ..helpers.translations import local_minute, translate
from .notifications import NotificationKind, Notifications
from .options import RingOptions


@dataclass(slots=True, eq=False)
class _Offline:
    """An offline device.

    Attributes:
        device: the device.
        noticed_at: when it was first seen offline.
        since: what the person is told.

    """

    device: Device
    noticed_at: datetime
    since: datetime


class OfflineNotifications:
    """The offline devices of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        notifications: Notifications,
        is_known: Callable[[], bool],
    ) -> None:
        """Set up; `is_known` returns whether Ring has answered the last poll."""
        self._hass = hass
        self._notifications = notifications
        self._is_known = is_known
        self._started = False
        self._after = RingOptions.from_entry(entry).offline_after
        self._offline: dict[str, _Offline] = {}
        self._timer = Timer(hass, self._async_notify)

    @callback
    def async_stop(self) -> None:
        """Wait for no further device."""
        self._timer.async_cancel()

    @callback
    def async_update(self, devices: dict[str, Device]) -> None:
        """Take the devices, unless an outage hides how they are."""
        if not self._is_known():
            return
        now = dt_util.utcnow()
        offline = {
            device.id: device for device in devices.values() if device.is_offline
        }
        for device_id in self._offline.keys() - offline.keys():
            del self._offline[device_id]
            self._notifications.async_dismiss(_name(device_id))
        for device_id, device in offline.items():
            if (known := self._offline.get(device_id)) is not None:
                known.device = device
                continue
            since = now
            if not self._started and device.status is not None:
                # It has been offline since before the start.
                since = device.status.reported_at or now
            self._offline[device_id] = _Offline(device, now, since)
        self._started = True
        self._async_notify(now)

    @callback
    def _async_notify(self, now: datetime) -> None:
        """Notify of devices that are offline for long, and wait for the next one."""
        self._timer.async_cancel()
        if not self._is_known():
            # The next successful poll tells whether they are still offline.
            return
        waiting = []
        for offline in self._offline.values():
            due = offline.noticed_at + self._after
            if due <= now:
                self._show(offline.device, offline.since)
            else:
                waiting.append(due)
        if waiting:
            self._timer.async_start(min(waiting) - now)

    def _show(self, device: Device, since: datetime) -> None:
        name = device.name or MANUFACTURER
        self._notifications.async_show(
            NotificationKind.DEVICE_OFFLINE,
            _name(device.id),
            translate(
                self._hass,
                "notification_offline_message",
                device=name,
                since=local_minute(since),
            ),
            translate(self._hass, "notification_offline_title", device=name),
        )


def _name(device_id: str) -> str:
    """Return a name for the notification; Home Assistant shows it in its URLs."""
    return f"offline_{sha256(device_id.encode()).hexdigest()[:12]}"
