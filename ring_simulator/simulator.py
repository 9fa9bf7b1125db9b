"""The simulator: its accounts, its devices, and the cloud in front of them."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
import time

from aiohttp import web

from . import cloud, control, website
from .account import Account, Client, Location
from .behaviour import Behaviour
from .device import SimDevice
from .faults import Faults
from .happenings import Happenings
from .history import History
from .household import default_household
from .ids import Ids
from .kinds import DeviceKind, Encryption, blueprint
from .linking import Linking
from .outbound import Outbound, Post
from .pipeline import Pipeline
from .rate_limit import RateLimit
from .request_log import new_log
from .tokens import Tokens
from .webhooks import Event, Webhooks

_REPORTED_AGO = 120


class Simulator:
    """A Ring cloud.

    Attributes:
        accounts: Accounts by id, the default one first.
        devices: Devices of all accounts by id, in the order in which they are listed.
        clients: Apps of the developer console by client id, the default one first.
        tokens: Every code and token issued.
        faults: Failures on demand.
        behaviour: Variants of what Ring does.
        rate_limit: Counts requests and refuses too many.
        requests: The last 1000 requests, the oldest first.
        linking: Who has installed which app.
        webhooks: Tells apps what happened.
        history: What the cameras have recorded.
        outbound: Sends the simulator's own requests.
        press, motion, sensor_event, report, set_online: Let something happen; see
            ``Happenings``.
        random: Source of all chance.
    """

    def __init__(
        self,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Random | None = None,
        household: Callable[[Simulator], None] = default_household,
        *,
        post: Post | None = None,
    ) -> None:
        """Make a cloud with a household.

        Args:
            clock: Epoch seconds, ``time.time`` by default.
            sleep: Waits for seconds, ``asyncio.sleep`` by default.
            random: Source of chance; the same seed gives the same ids and secrets.
            household: Adds the accounts and devices to start with.
            post: Sends the simulator's own requests, a real client by default.
        """
        self._clock = clock
        self._sleep = sleep
        self._household = household
        self.random = random or Random(7)  # noqa: S311 - predictable on purpose
        self._seed = self.random.getrandbits(64)
        self._ids = Ids(self._seed)
        # apart, because a reset starts the household's ids again, but keeps the apps
        self._client_ids = Ids(self._seed + 1)
        link_ids = Ids(self._seed + 2)
        self.accounts: dict[str, Account] = {}
        self.devices: dict[str, SimDevice] = {}
        self.clients: dict[str, Client] = {}
        self.behaviour = Behaviour()
        self.tokens = Tokens(self.clock, self.random, self.behaviour)
        self.faults = Faults(self.random)
        self.rate_limit = RateLimit(self.clock)
        self.requests = new_log()
        self.outbound = Outbound(post)
        self.webhooks = Webhooks(
            self.clock,
            self.sleep,
            self.random,
            self.behaviour,
            self.outbound,
            self._listeners,
        )
        self.linking = Linking(self, link_ids)
        self.history = History(self.clock, Ids(self._seed + 3))
        self.happenings = happenings = Happenings(self)
        self.press = happenings.press
        self.motion = happenings.motion
        self.sensor_event = happenings.sensor_event
        self.report = happenings.report
        self.set_online = happenings.set_online
        self.add_client("Home Assistant")
        household(self)

    def clock(self) -> float:
        """Return the time in epoch seconds."""
        # looked up at each call, so that a test may freeze the time module
        return time.time() if self._clock is None else self._clock()

    async def sleep(self, seconds: float) -> None:
        """Wait for seconds."""
        await (asyncio.sleep if self._sleep is None else self._sleep)(seconds)

    @property
    def account(self) -> Account:
        """The default account: the first one."""
        return next(iter(self.accounts.values()))

    @property
    def client(self) -> Client:
        """The default app: the first one."""
        return next(iter(self.clients.values()))

    def add_account(
        self, first_name: str, last_name: str, email: str, *, state: str | None = None
    ) -> Account:
        """Add a person without devices, living in a state of the US."""
        location = Location(self._ids.make("location"), state=state)
        account = Account(
            self._ids.make("account"), first_name, last_name, email, location
        )
        self.accounts[account.id] = account
        return account

    def add_client(self, name: str) -> Client:
        """Add an app to the developer console."""
        client = Client(
            client_id=self._client_ids.uuid(),
            client_secret=self._client_ids.secret(),
            hmac_key=self._client_ids.key(),
            name=name,
        )
        self.clients[client.client_id] = client
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
            kind: What it is.
            name: What its owner calls it.
            account: Its owner, the default account if not given.
            online: Whether it is online.
            reported: Whether it has ever reported.
            encryption: Of a camera; decides whether it is listed.

        Raises:
            ValueError: The kind or the encryption is unknown.
        """
        account = account or self.account
        made = blueprint(DeviceKind(kind), self._ids)
        encryption = Encryption(encryption)
        if encryption is Encryption.TAKE:
            made.configurations["e2e_encryption"] = {"enabled": True}
        device = SimDevice(
            id=self._ids.make("device"),
            kind=DeviceKind(kind),
            name=name,
            account_id=account.id,
            image_url=made.image_url,
            status_id=self._ids.make("device.status"),
            capabilities_id=self._ids.make("device.capabilities"),
            configurations_id=self._ids.make("device.configurations"),
            location=account.location,
            capabilities=made.capabilities,
            configurations=made.configurations,
            clock=self.clock,
            readings=made.readings,
            power=made.power,
            encryption=encryption,
            online=online,
            reported_at=self.clock() - _REPORTED_AGO if reported else None,
        )
        self.devices[device.id] = device
        return device

    def remove_device(self, device_id: str) -> None:
        """Remove a device; its endpoints answer 404 from now on.

        Raises:
            KeyError: There is no such device.
        """
        del self.devices[device_id]

    def device(self, name: str) -> SimDevice:
        """Return the first device of this name.

        Raises:
            KeyError: There is none.
        """
        for device in self.devices.values():
            if device.name == name:
                return device
        raise KeyError(name)

    def reset(self) -> None:
        """Go back to the household at the start.

        The ids are those of the start. Apps, their links and tokens stay: who was
        signed in still is.
        """
        self.webhooks.clear()
        self.history.clear()
        self.accounts.clear()
        self.devices.clear()
        self.faults.clear()
        self.requests.clear()
        self.rate_limit.reset()
        self.behaviour.reset()
        self._ids = Ids(self._seed)
        self._household(self)

    def app(self) -> web.Application:
        """Return the web application: API, Ring's pages, control API and panel.

        Whatever the simulator does in the background ends with it.
        """
        app = web.Application()
        Pipeline(self).install(app)
        cloud.add_routes(app, self)
        website.add_routes(app, self)
        control.add_routes(app, self)
        app.on_cleanup.append(self._close)
        return app

    def _listeners(self, event: Event) -> list[Client]:
        return [c for c in self.clients.values() if self.linking.hears(c, event)]

    async def _close(self, _app: web.Application) -> None:
        await self.outbound.close()
