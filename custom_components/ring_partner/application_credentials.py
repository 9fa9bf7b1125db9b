"""Client id and secret of a developer app, as Home Assistant keeps them."""

from typing import Any, override

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    LocalOAuth2ImplementationWithPkce,
)

from .api.oauth import SCOPE, TOKEN_PATH
from .app import async_get_app, authorize_url, oauth_url
from .const import CONSOLE_URL
from .tokens import as_token, from_token


class RingImplementation(LocalOAuth2ImplementationWithPkce):
    """Signs in with one developer app.

    Requests to the token endpoint go through our own client: Home Assistant's takes
    every 4xx for the end of the sign-in, also those of Ring's edge that pass.
    """

    def __init__(
        self, hass: HomeAssistant, auth_domain: str, credential: ClientCredential
    ) -> None:
        """Set up the implementation for a pair of credentials."""
        super().__init__(
            hass,
            auth_domain,
            credential.client_id,
            authorize_url=str(authorize_url()),
            token_url=f"{oauth_url()}{TOKEN_PATH}",
            client_secret=credential.client_secret,
        )
        self._name = credential.name
        self.app = async_get_app(hass, credential.client_id)
        self.app.credential_secret = credential.client_secret

    @property
    @override
    def name(self) -> str:
        """What the person called the credentials."""
        return self._name or self.client_id

    @property
    @override
    def extra_authorize_data(self) -> dict[str, Any]:
        """What Ring's sign-in page is asked for."""
        return {"scope": SCOPE, **super().extra_authorize_data}

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the code that Ring's sign-in page gave the browser.

        Raises:
            RingError: Ring did not accept it.

        """
        pair = await self.app.async_token_endpoint().exchange(
            external_data["code"],
            redirect_uri=external_data["state"]["redirect_uri"],
            **self.extra_token_resolve_data,
        )
        return as_token(pair)

    @override
    async def async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Exchange the refresh token.

        Raises:
            RingError: Ring did not accept it, or could not be asked.

        """
        endpoint = self.app.async_token_endpoint()
        return as_token(await endpoint.refresh(from_token(token).refresh_token))


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> RingImplementation:
    """Return the implementation for a pair of credentials."""
    return RingImplementation(hass, auth_domain, credential)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what the dialog's text refers to."""
    return {"console_url": f"{CONSOLE_URL}/apps"}
