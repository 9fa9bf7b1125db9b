"""The steps of linking an account that Ring drives from its side.

The dialog shows the addresses for Ring's console, waits until the person has
installed the app in the Ring app, and asks whether the account that arrives is theirs
(Ring Partner API reference, 1.3).
"""

from abc import abstractmethod
import asyncio
from typing import Any, Final, cast, override

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    async_get_implementations,
)
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .addresses import NoPublicAddressError, Purpose, async_get_address_book
from .api import (
    SERVICE_FAILURES,
    Account,
    AuthenticationError,
    BadRequestError,
    CircuitOpenError,
    CommunicationError,
    FixedToken,
    ForbiddenError,
    NetworkRefusedError,
    RateLimitError,
    ResponseError,
    RingError,
    TokenPair,
)
from .api.app_integrations import link
from .api.linking import LinkError, Redirect, masked
from .app import Holder, RingApp, async_get_app
from .application_credentials import RingImplementation
from .const import (
    CONF_HMAC_KEY,
    CONF_IMPLEMENTATION,
    CONF_REDIRECTED_TO,
    CONSOLE_URL,
    DOMAIN,
    LinkMethod,
)
from .links import Arrival
from .texts import async_load_texts, text

WAIT: Final = 300.0
"""Seconds the dialog waits for Ring before it says what to check."""

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

KEY_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HMAC_KEY): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD)
        )
    }
)
REDIRECTED_SCHEMA = vol.Schema({vol.Optional(CONF_REDIRECTED_TO): TextSelector()})


def error_key(error: RingError) -> str:
    """Return the key of the text that explains an error in a form."""
    return next(key for kinds, key in _ERRORS if isinstance(error, kinds))


def identifier(hass: HomeAssistant) -> str:
    """Return what Ring shows as the linked account: this Home Assistant, masked."""
    return masked(hass.config.location_name)


