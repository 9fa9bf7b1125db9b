"""Repair issues of an account."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN


@callback
def async_unload_issue(hass: HomeAssistant, issue_id: str) -> None:
    """Remove a repair issue while its account is unloaded.

    One that the person ignores is kept, because Home Assistant would forget this and
    show it again after a reload.
    """
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if issue is not None and issue.dismissed_version is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_delete_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all repair issues of an account that is removed."""
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.endswith(entry.entry_id):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
