"""The OAuth2 implementation of one pair of application credentials."""

from typing import Any, override

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    LocalOAuth2ImplementationWithPkce,
)

from ..api.oauth import SCOPE, TOKEN_PATH
from ..app.cloud_urls import authorize_url, oauth_url
from ..app.ring_app import async_get_app
from .token_store import token_from_dict, token_to_dict


class RingImplementation(LocalOAuth2ImplementationWithPkce):
    """Signs in with one Ring app.

    Token requests use the integration's own client: Home Assistant's treats every 4xx
    as the end of the sign-in, also the temporary ones of Ring's edge.
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
        """The name of the credentials."""
        return self._name or self.client_id

    @property
    @override
    def extra_authorize_data(self) -> dict[str, Any]:
        """Further parameters for Ring's sign-in page."""
        return {"scope": SCOPE, **super().extra_authorize_data}

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the code that Ring's sign-in page has returned.

        Raises:
            RingError: Ring did not accept it.

        """
        pair = await self.app.async_token_endpoint().exchange_code(
            external_data["code"],
            redirect_uri=external_data["state"]["redirect_uri"],
            **self.extra_token_resolve_data,
        )
        return token_to_dict(pair)

    @override
    async def async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Exchange the refresh token.

        Raises:
            RingError: Ring did not accept it, or could not be reached.

        """
        endpoint = self.app.async_token_endpoint()
        return token_to_dict(
            await endpoint.refresh(token_from_dict(token).refresh_token)
        )
