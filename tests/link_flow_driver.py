"""Drives the link flow as the user, the browser and Ring."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import DATA_COMPONENT
from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from yarl import URL

from custom_components.ring_partner.app.ring_app import RingApp
from custom_components.ring_partner.config_flow import RingConfigFlow
from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Account, Client, Simulator
from ring_simulator.linking import Installation

from .helpers import token_statuses

type Http = TestClient[Any, Any]

IMPLEMENTATION = "my_ring_app"
FIELDS = ("token_exchange_url", "account_link_url", "webhook_url", "homepage_url")
WAIT_TASK = "Ring account link"
"""The task of a flow that waits; all other tasks end by themselves."""


def shown_urls(result: Any) -> dict[str, str]:
    """Return the URLs that a form shows, by field."""
    return {
        str(field): field.default()
        for field in result["data_schema"].schema
        if str(field) in FIELDS
    }


@dataclass
class Page:
    """A page that a browser was shown."""

    status: int
    text: str
    headers: Any


class LinkFlowDriver:
    """Links accounts of the simulator with Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        app: RingApp,
        http: Http,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        self.hass = hass
        self.freezer = freezer
        self.simulator = simulator
        self.app = app
        self.http = http
        self.resume = asyncio.Event()
        self.paused = asyncio.Event()
        simulator._sleep = self._pause

    @property
    def client(self) -> Client:
        """The app in Ring's console."""
        return self.simulator.client

    @property
    def entries(self) -> list[Any]:
        """All accounts."""
        return self.hass.config_entries.async_entries(DOMAIN)

    async def _pause(self, _seconds: float) -> None:
        """Make the simulator wait until `resume` is set."""
        self.paused.set()
        await self.resume.wait()

    async def settle(self) -> None:
        """Wait until everything is done, except for a flow that waits."""
        await self.simulator.webhooks.wait_until_idle()
        await self.hass.async_block_till_done()
        while tasks := [
            task
            for task in self.hass._background_tasks
            if isinstance(task, asyncio.Task) and task.get_name() != WAIT_TASK
        ]:
            await asyncio.wait(tasks)
            await self.hass.async_block_till_done()

    async def pass_time(self, seconds: float) -> None:
        """Let seconds pass and run what is due then."""
        self.freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.settle()

    async def relink(self, result: Any) -> Any:
        """Continue from the form that asks to link again to the end."""
        result = await self.configure(result, {})
        self.enter_urls(result)
        result = await self.configure(result, {})
        await self.install()
        return await self.configure(await self.shown(result), {})

    async def configure(self, result: Any, data: Any = None) -> Any:
        """Submit a step of the flow and return its next result."""
        result = await self.hass.config_entries.flow.async_configure(
            result["flow_id"], data
        )
        await self.settle()
        return result

    async def shown(self, result: Any) -> Any:
        """Return what the flow shows now."""
        await self.settle()
        return await self.configure(result)

    async def choose(self, method: str) -> Any:
        """Start a flow; choose a link method and the app."""
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_USER}
        )
        result = await self.configure(result, {"next_step_id": method})
        return await self.pick(result)

    async def pick(self, result: Any) -> Any:
        """Choose the app."""
        assert result["step_id"] == "pick_implementation"
        return await self.configure(result, {"implementation": IMPLEMENTATION})

    async def show_urls(self, method: str = "link") -> Any:
        """Continue to the public URLs and enter them in Ring's console."""
        result = await self.choose(method)
        if result["step_id"] == "hmac_key":
            result = await self.configure(result, {"hmac_key": self.client.hmac_key})
        self.enter_urls(result)
        return result

    def enter_urls(self, result: Any) -> None:
        """Enter the URLs that a form shows in Ring's console."""
        urls = shown_urls(result)
        self.client.webhook_url = urls["webhook_url"]
        if result["step_id"] == "public_urls":
            self.client.token_exchange_url = urls["token_exchange_url"]
            self.client.account_link_url = urls["account_link_url"]

    async def wait(self) -> Any:
        """Continue until the flow waits."""
        result = await self.configure(await self.show_urls(), {})
        assert result["type"] is FlowResultType.SHOW_PROGRESS
        assert result["progress_action"] == "wait"
        return result

    async def install(
        self, account: Account | None = None, devices: Iterable[str] | None = None
    ) -> Page:
        """Install the app in the Ring app and follow where Ring sends the browser."""
        made = await self.start_install(account, devices)
        page = await self.open(made.redirect_url)
        self.resume.set()
        await self.simulator.outbound.wait_until_done()
        await self.settle()
        return page

    async def start_install(
        self, account: Account | None = None, devices: Iterable[str] | None = None
    ) -> Installation:
        """Install the app in the Ring app without following the redirect."""
        self.freezer.tick(1)  # No two links are made in the same millisecond.
        made = await self.simulator.linking.install(
            self.client, account or self.simulator.account, devices
        )
        await self.settle()
        return made

    async def open(self, url: str | URL) -> Page:
        """Open a page of Home Assistant."""
        async with self.http.get(URL(url).relative()) as answer:
            page = Page(answer.status, await answer.text(), answer.headers)
        await self.settle()
        return page

    async def post(self, url: str, **request: Any) -> tuple[int, str]:
        """Post to a URL of Home Assistant."""
        async with self.http.post(URL(url).relative(), **request) as answer:
            status, text = answer.status, await answer.text()
        await self.settle()
        return status, text

    async def link(self, account: Account | None = None) -> Any:
        """Link an account."""
        result = await self.wait()
        await self.install(account)
        result = await self.shown(result)
        assert result["step_id"] == "confirm"
        return await self.configure(result, {})

    def is_open(self, result: Any) -> bool:
        """Return whether a flow is still in progress."""
        try:
            self.hass.config_entries.flow.async_get(result["flow_id"])
        except UnknownFlow:
            return False
        return True

    async def discover(self, account_id: str) -> Any:
        """Start the discovery flow of an account."""
        return await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data={"client_id": self.client.client_id, "account_id": account_id},
        )

    async def remove_credentials(self) -> None:
        """Remove the application credentials."""
        collection = self.hass.data[DATA_COMPONENT]
        for item in list(collection.async_items()):
            await collection.async_delete_item(item["id"])

    @property
    def console_urls(self) -> set[str]:
        """The URLs that are entered in Ring's console."""
        client = self.client
        return {
            client.token_exchange_url,
            client.account_link_url,
            client.webhook_url,
        }

    def entities(self) -> set[str]:
        """Return the states of all binary sensors."""
        return {state.state for state in self.hass.states.async_all("binary_sensor")}

    def registered_devices(self) -> set[str]:
        """Return the IDs of all devices."""
        return {device.id for device in dr.async_get(self.hass).devices}

    def flows(self, source: str) -> list[Any]:
        """Return the flows in progress that were started by a source."""
        return [
            flow
            for flow in self.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            if flow["context"]["source"] == source
        ]

    def token_requests(self) -> list[int | None]:
        """Return the status of every request to the token endpoint."""
        return token_statuses(self.simulator)

    def link_requests(self) -> list[tuple[str, int | None]]:
        """Return method and status of the requests about app integrations."""
        return [
            (record.method, record.status)
            for record in self.simulator.requests
            if record.path.endswith("/app-integrations")
        ]


def linked_data(
    simulator: Simulator, account: Account, **changes: Any
) -> dict[str, Any]:
    """Return the data of an account that was linked just now."""
    pair = simulator.linking.link(simulator.client, account)
    now = simulator.clock()
    return {
        "link": "link",
        "auth_implementation": IMPLEMENTATION,
        "client_id": simulator.client.client_id,
        "hmac_key": simulator.client.hmac_key,
        "token": {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "issued_at": now,
            "expires_at": now + pair.expires_in,
        },
        **changes,
    }


def linked_account(
    hass: HomeAssistant, simulator: Simulator, account: Account, **changes: Any
) -> MockConfigEntry:
    """Return a linked account that is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"{account.first_name} {account.last_name}",
        minor_version=RingConfigFlow.MINOR_VERSION,
        unique_id=account.id,
        data=linked_data(simulator, account, **changes),
    )
    entry.add_to_hass(hass)
    return entry
