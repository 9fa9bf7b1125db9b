"""Where an account's access tokens come from."""

from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN

from .api import FixedToken, TokenSource
from .coordinator import RingConfigEntry


def token_source(entry: RingConfigEntry) -> TokenSource:
    """Return the source of tokens for an entry."""
    return FixedToken(entry.data[CONF_TOKEN][CONF_ACCESS_TOKEN])
