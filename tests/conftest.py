"""Fixtures of the integration's tests, which run against the simulator."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
import logging
import os
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.core_config import Config
from homeassistant.helpers.aiohttp_client import HomeAssistantTCPConnector
from homeassistant.setup import async_setup_component
from hypothesis import HealthCheck, settings
import orjson
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
from syrupy.assertion import SnapshotAssertion
from yarl import URL

# Imported before the test harness looks for integrations: its own package of the
# same name would shadow ours.
from custom_components.ring_partner.api import Resilience, RetryPolicy
from custom_components.ring_partner.app.ring_app import (
    PLAYGROUND_CLIENT,
    RING_APPS,
    RingApp,
)
from custom_components.ring_partner.config_flow import RingConfigFlow
from custom_components.ring_partner.const import CONF_LINK, DOMAIN, LinkMethod
from custom_components.ring_partner.media.event_pictures import EventPictures
from ring_simulator import Simulator, create_app

from .action_driver import ActionDriver
from .event_factory import NOW
from .helpers import LIST_PATH, PassTime
from .leak_sources import (
    look_at_diagnostics,
    watch_exceptions,
    watch_home_assistant,
    watch_log,
)
from .link_flow_driver import IMPLEMENTATION, LinkFlowDriver, linked_account
from .linked_home import LinkedHome
from .media_browser_driver import MediaBrowserDriver
from .origins import watch_requests
from .polling_driver import PollingDriver
from .repairs_driver import Repairs
from .secrets import Leaks

for name, examples in (("dev", 50), ("ci", 10_000)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture(autouse=True)
def leaks() -> Iterator[Leaks]:
    """Let a test fail if a secret of the simulator leaks anywhere."""
    leaks = Leaks()
    with watch_log(leaks), watch_exceptions(leaks):
        yield leaks
    leaks.check()


@pytest.fixture
def leaks_on_purpose(leaks: Leaks) -> Iterator[None]:
    """Forget the leaks of a test before it would fail."""
    yield
    leaks.forget()


@pytest.fixture
async def hass(leaks: Leaks, hass: HomeAssistant) -> AsyncIterator[HomeAssistant]:
    """Return Home Assistant, in which no secret may be shown."""
    watch_home_assistant(leaks, hass)
    yield hass
    await look_at_diagnostics(leaks, hass)


@pytest.fixture
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test have an empty folder for pictures and clips."""
    monkeypatch.setattr(
        Config, "cache_path", lambda _, *path: str(tmp_path.joinpath("cache", *path))
    )


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return snapshots in the format of Home Assistant."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


type Change = Callable[[dict[str, Any]], None]


class DeviceListModifier:
    """Changes the device list in the simulator's responses."""

    def __init__(self) -> None:
        self.change: Change | None = None

    def __call__(self, change: Change) -> None:
        """Change every device list from now on."""
        self.change = change

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Any
    ) -> web.StreamResponse:
        """Return the response, with a changed device list."""
        response = await handler(request)
        if self.change is None or request.path != LIST_PATH:
            return response
        document = orjson.loads(response.body)
        self.change(document)
        response.body = orjson.dumps(document)
        return response


@pytest.fixture
def modify_device_list() -> DeviceListModifier:
    """Return a function that sets how the device list is changed."""
    return DeviceListModifier()


@pytest.fixture
def other_origins() -> set[URL]:
    """Return origins that Home Assistant may send requests to, besides Ring's."""
    return set()


@pytest.fixture
async def simulator(
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    modify_device_list: DeviceListModifier,
    leaks: Leaks,
    other_origins: set[URL],
) -> AsyncIterator[Simulator]:
    """Run the simulator on a real socket and point the integration at it."""
    simulator = Simulator(random=Random(7))
    app = create_app(simulator)
    # The innermost one, as faults change what it returns.
    app.middlewares.append(modify_device_list.middleware)
    server = TestServer(app)
    # aiohttp's access log does not understand a frozen clock.
    await server.start_server(access_log=None)
    api_url = server.make_url("/")
    for variable in ("RING_PARTNER_API_URL", "RING_PARTNER_OAUTH_URL"):
        monkeypatch.setenv(variable, str(api_url))
    leaks.add_secrets(simulator.secrets.all)
    watch_requests(
        monkeypatch,
        HomeAssistantTCPConnector,
        leaks,
        api=lambda: api_url,
        presigned=lambda: URL(simulator.downloads.base_url),
        others=other_origins,
    )
    yield simulator
    await server.close()


@pytest.fixture
def resilience(freezer: FrozenDateTimeFactory) -> Resilience:
    """Return a resilience whose sleep advances the frozen time."""

    async def sleep(seconds: float) -> None:
        freezer.tick(seconds)

    return Resilience(sleep=sleep, retry_policy=RetryPolicy(random=lambda: 0.5))


@pytest.fixture
def app(
    hass: HomeAssistant,
    auto_enable_custom_integrations: None,
    resilience: Resilience,
) -> RingApp:
    """Return the Ring app of all Playground accounts."""
    app = RingApp(hass, PLAYGROUND_CLIENT, resilience)
    hass.data[RING_APPS] = {PLAYGROUND_CLIENT: app}
    return app


