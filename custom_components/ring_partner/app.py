"""What all accounts of one developer app share.

Ring counts requests per client id over all its users (Ring Partner API reference,
4), so limiter, breakers and pauses belong to the client id, not to the account. They
outlive a reload of the entry: reloading must not be a way around a pause. So do the
public addresses, which are entered in Ring's console once per client id.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
import logging
import os
from typing import Final

from homeassistant.components import webhook
from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.const import __version__ as ha_version
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from .addresses import async_get_address_book
from .api import (
    API_URL,
    OAUTH_URL,
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
from .api.events import RingEvent
from .api.oauth import TokenEndpoint
from .api.refusal import RefusalPause
from .const import AUTHORIZE_URL, DOMAIN, ENV_API_URL, ENV_OAUTH_URL
from .links import AccountLinks, Arrival
from .receivers import RECEIVERS

_LOGGER = logging.getLogger(__name__)

PLAYGROUND_CLIENT: Final = "playground"
"""Stands for the client id of Developer Playground tokens, which Ring keeps."""

USER_AGENT: Final = f"HomeAssistant/{ha_version} RingPartner"

LINGER: Final = 3600.0
"""Seconds the addresses answer on after the last who needed them has gone: a person
may close the dialog and go on in the Ring app."""

MOST_HOMELESS: Final = 64
"""Events that are kept for accounts that are not linked yet."""

type EventHandler = Callable[[RingEvent], None]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who needs the addresses: an entry, or a flow that waits.

    Attributes:
        hmac_key: the key it expects signatures and nonces to be made with.
        account_id: the account whose events it takes, if it has one.
        knows: tells its devices by their ids, for events that name no account.
        handle: takes them; None while it can't.
        refused: told of deliveries with a wrong signature.

    """

    hmac_key: str | None = field(default=None, repr=False)
    account_id: str | None = None
    knows: Callable[[str], bool] = lambda _device_id: False
    handle: EventHandler | None = None
    refused: CALLBACK_TYPE | None = None

    def takes(self, event: RingEvent) -> bool:
        """Tell whether an event is for this account."""
        if event.account_id is not None and event.account_id == self.account_id:
            return True
        return event.device_id is not None and self.knows(event.device_id)


