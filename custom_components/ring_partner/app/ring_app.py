"""What all accounts of one Ring app share.

Ring counts requests per client ID over all its users (Ring Partner API reference, 4).
The limiter, the circuit breakers and the pauses therefore belong to the client ID and
outlive a reload of the config entry: reloading must not end a pause that Ring has
asked for. The public URLs belong to it too, as they are entered in Ring's developer
console once per client ID.
"""

from collections.abc import Callable
from typing import Final

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.const import __version__ as ha_version
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey

from ..api import (
    Account,
    AuthenticationError,
    CircuitBreaker,
    FixedToken,
    Priority,
    Resilience,
    RingClient,
    RingError,
    RingSession,
    TokenPair,
    TokenSource,
)
from ..api.network_pause import NetworkPause
from ..api.oauth import TokenEndpoint
from ..const import DOMAIN
from .cloud_urls import api_url, oauth_url
from .event_router import EventRouter
from .pending_links import PendingLink, PendingLinks
from .webhooks import AppWebhooks

PLAYGROUND_CLIENT: Final = "playground"
"""Used in place of the client ID of Developer Playground tokens, which Ring does not
tell."""

USER_AGENT: Final = f"HomeAssistant/{ha_version} RingPartner"


class RingApp:
    """One client ID, as far as its accounts share it."""

    def __init__(
        self, hass: HomeAssistant, client_id: str, resilience: Resilience | None = None
    ) -> None:
        self.hass = hass
        self.client_id = client_id
        self.credential_secret: str | None = None
        self.replaced_secret: str | None = None
        self.resilience = resilience or Resilience()
        self.token_breaker = CircuitBreaker(
            "Ring's sign-in service", clock=self.resilience.clock
        )
        self.token_network_pause = NetworkPause(clock=self.resilience.clock)
        self.router = EventRouter(self.resilience.clock)
        self.links = PendingLinks(
            exchange=lambda code: self.async_token_endpoint().exchange_code(code),
            fetch_account=self._async_fetch_account,
            keys=self.router.link_keys,
            on_unclaimed=self._async_discover,
            sleep=self.resilience.sleep,
        )
        self.webhooks = AppWebhooks(hass, client_id, self.router, self.links)

    @property
    def client_secret(self) -> str | None:
        """The client secret: a newer one that was entered, or the credentials' own."""
        return self.replaced_secret or self.credential_secret

    @callback
    def async_client(
        self,
        tokens: TokenSource,
        report: Callable[[RingError | None], None] | None = None,
    ) -> RingClient:
        """Return a client for one account of this app."""
        return RingClient(self.async_session(tokens, report))

    @callback
    def async_session(
        self,
        tokens: TokenSource,
        report: Callable[[RingError | None], None] | None = None,
    ) -> RingSession:
        """Return a session for one account of this app."""
        return RingSession(
            async_get_clientsession(self.hass),
            tokens,
            api_url=api_url(),
            resilience=self.resilience,
            user_agent=USER_AGENT,
            report=report,
        )

    @callback
    def async_token_endpoint(self) -> TokenEndpoint:
        """Return the token endpoint.

        Raises:
            AuthenticationError: the client secret is not known.

        """
        if self.client_secret is None:
            raise AuthenticationError("The application credentials are missing")
        return TokenEndpoint(
            async_get_clientsession(self.hass),
            url=oauth_url(),
            client_id=self.client_id,
            client_secret=self.client_secret,
            breaker=self.token_breaker,
            network_pause=self.token_network_pause,
            user_agent=USER_AGENT,
        )

    async def async_forget(self) -> None:
        """Delete URLs and secret, unless an account or a flow still needs them."""
        if await self.webhooks.async_forget():
            self.replaced_secret = None

    async def _async_fetch_account(self, pair: TokenPair) -> Account:
        client = self.async_client(FixedToken(pair.access_token))
        return await client.account(priority=Priority.USER)

    @callback
    def _async_discover(self, link: PendingLink) -> None:
        """Show an account that no dialog waits for as discovered."""
        discovery_flow.async_create_flow(
            self.hass,
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data={"client_id": self.client_id, "account_id": link.account.id},
        )


RING_APPS: HassKey[dict[str, RingApp]] = HassKey(DOMAIN)


@callback
def async_get_app(hass: HomeAssistant, client_id: str) -> RingApp:
    """Return the one app of a client ID."""
    apps = hass.data.setdefault(RING_APPS, {})
    if client_id not in apps:
        apps[client_id] = RingApp(hass, client_id)
    return apps[client_id]
