"""Tells which cameras have end-to-end encryption, so that they show no videos here."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..api import Device
from ..const import DOMAIN, MANUFACTURER
from ..helpers.issues import async_unload_issue


class EncryptionIssue:
    """The repair issue of one account; a person who wants the encryption ignores it."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry

    @callback
    def async_update(self, devices: Iterable[Device]) -> None:
        """Show the repair issue, or remove it if no camera is encrypted."""
        names = sorted(
            device.name or MANUFACTURER
            for device in devices
            if device.has_camera and device.is_encrypted
        )
        if not names:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="encrypted",
            translation_placeholders={"devices": ", ".join(names)},
        )

    @callback
    def async_stop(self) -> None:
        """Remove the repair issue, unless it is ignored."""
        async_unload_issue(self._hass, self._issue_id)

    @property
    def _issue_id(self) -> str:
        return f"encrypted_{self._entry.entry_id}"