@pytest.fixture
def entry(hass: HomeAssistant, simulator: Simulator, app: RingApp) -> MockConfigEntry:
    """Return an account that is not set up yet, with a token valid for a year."""
    token = simulator.tokens.issue_playground(simulator.account)
    found = simulator.tokens.find(token)
    assert found is not None
    found.expires_at += 365 * 86_400
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Alex Morgan",
        minor_version=RingConfigFlow.MINOR_VERSION,
        unique_id=simulator.account.id,
        data={
            CONF_LINK: LinkMethod.PLAYGROUND.value,
            CONF_TOKEN: {CONF_ACCESS_TOKEN: token},
        },
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded_entry(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that is set up."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


@pytest.fixture
def polling(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: PassTime,
) -> PollingDriver:
    """Return a driver of an account that is set up."""
    return PollingDriver(hass, simulator, loaded_entry, pass_time)


@pytest.fixture
async def ring_app(
    hass: HomeAssistant,
    auto_enable_custom_integrations: None,
    simulator: Simulator,
    resilience: Resilience,
) -> RingApp:
    """Return the Ring app of the simulator's first client ID, with its credentials."""
    client = simulator.client
    app = RingApp(hass, client.client_id, resilience)
    hass.data.setdefault(RING_APPS, {})[client.client_id] = app
    assert await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(
        hass,
        DOMAIN,
        ClientCredential(client.client_id, client.client_secret, "My Ring app"),
        IMPLEMENTATION,
    )
    return app


@pytest.fixture
async def link_flow(
    hass: HomeAssistant,
    simulator: Simulator,
    ring_app: RingApp,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> LinkFlowDriver:
    """Return a driver of link flows; the simulator can reach Home Assistant."""
    # aiohttp's access log does not understand a frozen clock.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    assert await async_setup_component(hass, "webhook", {})
    # As Home Assistant's own server, which also gets views after its start.
    monkeypatch.setattr(hass.http.app._router, "freeze", lambda: None)
    http = await hass_client_no_auth()
    hass.config.external_url = hass.config.internal_url = str(http.make_url("")).rstrip(
        "/"
    )
    return LinkFlowDriver(hass, simulator, ring_app, http, freezer)


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Request no pictures of events.

    The pauses before another try move the frozen time on, in another order each time.
    """
    monkeypatch.setattr(EventPictures, "async_handle_event", lambda *_: None)


@pytest.fixture
def linked(
    hass: HomeAssistant, simulator: Simulator, ring_app: RingApp
) -> MockConfigEntry:
    """Return an account linked with the user's own Ring app, not set up yet."""
    return linked_account(hass, simulator, simulator.account)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    simulator: Simulator,
    ring_app: RingApp,
    linked: MockConfigEntry,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[LinkedHome]:
    """Yield a linked account that is set up and receives webhooks over a socket."""
    simulator.settings.access_token_lifetime = 365 * 86_400
    home = LinkedHome(hass, simulator, linked, ring_app, pass_time, freezer)
    assert await hass.config_entries.async_setup(linked.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    # As Home Assistant's own server, which also gets views after its start.
    monkeypatch.setattr(hass.http.app._router, "freeze", lambda: None)
    await home.serve()
    # Events must be newer than the setup.
    freezer.tick(5)
    yield home
    await home.server.close()


@pytest.fixture
def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> PassTime:
    """Return a function that advances the time and runs what is due."""

    async def pass_time(seconds: float) -> None:
        freezer.tick(seconds)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    return pass_time


@pytest.fixture
def linked_before(freezer: FrozenDateTimeFactory) -> None:
    """Link accounts ten days before `NOW`, so that Ring has recordings from then on."""
    freezer.move_to(NOW - timedelta(days=10))


@pytest.fixture
def actions(linked_before: None, home: LinkedHome, tmp_path: Path) -> ActionDriver:
    """Return a driver that calls actions at `NOW`."""
    home.freezer.move_to(NOW)
    home.simulator.requests.clear()
    return ActionDriver(home, tmp_path / "media")


@pytest.fixture
async def repairs(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Repairs:
    """Return the fix flows; request an account before."""
    assert await async_setup_component(hass, "repairs", {})
    return Repairs(hass, await hass_client())


@pytest.fixture
async def media_source_component(hass: HomeAssistant) -> None:
    """Set up the media source component, which loads media sources when needed."""
    assert await async_setup_component(hass, "media_source", {})
    # As Home Assistant does when it starts: views can be added later.
    hass.http.app._router.freeze = lambda: None  # type: ignore[method-assign]


@pytest.fixture
async def browser(
    media_source_component: None,
    home: LinkedHome,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> MediaBrowserDriver:
    """Return the media browser of an account that was linked long ago."""
    # aiohttp's access log does not understand a frozen clock.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    simulator = home.simulator
    integration = simulator.linking.find(
        simulator.client.client_id, simulator.account.id
    )
    assert integration is not None
    integration.consented_at = simulator.clock() - 365 * 86_400
    browser = MediaBrowserDriver(home.hass, simulator, home.entry)
    await browser.connect(hass_ws_client, hass_client)
    return browser
