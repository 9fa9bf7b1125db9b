"""Adding a Ring account in Home Assistant's UI."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .api import (
    SERVICE_FAILURES,
    Account,
    AuthenticationError,
    CircuitOpenError,
    CommunicationError,
    FixedToken,
    ForbiddenError,
    NetworkRefusedError,
    Priority,
    RateLimitError,
    ResponseError,
    RingError,
)
from .app import PLAYGROUND_CLIENT, async_get_app
from .const import CONF_LINK, DOMAIN, PLAYGROUND_URL, LinkMethod

# What a person is told of each failure; the first that fits.
_ERRORS: tuple[tuple[type[RingError] | tuple[type[RingError], ...], str], ...] = (
    (AuthenticationError, "invalid_auth"),
    (ForbiddenError, "missing_permission"),
    (NetworkRefusedError, "network_refused"),
    (RateLimitError, "rate_limited"),
    (CommunicationError, "cannot_connect"),
    ((*SERVICE_FAILURES, CircuitOpenError), "service_unavailable"),
    (ResponseError, "invalid_response"),
    (RingError, "unexpected_answer"),
)

TOKEN_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_ACCESS_TOKEN): TextSelector(
            TextSelectorConfig(
                type=TextSelectorType.PASSWORD, autocomplete="current-password"
            )
        )
    }
)


def error_key(error: RingError) -> str:
    """Return the key of the text that explains an error in a form."""
    return next(key for kinds, key in _ERRORS if isinstance(error, kinds))


class RingConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds an account, or renews its sign-in."""

    VERSION = 1
    MINOR_VERSION = 1

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a Developer Playground token."""
        return await self._async_ask_for_token("user", user_input)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin to renew the sign-in."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new token."""
        return await self._async_ask_for_token("reauth_confirm", user_input)

    async def _async_ask_for_token(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        errors = {}
        if user_input is not None:
            token = user_input[CONF_ACCESS_TOKEN].strip()
            try:
                account = await self._async_account(token)
            except ValueError:
                errors[CONF_ACCESS_TOKEN] = "malformed_token"
            except RingError as error:
                errors["base"] = error_key(error)
            else:
                return await self._async_finish(account, token)
        return self.async_show_form(
            step_id=step_id,
            data_schema=TOKEN_SCHEMA,
            errors=errors,
            description_placeholders={
                "playground_url": PLAYGROUND_URL,
                "account": self._get_reauth_entry().title
                if self.source == SOURCE_REAUTH
                else "",
            },
        )

    async def _async_account(self, token: str) -> Account:
        """Return the account that a token opens.

        Raises:
            RingError: Ring does not tell.
            ValueError: no token looks like this.

        """
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("Not a token")
        client = async_get_app(self.hass, PLAYGROUND_CLIENT).async_client(
            FixedToken(token)
        )
        return await client.account(priority=Priority.USER)

    async def _async_finish(self, account: Account, token: str) -> ConfigFlowResult:
        await self.async_set_unique_id(account.id)
        data = {
            CONF_LINK: LinkMethod.PLAYGROUND.value,
            CONF_TOKEN: {CONF_ACCESS_TOKEN: token},
        }
        if self.source == SOURCE_REAUTH:
            entry = self._get_reauth_entry()
            self._abort_if_unique_id_mismatch(
                reason="wrong_account",
                description_placeholders={
                    "expected": entry.title,
                    "actual": account.name or "?",
                },
            )
            return self.async_update_reload_and_abort(entry, data_updates=data)
        self._abort_if_unique_id_configured()
        return self.async_create_entry(title=account.name or "Ring", data=data)
