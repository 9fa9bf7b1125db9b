"""Constants of the Ring Partner integration."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

DOMAIN: Final = "ring_partner"
MANUFACTURER: Final = "Ring"

CONF_LINK: Final = "link"
CONF_IMPLEMENTATION: Final = "auth_implementation"
CONF_EXPIRES_AT: Final = "expires_at"
CONF_HMAC_KEY: Final = "hmac_key"
CONF_NEW_CLIENT_SECRET: Final = "client_secret"  # noqa: S105 - a name


class LinkMethod(StrEnum):
    """How an account was linked."""

    RING_APP = "link"
    """The person installs the app in the Ring app, and Ring links the account."""
    SIGN_IN = "sign_in"
    """The person signs in on Ring's page, which Ring enables for invited apps."""
    PLAYGROUND = "playground"
    """A token of the Developer Playground."""


CONSOLE_URL: Final = "https://developer.amazon.com/ring/console"
PLAYGROUND_URL: Final = f"{CONSOLE_URL}/playground"
AUTHORIZE_URL: Final = (
    "https://account.ring.com/account/integrations/partner-link/authorize"
)
RING_ACCOUNT_URL: Final = "https://account.ring.com"

# Environment variables for development against a simulator.
ENV_API_URL: Final = "RING_PARTNER_API_URL"
ENV_OAUTH_URL: Final = "RING_PARTNER_OAUTH_URL"

POLL_INTERVAL: Final = timedelta(seconds=60)
POLL_INTERVAL_WITH_DELIVERY: Final = timedelta(minutes=15)
MAX_BACKOFF: Final = timedelta(minutes=15)
