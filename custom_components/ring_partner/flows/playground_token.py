"""A Developer Playground token that a person enters."""

from typing import Any

from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..account.playground_issue import PLAYGROUND_LIFETIME
from ..api import Account, FixedToken, Priority
from ..app.ring_app import PLAYGROUND_CLIENT, async_get_app
from ..const import CONF_EXPIRES_AT, CONF_LINK, LinkMethod

TOKEN_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_ACCESS_TOKEN): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD)
        )
    }
)


async def async_account_of_token(hass: HomeAssistant, token: str) -> Account:
    """Return the account of a token.

    Raises:
        RingError: the account could not be read.
        ValueError: the token is malformed.

    """
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("Not a token")
    client = async_get_app(hass, PLAYGROUND_CLIENT).async_client(FixedToken(token))
    return await client.account(priority=Priority.USER)


def playground_data(token: str) -> dict[str, Any]:
    """Return the data of the config entry of a token.

    The token was created at an unknown time before, so it ends at the latest then.
    """
    expires_at = dt_util.utcnow() + PLAYGROUND_LIFETIME
    return {
        CONF_LINK: LinkMethod.PLAYGROUND.value,
        CONF_TOKEN: {
            CONF_ACCESS_TOKEN: token,
            CONF_EXPIRES_AT: round(expires_at.timestamp()),
        },
    }