class LinkSteps(AbstractOAuth2FlowHandler):
    """The steps from the HMAC key to the linked account."""

    DOMAIN = DOMAIN

    method: LinkMethod = LinkMethod.RING_APP
    hmac_key: str = ""
    _wait: asyncio.Task[Arrival] | None = None
    _arrival: Arrival
    _tried: Arrival | None = None

    @property
    def app(self) -> RingApp:
        """The app whose credentials were chosen."""
        return cast(RingImplementation, self.flow_impl).app

    @property
    @abstractmethod
    def changed_entry(self) -> ConfigEntry | None:
        """The account that is signed in again or changed, if it is not a new one."""

    @abstractmethod
    async def async_check_account(self, account: Account) -> None:
        """Check that an account may be linked here, before Ring is told that it is.

        Raises:
            AbortFlow: it may not.

        """

    @abstractmethod
    async def async_finish_link(
        self, account: Account, pair: TokenPair
    ) -> ConfigFlowResult:
        """Keep a linked account."""

    async def async_step_hmac_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the app's HMAC key, unless an account of the same app has it."""
        errors = {}
        if user_input is not None:
            self.hmac_key = user_input[CONF_HMAC_KEY].strip()
            if not self.hmac_key or not self.hmac_key.isprintable():
                errors[CONF_HMAC_KEY] = "malformed_key"
        elif known := self._known_key():
            self.hmac_key = known
        if not self.hmac_key or errors:
            return self.async_show_form(
                step_id="hmac_key",
                data_schema=KEY_SCHEMA,
                errors=errors,
                description_placeholders={"console_url": f"{CONSOLE_URL}/apps"},
            )
        await self.app.async_hold(self.flow_id, Holder(hmac_key=self.hmac_key))
        return await self.async_step_addresses()

    def _known_key(self) -> str | None:
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.data.get(CONF_IMPLEMENTATION) == self.flow_impl.domain:
                return entry.data.get(CONF_HMAC_KEY)
        return None

    async def async_step_addresses(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the addresses to enter in Ring's console."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if self.method is LinkMethod.SIGN_IN:
                return await super().async_step_auth()
            if not (errors := self._take_pasted(user_input)):
                return await self.async_step_wait()
        book = async_get_address_book(self.hass)
        try:
            urls = await book.async_urls(self.app.client_id)
        except NoPublicAddressError:
            if self.method is LinkMethod.SIGN_IN:
                # Without events, but with everything that can be asked for.
                return await super().async_step_auth()
            return await self.async_step_no_public_address()
        return self.async_show_form(
            step_id="addresses"
            if self.method is LinkMethod.RING_APP
            else "event_address",
            data_schema=REDIRECTED_SCHEMA
            if self.method is LinkMethod.RING_APP
            else vol.Schema({}),
            errors=errors,
            description_placeholders={
                "console_url": f"{CONSOLE_URL}/apps",
                "token_exchange_url": urls[Purpose.TOKEN_EXCHANGE],
                "account_link_url": urls[Purpose.ACCOUNT_LINK],
                "webhook_url": urls[Purpose.WEBHOOK],
                "homepage_url": "https://www.home-assistant.io",
            },
        )

    async def async_step_event_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on from the one address that a sign-in needs."""
        return await self.async_step_addresses(user_input)

    async def async_step_no_public_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Explain how this Home Assistant can be reached from the internet."""
        if user_input is not None:
            return await self.async_step_addresses()
        return self.async_show_form(step_id="no_public_address")

    def _take_pasted(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Take in the address that the browser could not open, if there is one."""
        pasted = user_input.get(CONF_REDIRECTED_TO, "").strip()
        if not pasted:
            return {}
        try:
            self.app.links.receive_redirect(Redirect.from_address(pasted))
        except LinkError as error:
            return {CONF_REDIRECTED_TO: f"redirect_{error.problem}"}
        return {}

    async def async_step_wait(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for Ring."""
        if self._wait is None:
            if (arrival := self.app.links.arrival(self._wanted)) is not None:
                # A progress that is done at once would pass the submitted form on as
                # if the account had been confirmed with it.
                self._arrival = arrival
                return await self.async_step_confirm()
            self._wait = self.hass.async_create_background_task(
                self._async_wait(), "Ring link"
            )
        if not self._wait.done():
            return self.async_show_progress(
                step_id="wait", progress_action="wait", progress_task=self._wait
            )
        wait, self._wait = self._wait, None
        if wait.cancelled() or isinstance(wait.exception(), TimeoutError):
            return self.async_show_progress_done(next_step_id="stuck")
        self._arrival = wait.result()
        return self.async_show_progress_done(next_step_id="confirm")

    async def _async_wait(self) -> Arrival:
        async with asyncio.timeout(WAIT):
            return await self.app.links.async_wait(self._wanted)

    @property
    def _wanted(self) -> str | None:
        """The account that is waited for, if not any."""
        entry = self.changed_entry
        return entry.unique_id if entry else None

    async def async_step_stuck(
        self,
        user_input: dict[str, Any] | None = None,
        errors: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Say how far the link has come and what to check."""
        if user_input is not None and not (errors := self._take_pasted(user_input)):
            return await self.async_step_wait()
        await async_load_texts(self.hass)
        return self.async_show_form(
            step_id="stuck",
            data_schema=REDIRECTED_SCHEMA,
            errors=errors,
            description_placeholders={
                "what": text(self.hass, f"stuck_{self.app.links.progress}")
            },
        )

    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Offer an account that arrived while no dialog was open."""
        links = async_get_app(self.hass, discovery_info["client_id"]).links
        arrival = links.arrival(discovery_info["account_id"])
        if arrival is None:
            return self.async_abort(reason="link_gone")
        self._arrival = arrival
        entry = await self.async_set_unique_id(arrival.account.id)
        if entry is not None:
            # The app was installed anew; the sign-in that it brings is taken up there.
            if entry.source != SOURCE_IGNORE:
                entry.async_start_reauth(self.hass)
            return self.async_abort(reason="already_configured")
        implementations = await async_get_implementations(self.hass, DOMAIN)
        for implementation in implementations.values():
            if (
                cast(RingImplementation, implementation).client_id
                == discovery_info["client_id"]
            ):
                self.flow_impl = implementation
                break
        else:
            return self.async_abort(reason="missing_credentials")
        await self.app.async_hold(self.flow_id, Holder(hmac_key=arrival.hmac_key))
        self.context["title_placeholders"] = {"name": arrival.account.name or "Ring"}
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether this is the account, and link it."""
        arrival = self._arrival = self.app.links.latest(self._arrival)
        await self.async_check_account(arrival.account)
        self.hmac_key = arrival.hmac_key
        errors = {}
        if user_input is not None:
            session = self.app.async_session(FixedToken(arrival.pair.access_token))
            resumed, self._tried = self._tried is arrival, arrival
            try:
                await link(
                    session,
                    arrival.redirect.nonce,
                    identifier(self.hass),
                    resumed=resumed,
                )
            except BadRequestError:
                self.app.links.drop_redirect(arrival)
                return await self.async_step_stuck(errors={"base": "link_expired"})
            except RingError as error:
                errors["base"] = error_key(error)
            else:
                self.app.links.claimed(arrival)
                return await self.async_finish_link(arrival.account, arrival.pair)
        account = arrival.account
        return self.async_show_form(
            step_id="confirm",
            errors=errors,
            description_placeholders={
                "account": account.name or "Ring",
                "email": masked(account.email or ""),
            },
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Let go of the addresses when the dialog is closed."""
        if self._wait is not None:
            self._wait.cancel()
        if self.flow_impl is not None:
            self.app.async_release(self.flow_id)
