"""Repair issues for permissions that a person has not given in Ring."""

from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, RING_ACCOUNT_URL


class Permission(StrEnum):
    """What Ring lets a person permit."""

    ACCOUNT = "account"
    """Reading the devices at all."""
    DEVICE = "device"
    """Reading one device."""
    HISTORY = "history"
    """Reading the event history of a device."""


class PermissionIssues:
    """The missing permissions of one account, one repair issue for each kind."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._missing: dict[Permission, dict[str, str]] = {
            permission: {} for permission in Permission
        }
        """The names of the devices that lack a permission, by device ID."""

    def set_missing(
        self, permission: Permission, device_id: str = "", name: str | None = None
    ) -> None:
        """Show a repair issue that names what is not permitted."""
        if device_id not in self._missing[permission]:
            self._missing[permission][device_id] = name or "Ring"
            self._update(permission)

    def set_granted(self, permission: Permission, device_id: str = "") -> None:
        """Remove the repair issue, or the device from it."""
        if self._missing[permission].pop(device_id, None) is not None:
            self._update(permission)

    def devices(self, permission: Permission) -> tuple[str, ...]:
        """Return the IDs of the devices that lack a permission."""
        return tuple(self._missing[permission])

    def forget_device(self, device_id: str) -> None:
        """Forget a device that was removed."""
        for permission in Permission:
            self.set_granted(permission, device_id)

    def clear(self) -> None:
        """Remove all repair issues."""
        for permission, devices in self._missing.items():
            devices.clear()
            self._update(permission)

    def _update(self, permission: Permission) -> None:
        issue_id = f"missing_permission_{permission}_{self._entry.entry_id}"
        if not (names := self._missing[permission].values()):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"entry_id": self._entry.entry_id},
            is_fixable=True,
            learn_more_url=RING_ACCOUNT_URL,
            severity=ir.IssueSeverity.WARNING,
            translation_key=f"missing_permission_{permission}",
            translation_placeholders={
                "account": self._entry.title,
                "devices": ", ".join(sorted(names)),
            },
        )
