"""Translated texts outside forms and entities."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import (
    async_get_cached_translations,
    async_load_integrations,
)

from ..const import DOMAIN


def translate(hass: HomeAssistant, key: str, **placeholders: str) -> str:
    """Return a text of the section `common` in Home Assistant's language."""
    translations = async_get_cached_translations(
        hass, hass.config.language, "common", DOMAIN
    )
    return translations[f"component.{DOMAIN}.common.{key}"].format(**placeholders)


async def async_load_translations(hass: HomeAssistant) -> None:
    """Load the texts that `translate` returns, also while no account is set up."""
    await async_load_integrations(hass, {DOMAIN})
