"""How apps and accounts are linked (API reference, 1.3-1.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import hmac
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import orjson
from yarl import URL

from .account import Account, Client
from .device import SimDevice
from .ids import Ids
from .tokens import TokenPair, base64url
from .webhooks import Event, account_event, device_event, milliseconds

if TYPE_CHECKING:
    from .simulator import Simulator

NONCE_LIFETIME = 600
"""Seconds."""

_REDIRECT_LEAD = 2
"""Seconds by which the browser is ahead of the code, if it goes first."""

_FORM = "application/x-www-form-urlencoded"

type Status = Literal["none", "awaiting", "completed"]


class LinkingError(ValueError):
    """The app can't be installed; the message says why."""


class InvalidNonceError(Exception):
    """The nonce is unknown, of another account, too old or used."""


class InvalidTransitionError(Exception):
    """The integration can't go to this status."""


@dataclass(slots=True, eq=False)
class Integration:
    """An app that an account has installed.

    Attributes:
        id: Opaque.
        partner_initiated: Whether the app has started the sign-in.
        status: Ring's word for how far the link has come.
        confirmed: Whether the app has confirmed the link; only then may it be
            completed. A sign-in that the app has started needs no nonce.
        account_identifier: What the app calls the account, masked.
        updated_at: Epoch seconds.
        consented_at: Epoch seconds of the completion; there is no history before.
        nonces: Unused nonces and the epoch seconds at which they were made.
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
    """What Ring has done after somebody pressed "Install".

    Attributes:
        nonce: Proves to Ring that the browser came back to the app.
        time: Epoch milliseconds, as text, as the app gets it.
        redirect_url: Where the browser goes: the Account Link URL with both.
        code: The authorization code that the Token Exchange URL gets.
        token_exchange_status: What the Token Exchange URL answered; none if it didn't,
            or wasn't called yet because the browser goes first.
    """

    nonce: str = field(repr=False)
    time: str
    redirect_url: str = field(repr=False)
    code: str = field(repr=False)
    token_exchange_status: int | None = None


class Linking:
    """Installs apps and remembers who has installed what."""

    def __init__(self, sim: Simulator, ids: Ids) -> None:
        """Start without any integration.

        Args:
            sim: Its tokens, devices and webhooks take part.
            ids: Makes the ids of integrations and events.
        """
        self._sim = sim
        self._ids = ids
        self._integrations: dict[tuple[str, str], Integration] = {}

    def find(self, client_id: str, account_id: str) -> Integration | None:
        """Return the integration of an app and an account."""
        return self._integrations.get((client_id, account_id))

    def all(self) -> list[Integration]:
        """Return every integration, the oldest first."""
        return list(self._integrations.values())

    def status(self, client: Client, account: Account) -> Status:
        """Say how far the link has come."""
        integration = self.find(client.client_id, account.id)
        return integration.status if integration else "none"

    def hears(self, client: Client, event: Event) -> bool:
        """Say whether an app may be told of an event now."""
        integration = self.find(client.client_id, event.account_id)
        if integration is None:
            return False
        return integration.status == "completed" or event.type == "device_added"

    def nonce(self, client: Client, account: Account, time_ms: int | str) -> str:
        """Return the nonce of a time in epoch milliseconds: 43 characters."""
        message = f"{time_ms}:{account.id}".encode()
        digest = hmac.digest(client.hmac_key.encode(), message, "sha256")
        return base64url(digest)

    async def install(
        self, client: Client, account: Account, device_ids: Iterable[str] | None = None
    ) -> Installation:
        """Do what Ring does when somebody installs an app (API reference, 1.3).

        Ring posts a code to the Token Exchange URL, tells of the devices that are
        shared and sends the browser to the Account Link URL.

        Args:
            client: The app.
            account: Who installs it.
            device_ids: The devices to share from now on, all by default.

        Raises:
            LinkingError: The app has no Token Exchange URL or no Account Link URL, or
                a device isn't the account's.
        """
        if not client.token_exchange_url:
            raise LinkingError("The app has no Token Exchange URL")
        if not client.account_link_url:
            raise LinkingError("The app has no Account Link URL")
        shared = self._share(account, device_ids)
        integration = self._begin(client, account, partner_initiated=False)
        sim = self._sim
        code = sim.tokens.issue_code(account, client)
        if sim.behaviour.link_order == "code_first":
            status = await self._post_code(client, code, sim.behaviour.code_delay)
            self._tell_of(shared)
            return self._redirect(client, account, integration, code, status)
        made = self._redirect(client, account, integration, code)

        async def follow() -> None:
            delay = _REDIRECT_LEAD + sim.behaviour.code_delay
            made.token_exchange_status = await self._post_code(client, code, delay)
            self._tell_of(shared)

        sim.outbound.spawn(follow())
        return made

    def link(self, client: Client, account: Account) -> TokenPair:
        """Link an app and an account at once, as if all steps were done.

        The app hears of nothing; it is for those who need the result only.
        """
        integration = self._begin(client, account, partner_initiated=False)
        integration.confirmed = True
        integration.status = "completed"
        integration.consented_at = integration.updated_at
        return self._sim.tokens.issue(account, client)

    def authorize(self, client: Client, account: Account, challenge: str) -> str:
        """Return the code of a sign-in that the app has started (API reference, 1.5).

        Args:
            client: The app.
            account: Who allows it.
            challenge: S256 challenge of the app.
        """
        self._begin(client, account, partner_initiated=True).confirmed = True
        return self._sim.tokens.issue_code(account, client, challenge=challenge)

    def confirm(self, integration: Integration, nonce: str) -> None:
        """Take an app's nonce: the account is known to the app.

        Raises:
            InvalidNonceError: It is unknown, too old or used.
        """
        now = self._sim.clock()
        made_at = integration.nonces.pop(nonce, None)
        if made_at is None or now - made_at > NONCE_LIFETIME:
            raise InvalidNonceError
        integration.confirmed = True
        integration.updated_at = now

    def change(self, integration: Integration, status: str) -> None:
        """Take a status from an app; repeating one does no harm.

        Raises:
            InvalidTransitionError: There is no such status, or the app has to confirm
                the link first.
        """
        if status == "completed" and integration.confirmed:
            self._complete(integration)
        elif status == "awaiting":
            integration.status = "awaiting"
        else:
            raise InvalidTransitionError
        integration.updated_at = self._sim.clock()

    def uninstall(self, client: Client, account: Account) -> None:
        """Do what Ring does when somebody removes an app; nothing if it isn't there."""
        if (client.client_id, account.id) not in self._integrations:
            return
        self._sim.tokens.revoke_all(account, client)
        event = self._account_event(account, "app_integration_removed")
        self._sim.webhooks.queue(event, [client])
        del self._integrations[client.client_id, account.id]

    def _begin(
        self, client: Client, account: Account, *, partner_initiated: bool
    ) -> Integration:
        integration = Integration(
            id=self._ids.make("client"),
            client_id=client.client_id,
            account_id=account.id,
            partner_initiated=partner_initiated,
            updated_at=self._sim.clock(),
        )
        self._integrations[client.client_id, account.id] = integration
        return integration

    def _complete(self, integration: Integration) -> None:
        if integration.status == "completed":
            return
        integration.status = "completed"
        if integration.consented_at is None:
            integration.consented_at = self._sim.clock()
        sim = self._sim
        account = sim.accounts[integration.account_id]
        event = self._account_event(account, "app_integration_added")
        sim.webhooks.queue(event, [sim.clients[integration.client_id]])

    def _account_event(self, account: Account, type_: str) -> Event:
        return account_event(account, type_, self._sim.clock(), self._ids.uuid())

    def _share(
        self, account: Account, device_ids: Iterable[str] | None
    ) -> list[SimDevice]:
        devices = self._sim.devices.values()
        own = {
            device.id: device for device in devices if device.account_id == account.id
        }
        chosen = set(own if device_ids is None else device_ids)
        if unknown := chosen - own.keys():
            raise LinkingError(f"{min(unknown)}: the account has no such device")
        for device in own.values():
            device.shared = device.id in chosen
        return [device for device in own.values() if device.visible]

    def _tell_of(self, devices: Iterable[SimDevice]) -> None:
        for device in devices:
            event = device_event(device, "device_added", self._sim.clock())
            self._sim.webhooks.queue(event)

    async def _post_code(self, client: Client, code: str, delay: float) -> int | None:
        sim = self._sim
        if delay:
            await sim.sleep(delay)
        url = URL(client.token_exchange_url)
        member: dict[str, str] = {sim.behaviour.token_exchange_key: code}
        match sim.behaviour.token_exchange_format:
            case "form":
                body = urlencode(member).encode()
                return await sim.outbound.post(url, body, {"Content-Type": _FORM})
            case "json":
                headers = {"Content-Type": "application/json"}
                return await sim.outbound.post(url, orjson.dumps(member), headers)
            case "query":
                return await sim.outbound.post(url.update_query(member), b"", {})

    def _redirect(
        self,
        client: Client,
        account: Account,
        integration: Integration,
        code: str,
        status: int | None = None,
    ) -> Installation:
        now = self._sim.clock()
        time = str(milliseconds(now))
        nonce = self.nonce(client, account, time)
        integration.nonces[nonce] = now
        target = URL(client.account_link_url).update_query(nonce=nonce, time=time)
        return Installation(nonce, time, str(target), code, status)