class RingApp:
    """One client id, as far as it is shared by its accounts."""

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
        self.token_refusal = RefusalPause(clock=self.resilience.clock)
        self.links = AccountLinks(
            exchange=lambda code: self.async_token_endpoint().exchange(code),
            account_of=self._async_account_of,
            keys=self._link_keys,
            arrived=self._discover,
            sleep=self.resilience.sleep,
        )
        self._holders: dict[str, Holder] = {}
        self._homeless: deque[tuple[RingEvent, float]] = deque(maxlen=MOST_HOMELESS)
        self._registered: tuple[str, ...] = ()
        self._last_key: str | None = None
        self._cancel_linger: CALLBACK_TYPE | None = None

    @property
    def client_secret(self) -> str | None:
        """The secret: the one that came later, or that of the credentials."""
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
            AuthenticationError: the client secret is not known (any more).

        """
        if self.client_secret is None:
            raise AuthenticationError("The application credentials are missing")
        return TokenEndpoint(
            async_get_clientsession(self.hass),
            url=oauth_url(),
            client_id=self.client_id,
            client_secret=self.client_secret,
            breaker=self.token_breaker,
            refusal=self.token_refusal,
            user_agent=USER_AGENT,
        )

    def hmac_keys(self) -> list[str]:
        """Return the keys that Ring may sign with, each once."""
        keys = (holder.hmac_key for holder in self._holders.values())
        return list(dict.fromkeys(key for key in keys if key))

    def _link_keys(self) -> list[str]:
        """Return the keys that a link may come with: also when its dialog is closed."""
        return self.hmac_keys() or list(filter(None, [self._last_key]))

    @callback
    def async_receive_event(self, event: RingEvent) -> bool:
        """Hand an event to the account it belongs to; False if it can't take it now.

        What belongs to none yet is kept a while: Ring tells of devices before their
        account is linked (reference, 1.3).
        """
        holder = self._holder_of(event)
        if holder is None:
            _LOGGER.debug("Kept an event of an account that is not set up")
            self._homeless.append((event, self.resilience.clock()))
            return True
        if holder.handle is None:
            return False
        holder.handle(event)
        return True

    def _holder_of(self, event: RingEvent) -> Holder | None:
        """Return the account that an event names, or that knows its device."""
        accounts = [h for h in self._holders.values() if h.account_id is not None]
        for holder in accounts:
            if holder.account_id == event.account_id:
                return holder
        for holder in accounts:
            if holder.takes(event):
                return holder
        # Who names no account means the only one.
        alone = event.account_id is None and len(accounts) == 1
        return accounts[0] if alone else None

    def _replay(self, holder: Holder) -> None:
        """Give a new holder what came too early for it."""
        if holder.handle is None:
            return
        oldest = self.resilience.clock() - LINGER
        kept, self._homeless = self._homeless, deque(maxlen=MOST_HOMELESS)
        for event, at in kept:
            if at < oldest:
                continue
            if holder.takes(event):
                holder.handle(event)
            else:
                self._homeless.append((event, at))

    @callback
    def async_signature_refused(self) -> None:
        """Let the accounts know that somebody signed with another key."""
        for holder in self._holders.values():
            if holder.refused is not None:
                holder.refused()

    async def async_hold(self, owner: str, holder: Holder) -> None:
        """Keep the addresses answering until `async_release`."""
        if self._cancel_linger is not None:
            self._cancel_linger()
            self._cancel_linger = None
        self._holders[owner] = holder
        self._replay(holder)
        self.links.keys_changed()
        if self._registered:
            return
        ids = await async_get_address_book(self.hass).async_webhook_ids(self.client_id)
        if self._registered:
            return  # by somebody else meanwhile
        for purpose, webhook_id in ids.items():
            receiver = RECEIVERS[purpose]
            webhook.async_register(
                self.hass,
                DOMAIN,
                receiver.name,
                webhook_id,
                receiver.bound_to(self),
                allowed_methods=receiver.methods,
            )
        self._registered = tuple(ids.values())

    @callback
    def async_release(self, owner: str) -> None:
        """Stop answering some time after nobody needs the addresses any more."""
        holder = self._holders.pop(owner, None)
        if holder is None or self._holders:
            return
        self._last_key = holder.hmac_key
        self._cancel_linger = async_call_later(
            self.hass,
            LINGER,
            HassJob(self._stop_answering, cancel_on_shutdown=True),
        )

    async def async_forget(self) -> None:
        """Give up addresses and secret, unless an entry or a flow still needs them."""
        if self._holders:
            return
        if self._cancel_linger is not None:
            self._cancel_linger()
        self._stop_answering()
        self.replaced_secret = None
        await async_get_address_book(self.hass).async_forget(self.client_id)

    @callback
    def _stop_answering(self, _now: datetime | None = None) -> None:
        self._cancel_linger = None
        self._last_key = None
        for webhook_id in self._registered:
            webhook.async_unregister(self.hass, webhook_id)
        self._registered = ()

    async def _async_account_of(self, pair: TokenPair) -> Account:
        client = self.async_client(FixedToken(pair.access_token))
        return await client.account(priority=Priority.USER)

    @callback
    def _discover(self, arrival: Arrival) -> None:
        """Show an account that nobody waits for as discovered."""
        discovery_flow.async_create_flow(
            self.hass,
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data={"client_id": self.client_id, "account_id": arrival.account.id},
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


def authorize_url() -> URL:
    """Return the address of Ring's sign-in page, or of what stands in for it."""
    page = URL(AUTHORIZE_URL)
    return _replaceable(ENV_OAUTH_URL, page.origin()).join(page.relative())


def _replaceable(variable: str, url: URL) -> URL:
    return URL(os.environ[variable]) if os.environ.get(variable) else url


def warn_of_replaced_addresses() -> None:
    """Say in the log that this is not Ring's cloud, so that nobody forgets it."""
    for variable in (ENV_API_URL, ENV_OAUTH_URL):
        if address := os.environ.get(variable):
            _LOGGER.warning(
                "%s is set: %s stands in for Ring's cloud", variable, address
            )
