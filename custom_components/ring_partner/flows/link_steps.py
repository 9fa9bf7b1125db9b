"""The steps of the config flow that link an account in the Ring app.

The flow shows the URLs for Ring's console, waits until the person has installed the app
in the Ring app, and asks whether the account is theirs (Ring Partner API reference,
1.3).
"""

from abc import abstractmethod
import asyncio
from collections.abc import Mapping
from typing import Any, Final, cast, override

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    async_get_implementations,
)
from homeassistant.helpers.selector import (
    TemplateSelector,
    TemplateSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..account.oauth_implementation import RingImplementation
from ..api import (
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
from ..api.app_integrations import link_account
from ..api.linking import LinkError, Redirect, mask
from ..app.event_router import WebhookSubscriber
from ..app.pending_links import PendingLink
from ..app.public_urls import NoPublicUrlError, UrlKind, async_get_public_urls
from ..app.ring_app import RingApp, async_get_app
from ..const import CONF_HMAC_KEY, CONF_IMPLEMENTATION, CONSOLE_URL, DOMAIN, LinkMethod
from ..helpers.translations import async_load_translations, translate

CONF_REDIRECT_URL: Final = "redirect_url"

LINK_TIMEOUT: Final = 300.0
"""Seconds for which the flow waits for Ring before it tells what to check."""

HOMEPAGE_URL: Final = "https://www.home-assistant.io"
"""Ring's console asks for the homepage of an app and does not use it."""

# The translation key of each error; the first that matches.
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

REDIRECT_SCHEMA = vol.Schema({vol.Optional(CONF_REDIRECT_URL): TextSelector()})


def valid_key(entered: str) -> str:
    """Return an HMAC key without spaces around it, empty if it is malformed."""
    key = entered.strip()
    return key if key.isprintable() else ""


def _url_fields(urls: Mapping[str, str]) -> dict[vol.Marker, TemplateSelector]:
    """Return read-only fields from which URLs can be copied with one click.

    Of Home Assistant's fields, only the template editor has a copy button.
    """
    selector = TemplateSelector(TemplateSelectorConfig(read_only=True))
    return {vol.Optional(name, default=url): selector for name, url in urls.items()}


def error_key(error: RingError) -> str:
    """Return the translation key of an error in a form."""
    return next(key for kinds, key in _ERRORS if isinstance(error, kinds))


def account_identifier(hass: HomeAssistant) -> str:
    """Return the masked name of this Home Assistant, which Ring shows for the link."""
    return mask(hass.config.location_name)


class LinkSteps(AbstractOAuth2FlowHandler):
    """The steps from the HMAC key to the linked account."""

    DOMAIN = DOMAIN

    method: LinkMethod = LinkMethod.RING_APP
    hmac_key: str = ""
    _wait_task: asyncio.Task[PendingLink] | None = None
    _link: PendingLink
    _attempted: PendingLink | None = None

    @property
    def app(self) -> RingApp:
        """The app whose credentials were chosen."""
        return cast(RingImplementation, self.flow_impl).app

    @property
    @abstractmethod
    def changed_entry(self) -> ConfigEntry | None:
        """The config entry that a reauth or reconfigure flow is about, if any."""

    @abstractmethod
    async def async_check_account(self, account: Account) -> None:
        """Check whether an account may be linked in this flow.

        Raises:
            AbortFlow: it is another account, or is set up already.

        """

    @abstractmethod
    async def async_finish_link(
        self, account: Account, pair: TokenPair
    ) -> ConfigFlowResult:
        """Create or update the config entry of a linked account."""

    async def async_step_hmac_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the HMAC key, unless another account of the app has it."""
        errors = {}
        if user_input is not None:
            self.hmac_key = valid_key(user_input[CONF_HMAC_KEY])
            if not self.hmac_key:
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
        await self._async_subscribe()
        return await self.async_step_public_urls()

    async def _async_subscribe(self) -> None:
        await self.app.webhooks.async_subscribe(
            self.flow_id, WebhookSubscriber(hmac_key=self.hmac_key)
        )

    def _known_key(self) -> str | None:
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.data.get(CONF_IMPLEMENTATION) == self.flow_impl.domain:
                return entry.data.get(CONF_HMAC_KEY)
        return None

    async def async_step_public_urls(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the URLs to enter in Ring's console."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if self.method is LinkMethod.SIGN_IN:
                return await super().async_step_auth()
            if not (errors := self._receive_pasted_redirect(user_input)):
                return await self.async_step_wait()
        public_urls = async_get_public_urls(self.hass)
        try:
            urls = await public_urls.async_urls(self.app.client_id)
        except NoPublicUrlError:
            if self.method is LinkMethod.SIGN_IN:
                # The sign-in works without a public URL; events do not arrive.
                return await super().async_step_auth()
            return await self.async_step_no_public_url()
        if self.method is LinkMethod.SIGN_IN:
            step_id, fields = "webhook_url", {"webhook_url": urls[UrlKind.WEBHOOK]}
        else:
            step_id = "public_urls"
            fields = {f"{kind}_url": url for kind, url in urls.items()}
            fields["homepage_url"] = HOMEPAGE_URL
        schema = vol.Schema(_url_fields(fields))
        return self.async_show_form(
            step_id=step_id,
            data_schema=schema
            if self.method is LinkMethod.SIGN_IN
            else schema.extend(REDIRECT_SCHEMA.schema),
            errors=errors,
            description_placeholders={"console_url": f"{CONSOLE_URL}/apps"},
        )

    async def async_step_webhook_url(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Continue from the one URL that is shown before a sign-in."""
        return await self.async_step_public_urls(user_input)

    async def async_step_no_public_url(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Explain how Home Assistant gets a public URL."""
        if user_input is not None:
            return await self.async_step_public_urls()
        return self.async_show_form(step_id="no_public_url")

    def _receive_pasted_redirect(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Receive a redirect that the person pasted, and return the form's errors."""
        pasted = user_input.get(CONF_REDIRECT_URL, "").strip()
        if not pasted:
            return {}
        try:
            self.app.links.async_receive_redirect(Redirect.from_url(pasted))
        except LinkError as error:
            return {CONF_REDIRECT_URL: f"redirect_{error.problem}"}
        return {}

    async def async_step_wait(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait until Ring has sent the account and the browser."""
        if self._wait_task is None:
            if (pending := self.app.links.get(self._expected_account)) is not None:
                # A progress step that is done at once would hand the submitted form to
                # the next step, as if the account had been confirmed with it.
                self._link = pending
                return await self.async_step_confirm()
            self._wait_task = self.hass.async_create_background_task(
                self._async_wait(), "Ring account link"
            )
        if not self._wait_task.done():
            return self.async_show_progress(
                step_id="wait", progress_action="wait", progress_task=self._wait_task
            )
        task, self._wait_task = self._wait_task, None
        if task.cancelled() or isinstance(task.exception(), TimeoutError):
            return self.async_show_progress_done(next_step_id="link_incomplete")
        self._link = task.result()
        return self.async_show_progress_done(next_step_id="confirm")

    async def _async_wait(self) -> PendingLink:
        async with asyncio.timeout(LINK_TIMEOUT):
            return await self.app.links.async_wait(self._expected_account)

    @property
    def _expected_account(self) -> str | None:
        """The account to wait for; None for any."""
        entry = self.changed_entry
        return entry.unique_id if entry else None

    async def async_step_link_incomplete(
        self,
        user_input: dict[str, Any] | None = None,
        errors: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Tell how far the link has come and what to check."""
        if user_input is not None:
            errors = self._receive_pasted_redirect(user_input)
            if not errors:
                return await self.async_step_wait()
        await async_load_translations(self.hass)
        return self.async_show_form(
            step_id="link_incomplete",
            data_schema=REDIRECT_SCHEMA,
            errors=errors,
            description_placeholders={
                "what_to_check": translate(
                    self.hass, f"link_incomplete_{self.app.links.progress}"
                )
            },
        )

    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Offer an account that was linked in the Ring app while no flow was open."""
        links = async_get_app(self.hass, discovery_info["client_id"]).links
        pending = links.get(discovery_info["account_id"])
        if pending is None:
            return self.async_abort(reason="link_expired")
        self._link = pending
        entry = await self.async_set_unique_id(pending.account.id)
        if entry is not None:
            # The app was installed again. The reauth flow uses its new sign-in.
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
        self.hmac_key = pending.hmac_key
        await self._async_subscribe()
        self.context["title_placeholders"] = {"name": pending.account.name or "Ring"}
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether this is the person's account, and link it."""
        pending = self._link = self.app.links.latest(self._link)
        await self.async_check_account(pending.account)
        self.hmac_key = pending.hmac_key
        errors = {}
        if user_input is not None:
            session = self.app.async_session(FixedToken(pending.pair.access_token))
            resumed, self._attempted = self._attempted is pending, pending
            try:
                await link_account(
                    session,
                    pending.redirect.nonce,
                    account_identifier(self.hass),
                    resumed=resumed,
                )
            except BadRequestError:
                self.app.links.discard_redirect(pending)
                return await self.async_step_link_incomplete(
                    errors={"base": "link_expired"}
                )
            except RingError as error:
                errors["base"] = error_key(error)
            else:
                self.app.links.remove(pending)
                return await self.async_finish_link(pending.account, pending.pair)
        account = pending.account
        return self.async_show_form(
            step_id="confirm",
            errors=errors,
            description_placeholders={
                "account": account.name or "Ring",
                "email": mask(account.email or ""),
            },
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Stop waiting when the flow is closed."""
        if self._wait_task is not None:
            self._wait_task.cancel()
        if self.flow_impl is not None:
            self.app.webhooks.async_unsubscribe(self.flow_id)
