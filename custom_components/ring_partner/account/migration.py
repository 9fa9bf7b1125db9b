"""Migrates config entries of earlier versions of the integration."""

from typing import Any

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from .options import CONF_MOTION_DURATION


@callback
def async_migrate_to_minor_version_2(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Rename an option, and a sensor of the account, which keeps its entity ID."""
    options: dict[str, Any] = dict(entry.options)
    if (duration := options.pop("motion_lasts", None)) is not None:
        options.setdefault(CONF_MOTION_DURATION, duration)
    _async_rename_sensor(
        hass,
        f"{entry.unique_id}_webhook_status",
        f"{entry.unique_id}_event_delivery",
    )
    hass.config_entries.async_update_entry(entry, options=options, minor_version=2)


@callback
def _async_rename_sensor(hass: HomeAssistant, earlier: str, current: str) -> None:
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(SENSOR_DOMAIN, DOMAIN, earlier)
    if entity_id is None:
        return
    if registry.async_get_entity_id(SENSOR_DOMAIN, DOMAIN, current) is None:
        registry.async_update_entity(entity_id, new_unique_id=current)
    else:
        # The account was set up before there was this migration.
        registry.async_remove(entity_id)
