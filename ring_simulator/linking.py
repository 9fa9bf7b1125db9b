"""Links between Ring apps and accounts (API reference, 1.3-1.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import hmac
from typing import Literal, Protocol
from urllib.parse import urlencode

import orjson
from yarl import URL

from .account import Account, Client
from .device import SimDevice
from .ids import IdGenerator
from .outbound import Outbound
from .secrets import Secrets
from .settings import Settings
from .timestamps import epoch_milliseconds
from .tokens import TokenPair, Tokens, base64url
from .webhooks import Event, Webhooks, account_event, device_event

NONCE_LIFETIME = 600
"""Lifetime of a nonce in seconds."""

_CODE_DELAY_AFTER_REDIRECT = 2
"""Seconds between the redirect and the code, if the redirect comes first."""

_FORM = "application/x-www-form-urlencoded"

type LinkStatus = Literal["none", "awaiting", "completed"]


class LinkingError(ValueError):
    """The app can't be installed; the message says why."""


class InvalidNonceError(Exception):
    """The nonce is unknown, belongs to another account, is too old or was used."""


class InvalidTransitionError(Exception):
    """The integration can't change to the status."""


@dataclass(slots=True, eq=False)
class Integration:
    """A Ring app that an account has installed.

    Attributes:
        id: Opaque ID.
        partner_initiated: Whether the app started the sign-in.
        status: Ring's status of the integration.
        confirmed: Whether the app has confirmed the link, which is required to complete
            it. A partner-initiated sign-in is confirmed without a nonce.
        account_identifier: The app's masked name of the account.
        updated_at: Epoch seconds.
        consented_at: Epoch seconds of the completion; earlier history is not returned.
        nonces: Unused nonces and the epoch seconds at which they were created.
    """

    id: str
    client_id: str
    account_id: str
    partner_initiated: bool
    updated_at: float
    status: Literal["awaiting", "completed"] = "awaiting"
    confirmed: bool = False
    account_identifier: str | None = None
    consented_at: float | None = None
    nonces: dict[str, float] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Installation:
    """Result of installing a Ring app.

    Attributes:
        nonce: Nonce of the redirect.
        time: Epoch milliseconds of the redirect, as text.
        redirect_url: Account Link URL with ``nonce`` and ``time``.
        code: Authorization code that is posted to the Token Exchange URL.
        token_exchange_status: Status of the Token Exchange URL's response. It is None
            without a response, and until the code is posted if the redirect comes
            first.
    """

    nonce: str = field(repr=False)
    time: str
    redirect_url: str = field(repr=False)
    code: str = field(repr=False)
    token_exchange_status: int | None = None


class LinkingContext(Protocol):
    """The parts of the simulator that linking uses."""

    accounts: dict[str, Account]
    clients: dict[str, Client]
    devices: dict[str, SimDevice]
    secrets: Secrets
    settings: Settings
    tokens: Tokens
    webhooks: Webhooks
    outbound: Outbound

    def clock(self) -> float:
        """Return the time in epoch seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds."""
        ...


