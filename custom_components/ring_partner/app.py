"""What all accounts of one developer app share.

Ring counts requests per client id over all its users (Ring Partner API reference,
4), so limiter, breaker and pauses belong to the client id, not to the account. They
outlive a reload of the entry: reloading must not be a way around a pause.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
import logging
import os

from homeassistant.const import __version__ as ha_version
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from .api import (
    API_URL,
    OAUTH_URL,
    Resilience,
    RingClient,
    RingError,
    RingSession,
    TokenSource,
)
from .const import DOMAIN, ENV_API_URL, ENV_OAUTH_URL

_LOGGER = logging.getLogger(__name__)

PLAYGROUND_CLIENT = "playground"
"""Stands for the client id of Developer Playground tokens, which Ring keeps."""

USER_AGENT = f"HomeAssistant/{ha_version} RingPartner"


@dataclass(slots=True)
class RingApp:
    """One client id, as far as it is shared by its accounts."""

    hass: HomeAssistant
    client_id: str
    resilience: Resilience = field(default_factory=Resilience)

    @callback
    def async_client(
        self,
        tokens: TokenSource,
        report: Callable[[RingError | None], None] | None = None,
    ) -> RingClient:
        """Return a client for one account of this app."""
        return RingClient(
            RingSession(
                async_get_clientsession(self.hass),
                tokens,
                api_url=api_url(),
                resilience=self.resilience,
                user_agent=USER_AGENT,
                report=report,
            )
        )


RING_APPS: HassKey[dict[str, RingApp]] = HassKey(DOMAIN)


@callback
def async_get_app(hass: HomeAssistant, client_id: str) -> RingApp:
    """Return the app of a client id; the same one to all who ask."""
    apps = hass.data.setdefault(RING_APPS, {})
    if client_id not in apps:
        apps[client_id] = RingApp(hass, client_id)
    return apps[client_id]


def api_url() -> URL:
    """Return the origin of Ring's API, or of what stands in for it."""
    return _replaceable(ENV_API_URL, API_URL)


def oauth_url() -> URL:
    """Return the origin of Ring's token endpoint, or of what stands in for it."""
    return _replaceable(ENV_OAUTH_URL, OAUTH_URL)


def _replaceable(variable: str, url: URL) -> URL:
    return URL(os.environ[variable]) if os.environ.get(variable) else url


def warn_of_replaced_addresses() -> None:
    """Say in the log that this is not Ring's cloud, so that nobody forgets it."""
    for variable in (ENV_API_URL, ENV_OAUTH_URL):
        if address := os.environ.get(variable):
            _LOGGER.warning(
                "%s is set: %s stands in for Ring's cloud", variable, address
            )
