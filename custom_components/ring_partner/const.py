"""Constants of the Ring Partner integration."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

DOMAIN: Final = "ring_partner"
MANUFACTURER: Final = "Ring"

CONF_LINK: Final = "link"


class LinkMethod(StrEnum):
    """How an account came to Home Assistant."""

    PLAYGROUND = "playground"


CONSOLE_URL: Final = "https://developer.amazon.com/ring/console"
PLAYGROUND_URL: Final = f"{CONSOLE_URL}/playground"
RING_ACCOUNT_URL: Final = "https://account.ring.com"
ISSUES_URL: Final = "https://github.com/ring-partner/ha-ring-partner/issues"

# For development against a simulator.
ENV_API_URL: Final = "RING_PARTNER_API_URL"
ENV_OAUTH_URL: Final = "RING_PARTNER_OAUTH_URL"

POLL_INTERVAL: Final = timedelta(seconds=60)
LONGEST_BACKOFF: Final = timedelta(minutes=15)
STALE_AFTER_AT_LEAST: Final = timedelta(minutes=10)
