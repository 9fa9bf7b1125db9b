"""The notifications of an account: one for each thing, dismissed when it is over."""

from enum import StrEnum

from homeassistant.components import persistent_notification
from homeassistant.components.persistent_notification import Notification, UpdateType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .options import RingOptions


class NotificationKind(StrEnum):
    """What a person can be notified of, as an option."""

    OUTAGE = "outage"
    RATE_LIMITED = "rate_limited"
    DEVICE_OFFLINE = "device_offline"
    SIGNED_OUT = "signed_out"


class Notifications:
    """The notifications of one account, as far as its options select them."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._wanted = RingOptions.from_entry(entry).notifications
        self._shown: dict[str, tuple[str, str] | None] = {}
        """Message and title by name; None if the person has dismissed it."""

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Note what the person dismisses; the result dismisses all notifications."""
        unregister = persistent_notification.async_register_callback(
            self._hass, self._async_updated
        )

        @callback
        def stop() -> None:
            unregister()
            for name in tuple(self._shown):
                self.async_dismiss(name)

        return stop

    @callback
    def async_show(
        self, kind: NotificationKind, name: str, message: str, title: str
    ) -> None:
        """Show a notification, or update it.

        One that the person has dismissed does not return for the same thing.

        Args:
            kind: what it is about.
            name: name of the thing, unique in the account.
            message: its text.
            title: its title.

        """
        if kind not in self._wanted or (
            name in self._shown and self._shown[name] in (None, (message, title))
        ):
            return
        self._shown[name] = message, title
        persistent_notification.async_create(self._hass, message, title, self._id(name))

    @callback
    def async_dismiss(self, name: str) -> None:
        """Dismiss the notification of a thing that is over."""
        if self._shown.pop(name, None) is not None:
            persistent_notification.async_dismiss(self._hass, self._id(name))

    @callback
    def _async_updated(
        self, update_type: UpdateType, notifications: dict[str, Notification]
    ) -> None:
        if update_type is not UpdateType.REMOVED:
            return
        for name in self._shown:
            if self._id(name) in notifications:
                self._shown[name] = None

    def _id(self, name: str) -> str:
        return f"{name}_{self._entry.entry_id}"
