"""Translated texts outside forms and entities."""

from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import (
    async_get_cached_translations,
    async_load_integrations,
)
from homeassistant.util import dt as dt_util

from ..const import DOMAIN


def translate(hass: HomeAssistant, key: str, **placeholders: str) -> str:
    """Return a text of the section `common` in Home Assistant's language."""
    translations = async_get_cached_translations(
        hass, hass.config.language, "common", DOMAIN
    )
    return translations[f"component.{DOMAIN}.common.{key}"].format(**placeholders)


def local_minute(moment: datetime) -> str:
    """Return a time as the same text in all languages."""
    return dt_util.as_local(moment).strftime("%Y-%m-%d %H:%M")


async def async_load_translations(hass: HomeAssistant) -> None:
    """Load the texts that `translate` returns, also while no account is set up."""
    await async_load_integrations(hass, {DOMAIN})
