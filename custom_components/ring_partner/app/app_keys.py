"""The keys of a Ring app, which all accounts of the app have in common."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_IMPLEMENTATION, DOMAIN


@callback
def async_change_keys(
    hass: HomeAssistant, entry: ConfigEntry, changed: Mapping[str, str]
) -> None:
    """Change keys in the account and in all others of the same app; reload them.

    Args:
        hass: Home Assistant.
        entry: one of the accounts.
        changed: the new keys, as in the data of the config entry.

    """
    for other in hass.config_entries.async_entries(DOMAIN):
        if other.data.get(CONF_IMPLEMENTATION) == entry.data[CONF_IMPLEMENTATION]:
            hass.config_entries.async_update_entry(
                other, data={**other.data, **changed}
            )
            hass.config_entries.async_schedule_reload(other.entry_id)
