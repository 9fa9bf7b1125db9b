"""Fixtures for the tests of the simulator: a simulator behind a real socket."""

from collections.abc import AsyncIterator

from aiohttp.test_utils import TestClient, TestServer
from aioice import ice
import pytest

from ring_simulator import Simulator, create_app

from .helpers import Clock, HttpClient, PartnerServer, bearer
from .live_viewer import Viewer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock) -> Simulator:
    return Simulator(clock=clock, sleep=clock.sleep)


@pytest.fixture
async def http_client(
    simulator: Simulator, socket_enabled: None
) -> AsyncIterator[HttpClient]:
    """Yield a client without a token."""
    async with TestClient(TestServer(create_app(simulator))) as client:
        yield client


@pytest.fixture
async def api_client(
    simulator: Simulator, socket_enabled: None
) -> AsyncIterator[HttpClient]:
    """Yield a client with an access token."""
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    headers = bearer(pair.access_token)
    async with TestClient(TestServer(create_app(simulator)), headers=headers) as client:
        yield client


@pytest.fixture
async def partner(
    simulator: Simulator, socket_enabled: None
) -> AsyncIterator[PartnerServer]:
    """Yield the server of the default app, registered in the developer console."""
    partner = PartnerServer()
    async with partner.server:
        partner.register(simulator.client)
        yield partner
        await simulator.outbound.close()


@pytest.fixture
async def linked_client(
    simulator: Simulator, partner: PartnerServer
) -> AsyncIterator[HttpClient]:
    """Yield a client with a token of the default app, which is linked."""
    pair = simulator.linking.link(simulator.client, simulator.account)
    headers = bearer(pair.access_token)
    async with TestClient(TestServer(create_app(simulator)), headers=headers) as client:
        yield client


@pytest.fixture
async def viewer(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Viewer]:
    """Yield a viewer of live views."""
    # Home Assistant's test harness replaces the addresses of this machine
    monkeypatch.setattr(ice, "get_host_addresses", lambda **_: ["127.0.0.1"])
    viewer = Viewer()
    yield viewer
    await viewer.peer.close()