class Linking:
    """Installs Ring apps, and keeps the integrations of all accounts."""

    def __init__(self, context: LinkingContext, ids: IdGenerator) -> None:
        """Start without integrations.

        Args:
            context: The simulator.
            ids: Generates the IDs of integrations and their events.
        """
        self._context = context
        self._ids = ids
        self._integrations: dict[tuple[str, str], Integration] = {}

    def find(self, client_id: str, account_id: str) -> Integration | None:
        """Return the integration of an app and an account."""
        return self._integrations.get((client_id, account_id))

    def all(self) -> list[Integration]:
        """Return all integrations, the oldest first."""
        return list(self._integrations.values())

    def status(self, client: Client, account: Account) -> LinkStatus:
        """Return the status of an app's integration, ``none`` if there is none."""
        integration = self.find(client.client_id, account.id)
        return integration.status if integration else "none"

    def may_receive(self, client: Client, event: Event) -> bool:
        """Return whether an app may receive an event now."""
        integration = self.find(client.client_id, event.account_id)
        if integration is None:
            return False
        return integration.status == "completed" or event.type == "device_added"

    def nonce(self, client: Client, account: Account, time_ms: int | str) -> str:
        """Return the nonce of a time in epoch milliseconds (API reference, 1.3)."""
        message = f"{time_ms}:{account.id}".encode()
        digest = hmac.digest(client.hmac_key.encode(), message, "sha256")
        return self._context.secrets.add("nonce", base64url(digest))

    async def install(
        self, client: Client, account: Account, device_ids: Iterable[str] | None = None
    ) -> Installation:
        """Install an app for an account (API reference, 1.3).

        Ring posts a code to the Token Exchange URL, sends ``device_added`` for the
        shared devices and redirects the browser to the Account Link URL.

        Args:
            client: The app.
            account: The account.
            device_ids: Devices to share from now on; all by default.

        Raises:
            LinkingError: The app has no Token Exchange URL or no Account Link URL, or
                a device doesn't belong to the account.
        """
        if not client.token_exchange_url:
            raise LinkingError("The app has no Token Exchange URL")
        if not client.account_link_url:
            raise LinkingError("The app has no Account Link URL")
        shared = self._share(account, device_ids)
        integration = self._create_integration(client, account, partner_initiated=False)
        context = self._context
        settings = context.settings
        code = context.tokens.issue_code(account, client)
        if settings.link_order == "code_first":
            status = await self._post_code(client, code, settings.code_delay)
            self._send_device_added(shared)
            return self._redirect(client, account, integration, code, status)
        installation = self._redirect(client, account, integration, code)

        async def post_code_later() -> None:
            delay = _CODE_DELAY_AFTER_REDIRECT + settings.code_delay
            installation.token_exchange_status = await self._post_code(
                client, code, delay
            )
            self._send_device_added(shared)

        context.outbound.create_task(post_code_later())
        return installation

    def link(self, client: Client, account: Account) -> TokenPair:
        """Link an app and an account without the steps in between.

        Ring sends nothing to the app; use ``install`` to test the steps.
        """
        integration = self._create_integration(client, account, partner_initiated=False)
        integration.confirmed = True
        integration.status = "completed"
        integration.consented_at = integration.updated_at
        return self._context.tokens.issue_pair(account, client)

    def authorize(self, client: Client, account: Account, challenge: str) -> str:
        """Return the code of a partner-initiated sign-in (API reference, 1.5).

        Args:
            client: The app.
            account: The account that allows the sign-in.
            challenge: S256 challenge of the app.
        """
        integration = self._create_integration(client, account, partner_initiated=True)
        integration.confirmed = True
        return self._context.tokens.issue_code(account, client, challenge=challenge)

    def confirm(self, integration: Integration, nonce: str) -> None:
        """Confirm an integration with its nonce (API reference, 1.4).

        Raises:
            InvalidNonceError: The nonce is unknown, too old or was used.
        """
        now = self._context.clock()
        created_at = integration.nonces.pop(nonce, None)
        if created_at is None or now - created_at > NONCE_LIFETIME:
            raise InvalidNonceError
        integration.confirmed = True
        integration.updated_at = now

    def set_status(self, integration: Integration, status: str) -> None:
        """Set the status that an app asks for; repeating it has no effect.

        Raises:
            InvalidTransitionError: The status is unknown, or the app has not confirmed
                the link.
        """
        if status == "completed" and integration.confirmed:
            self._complete(integration)
        elif status == "awaiting":
            integration.status = "awaiting"
        else:
            raise InvalidTransitionError
        integration.updated_at = self._context.clock()

    def uninstall(self, client: Client, account: Account) -> None:
        """Remove an app from an account; do nothing if it is not installed."""
        if (client.client_id, account.id) not in self._integrations:
            return
        self._context.tokens.revoke_all(account, client)
        event = self._account_event(account, "app_integration_removed")
        self._context.webhooks.queue(event, [client])
        del self._integrations[client.client_id, account.id]

    def _create_integration(
        self, client: Client, account: Account, *, partner_initiated: bool
    ) -> Integration:
        integration = Integration(
            id=self._ids.directed_id("client"),
            client_id=client.client_id,
            account_id=account.id,
            partner_initiated=partner_initiated,
            updated_at=self._context.clock(),
        )
        self._integrations[client.client_id, account.id] = integration
        return integration

    def _complete(self, integration: Integration) -> None:
        if integration.status == "completed":
            return
        context = self._context
        integration.status = "completed"
        if integration.consented_at is None:
            integration.consented_at = context.clock()
        account = context.accounts[integration.account_id]
        event = self._account_event(account, "app_integration_added")
        context.webhooks.queue(event, [context.clients[integration.client_id]])

    def _account_event(self, account: Account, event_type: str) -> Event:
        now = self._context.clock()
        return account_event(account, event_type, now, self._ids.uuid())

    def _share(
        self, account: Account, device_ids: Iterable[str] | None
    ) -> list[SimDevice]:
        """Share the devices and return those that the API returns."""
        devices = self._context.devices.values()
        own = {
            device.id: device for device in devices if device.account_id == account.id
        }
        selected = set(own if device_ids is None else device_ids)
        if unknown := selected - own.keys():
            raise LinkingError(f"{min(unknown)}: the account has no such device")
        for device in own.values():
            device.shared = device.id in selected
        return [device for device in own.values() if device.visible]

    def _send_device_added(self, devices: Iterable[SimDevice]) -> None:
        for device in devices:
            event = device_event(device, "device_added", self._context.clock())
            self._context.webhooks.queue(event)

    async def _post_code(self, client: Client, code: str, delay: float) -> int | None:
        context = self._context
        settings = context.settings
        if delay:
            await context.sleep(delay)
        url = URL(client.token_exchange_url)
        member: dict[str, str] = {settings.token_exchange_key: code}
        match settings.token_exchange_format:
            case "form":
                body = urlencode(member).encode()
                return await context.outbound.post(url, body, {"Content-Type": _FORM})
            case "json":
                headers = {"Content-Type": "application/json"}
                return await context.outbound.post(url, orjson.dumps(member), headers)
            case "query":
                return await context.outbound.post(url.update_query(member), b"", {})

    def _redirect(
        self,
        client: Client,
        account: Account,
        integration: Integration,
        code: str,
        status: int | None = None,
    ) -> Installation:
        now = self._context.clock()
        time = str(epoch_milliseconds(now))
        nonce = self.nonce(client, account, time)
        integration.nonces[nonce] = now
        target = URL(client.account_link_url).update_query(nonce=nonce, time=time)
        return Installation(nonce, time, str(target), code, status)
