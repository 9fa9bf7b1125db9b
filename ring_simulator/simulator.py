"""The simulated cloud: its accounts, devices, Ring apps, tokens and settings."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
import time

from .account import Account, Client, Location
from .actions import Actions
from .device import SimDevice
from .device_kinds import DeviceKind, Encryption, device_template
from .faults import Faults
from .history import History
from .household import HOUSEHOLD
from .ids import IdGenerator
from .linking import Linking
from .media.downloads import Downloads
from .media.library import MediaLibrary
from .media.live_view import LiveView
from .outbound import Outbound, Post
from .rate_limit import RateLimit
from .request_log import create_request_log
from .secrets import Secrets
from .settings import Settings
from .tokens import Tokens
from .webhooks import Event, Webhooks

_SECONDS_SINCE_REPORT = 120


class Simulator:
    """A simulated Ring cloud; ``create_app`` returns its web application.

    Attributes:
        accounts: Accounts by ID, the default account first.
        devices: Devices of all accounts by ID, in the order of the list endpoint.
        clients: Ring apps by client ID, the default app first.
        settings: Settings that select how the cloud behaves.
        secrets: All secrets that were made, also those of the past.
        tokens: All codes and tokens.
        faults: Active faults.
        rate_limit: Rate limit of each client ID, and its peak of requests.
        requests: The last 1000 requests, the oldest first.
        outbound: Sends the cloud's requests to Ring apps.
        webhooks: Sends events to Ring apps.
        linking: Integrations of Ring apps and accounts.
        history: Event history of the cameras.
        library: Media of the recordings.
        downloads: Pre-signed URLs.
        live_view: Live sessions.
        actions: Changes devices and sends the events for the change.
        press, motion, sensor_event, report, set_online: The methods of ``actions``.
        random: Source of randomness.
    """

    def __init__(
        self,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Random | None = None,
        *,
        post: Post | None = None,
    ) -> None:
        """Create a cloud with one account, its devices and one Ring app.

        Args:
            clock: Returns the time in epoch seconds; ``time.time`` by default.
            sleep: Waits for a number of seconds; ``asyncio.sleep`` by default.
            random: Source of randomness; the same seed gives the same IDs and secrets.
            post: Sends the cloud's requests; an aiohttp client by default.
        """
        self._clock = clock
        self._sleep = sleep
        self.random = random or Random(7)  # noqa: S311 - predictable on purpose
        self._seed = self.random.getrandbits(64)
        self._ids = IdGenerator(self._seed)
        # a separate generator, because a reset keeps the Ring apps and restarts _ids
        self._client_ids = IdGenerator(self._seed + 1)
        self.accounts: dict[str, Account] = {}
        self.devices: dict[str, SimDevice] = {}
        self.clients: dict[str, Client] = {}
        self.settings = Settings()
        self.secrets = Secrets()
        self.tokens = Tokens(self.clock, self.random, self.settings, self.secrets)
        self.faults = Faults(self.random)
        self.rate_limit = RateLimit(self.clock)
        self.requests = create_request_log()
        self.outbound = Outbound(post)
        self.webhooks = Webhooks(
            self.clock,
            self.sleep,
            self.random,
            self.settings,
            self.secrets,
            self.outbound,
            self._recipients,
        )
        self.linking = Linking(self, IdGenerator(self._seed + 2))
        self.history = History(self.clock, IdGenerator(self._seed + 3))
        self.library = MediaLibrary(self.clock, self.settings, self.history)
        self.downloads = Downloads(
            self.clock, self.sleep, self.random, self.faults, self.secrets
        )
        self.live_view = LiveView(
            self.clock,
            self.sleep,
            self.settings,
            self.history,
            IdGenerator(self._seed + 4),
        )
        self.actions = actions = Actions(
            self.devices, self.history, self.webhooks, self.clock
        )
        self.press = actions.press
        self.motion = actions.motion
        self.sensor_event = actions.sensor_event
        self.report = actions.report
        self.set_online = actions.set_online
        self.add_client("Home Assistant")
        self._add_household()

    def clock(self) -> float:
        """Return the time in epoch seconds."""
        # looked up at every call, so that a test can freeze the time module
        return time.time() if self._clock is None else self._clock()

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds."""
        await (asyncio.sleep if self._sleep is None else self._sleep)(seconds)

    @property
    def account(self) -> Account:
        """The default account, which is the first one."""
        return next(iter(self.accounts.values()))

    @property
    def client(self) -> Client:
        """The default Ring app, which is the first one."""
        return next(iter(self.clients.values()))

    def add_account(
        self, first_name: str, last_name: str, email: str, *, state: str | None = None
    ) -> Account:
        """Add an account without devices, located in a state of the US."""
        location = Location(self._ids.directed_id("location"), state=state)
        account = Account(
            self._ids.directed_id("account"), first_name, last_name, email, location
        )
        self.accounts[account.id] = account
        return account

    def add_client(self, name: str) -> Client:
        """Register a Ring app in the developer console."""
        client = Client(
            client_id=self._client_ids.uuid(),
            client_secret=self._client_ids.client_secret(),
            hmac_key=self._client_ids.hmac_key(),
            name=name,
        )
        self.clients[client.client_id] = client
        self.secrets.add("client secret", client.client_secret)
        self.secrets.add("HMAC key", client.hmac_key)
        return client

    def add_device(
        self,
        kind: DeviceKind | str,
        name: str,
        *,
        account: Account | None = None,
        online: bool = True,
        reported: bool = True,
        encryption: Encryption | str = Encryption.NONE,
    ) -> SimDevice:
        """Add a device.

        Args:
            kind: Kind of the device.
            name: Name of the device.
            account: Owner; the default account by default.
            online: Whether the device is online.
            reported: Whether the device has ever reported its status.
            encryption: Encryption of a camera.

        Raises:
            ValueError: The kind or the encryption is unknown.
        """
        account = account or self.account
        template = device_template(DeviceKind(kind), self._ids)
        encryption = Encryption(encryption)
        if encryption is Encryption.TAKE:
            template.configurations["e2e_encryption"] = {"enabled": True}
        device = SimDevice(
            id=self._ids.directed_id("device"),
            kind=DeviceKind(kind),
            name=name,
            account_id=account.id,
            image_url=template.image_url,
            status_id=self._ids.directed_id("device.status"),
            capabilities_id=self._ids.directed_id("device.capabilities"),
            configurations_id=self._ids.directed_id("device.configurations"),
            location=account.location,
            capabilities=template.capabilities,
            configurations=template.configurations,
            clock=self.clock,
            readings=template.readings,
            power=template.power,
            encryption=encryption,
            online=online,
            reported_at=self.clock() - _SECONDS_SINCE_REPORT if reported else None,
        )
        self.devices[device.id] = device
        return device

    def remove_device(self, device_id: str) -> None:
        """Remove a device without an event; its endpoints then respond with 404.

        Raises:
            KeyError: There is no such device.
        """
        del self.devices[device_id]

    def device(self, name: str) -> SimDevice:
        """Return the first device with this name.

        Raises:
            KeyError: There is no such device.
        """
        for device in self.devices.values():
            if device.name == name:
                return device
        raise KeyError(name)

    def reset(self) -> None:
        """Restore the account, the devices and the settings of the start.

        IDs are the same as at the start. Ring apps, integrations and tokens stay.
        """
        self.webhooks.clear()
        self.history.clear()
        self.live_view.clear()
        self.accounts.clear()
        self.devices.clear()
        self.faults.clear()
        self.requests.clear()
        self.rate_limit.reset()
        self.settings.reset()
        self._ids = IdGenerator(self._seed)
        self._add_household()

    def _add_household(self) -> None:
        self.add_account("Alex", "Morgan", "alex.morgan@example.com", state="CA")
        for device in HOUSEHOLD:
            self.add_device(
                device.kind,
                device.name,
                reported=device.reported,
                encryption=device.encryption,
            )

    def _recipients(self, event: Event) -> list[Client]:
        return [
            client
            for client in self.clients.values()
            if self.linking.may_receive(client, event)
        ]
