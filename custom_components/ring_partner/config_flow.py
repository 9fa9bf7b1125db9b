"""The config flow: adds a Ring account, with one of three link methods."""

from collections.abc import Mapping
import logging
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_CLIENT_ID, CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .account.token_store import token_from_dict, token_to_dict
from .api import Account, FixedToken, Priority, RingError, TokenPair
from .api.app_integrations import complete_link
from .app.app_keys import async_change_keys
from .const import (
    CONF_HMAC_KEY,
    CONF_IMPLEMENTATION,
    CONF_LINK,
    CONF_NEW_CLIENT_SECRET,
    DOMAIN,
    PLAYGROUND_URL,
    LinkMethod,
)
from .flows.link_steps import LinkSteps, account_identifier, error_key
from .flows.options_flow import RingOptionsFlow
from .flows.playground_token import (
    TOKEN_SCHEMA,
    async_account_of_token,
    playground_data,
)

_LOGGER = logging.getLogger(__name__)

_LINK_METHODS = [
    LinkMethod.RING_APP.value,
    LinkMethod.SIGN_IN.value,
    LinkMethod.PLAYGROUND.value,
]

_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
KEYS_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_HMAC_KEY): _SECRET,
        vol.Optional(CONF_NEW_CLIENT_SECRET): _SECRET,
    }
)


class RingConfigFlow(LinkSteps, domain=DOMAIN):
    """Adds an account, signs it in again, or changes how it is linked."""

    DOMAIN = DOMAIN
    VERSION = 1
    MINOR_VERSION = 2

    @property
    @override
    def logger(self) -> logging.Logger:
        """The logger of Home Assistant's part of the flow."""
        return _LOGGER

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> RingOptionsFlow:
        """Return the options flow."""
        return RingOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the link method."""
        return self.async_show_menu(step_id="user", menu_options=_LINK_METHODS)

    async def async_step_link(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link an account in the Ring app."""
        self.method = LinkMethod.RING_APP
        return await self.async_step_pick_implementation()

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in on Ring's page."""
        self.method = LinkMethod.SIGN_IN
        return await self.async_step_pick_implementation()

    @override
    async def async_step_auth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Continue with the chosen credentials, or after a sign-in on Ring's page."""
        if user_input is not None:
            return await super().async_step_auth(user_input)
        return await self.async_step_hmac_key()

    @override
    async def async_step_creation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Exchange the code of a sign-in and complete the integration at Ring."""
        try:
            pair = token_from_dict(
                await self.flow_impl.async_resolve_external_data(self.external_data)
            )
            session = self.app.async_session(FixedToken(pair.access_token))
            account = await self.app.async_client(
                FixedToken(pair.access_token)
            ).account(priority=Priority.USER)
            await self.async_check_account(account)
            await complete_link(session, account_identifier(self.hass))
        except RingError as error:
            _LOGGER.warning("The sign-in to Ring failed: %s", error)
            return self.async_abort(reason=f"sign_in_{error_key(error)}")
        return await self.async_finish_link(account, pair)

    async def async_step_playground(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a Developer Playground token."""
        return await self._async_ask_for_token("playground", user_input)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Sign in again with the link method of the account."""
        self.method = LinkMethod(entry_data[CONF_LINK])
        if self.method is LinkMethod.PLAYGROUND:
            return await self.async_step_reauth_playground()
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Explain that the account has to be linked again."""
        if user_input is None:
            return self.async_show_form(
                step_id="reauth_confirm",
                description_placeholders={"account": self._get_reauth_entry().title},
            )
        return await self.async_step_pick_implementation(
            {"implementation": self._get_reauth_entry().data[CONF_IMPLEMENTATION]}
        )

    async def async_step_reauth_playground(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new token."""
        return await self._async_ask_for_token("reauth_playground", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to reconfigure."""
        has_keys = CONF_HMAC_KEY in self._get_reconfigure_entry().data
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=[*(["keys"] if has_keys else []), *_LINK_METHODS],
        )

    async def async_step_keys(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for new keys of the same app."""
        if user_input is None:
            return self.async_show_form(step_id="keys", data_schema=KEYS_SCHEMA)
        entry = self._get_reconfigure_entry()
        changed = {key: value.strip() for key, value in user_input.items()}
        changed = {key: value for key, value in changed.items() if value}
        async_change_keys(self.hass, entry, changed)
        return self.async_abort(reason="reconfigure_successful")

    async def _async_ask_for_token(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        errors = {}
        if user_input is not None:
            token = user_input[CONF_ACCESS_TOKEN].strip()
            try:
                account = await async_account_of_token(self.hass, token)
            except ValueError:
                errors[CONF_ACCESS_TOKEN] = "malformed_token"
            except RingError as error:
                errors["base"] = error_key(error)
            else:
                return await self.async_finish(account, playground_data(token))
        entry = self.changed_entry
        return self.async_show_form(
            step_id=step_id,
            data_schema=TOKEN_SCHEMA,
            errors=errors,
            description_placeholders={
                "playground_url": PLAYGROUND_URL,
                "account": entry.title if entry else "",
            },
        )

    @property
    def changed_entry(self) -> ConfigEntry | None:
        """The config entry that a reauth or reconfigure flow is about, if any."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None

    @override
    async def async_finish_link(
        self, account: Account, pair: TokenPair
    ) -> ConfigFlowResult:
        """Create or update the config entry of a linked account."""
        return await self.async_finish(
            account,
            {
                CONF_LINK: self.method.value,
                CONF_IMPLEMENTATION: self.flow_impl.domain,
                CONF_CLIENT_ID: self.app.client_id,
                CONF_HMAC_KEY: self.hmac_key,
                CONF_TOKEN: token_to_dict(pair),
                **(
                    {CONF_NEW_CLIENT_SECRET: self.app.replaced_secret}
                    if self.app.replaced_secret
                    else {}
                ),
            },
        )

    @override
    async def async_check_account(self, account: Account) -> None:
        await self.async_set_unique_id(account.id, raise_on_progress=False)
        if (entry := self.changed_entry) is not None:
            self._abort_if_unique_id_mismatch(
                reason="wrong_account",
                description_placeholders={
                    "expected": entry.title,
                    "actual": account.name or "?",
                },
            )
        elif self._relinked_entry is None:
            self._abort_if_unique_id_configured()

    @property
    def _relinked_entry(self) -> ConfigEntry | None:
        """The config entry of the account, if it was linked with the same app."""
        entry = self.hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, self.unique_id or ""
        )
        if entry is None or self.flow_impl is None:
            return None
        same = entry.data.get(CONF_IMPLEMENTATION) == self.flow_impl.domain
        return entry if same else None

    async def async_finish(
        self, account: Account, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Create the config entry of an account, or update it with the new sign-in."""
        await self.async_check_account(account)
        if (entry := self.changed_entry) is not None:
            return self.async_update_reload_and_abort(entry, data=data)
        if (entry := self._relinked_entry) is not None:
            # Ring may have revoked its earlier tokens.
            return self.async_update_reload_and_abort(
                entry, data=data, reason="already_configured"
            )
        return self.async_create_entry(title=account.name or "Ring", data=data)
