"""Application credentials: client ID and client secret of a Ring app."""

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant

from .account.oauth_implementation import RingImplementation
from .const import CONSOLE_URL


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> RingImplementation:
    """Return the implementation for a pair of credentials."""
    return RingImplementation(hass, auth_domain, credential)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return the placeholders of the dialog's description."""
    return {"console_url": f"{CONSOLE_URL}/apps"}
