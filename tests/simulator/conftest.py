"""A simulator whose time stands still, behind a real socket."""

from collections.abc import AsyncIterator

from aiohttp.test_utils import TestClient, TestServer
import pytest

from ring_simulator import Simulator

from .tools import Clock, Partner, Web, bearer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sim(clock: Clock) -> Simulator:
    return Simulator(clock=clock, sleep=clock.sleep)


@pytest.fixture
async def web(sim: Simulator, socket_enabled: None) -> AsyncIterator[Web]:
    """Yield a client without a token."""
    async with TestClient(TestServer(sim.app())) as client:
        yield client


@pytest.fixture
async def api(sim: Simulator, socket_enabled: None) -> AsyncIterator[Web]:
    """Yield a client with the access token of a completed sign-in."""
    token = sim.tokens.issue(sim.account, sim.client).access_token
    headers = {"Authorization": f"Bearer {token}"}
    async with TestClient(TestServer(sim.app()), headers=headers) as client:
        yield client


@pytest.fixture
async def partner(sim: Simulator, socket_enabled: None) -> AsyncIterator[Partner]:
    """Yield the server of the default app, as the developer console knows it."""
    partner = Partner()
    async with partner.server:
        partner.adopt(sim.client)
        yield partner
        await sim.outbound.close()


@pytest.fixture
async def linked(sim: Simulator, partner: Partner) -> AsyncIterator[Web]:
    """Yield a client with the token of an app that is linked and gets webhooks."""
    token = sim.linking.link(sim.client, sim.account).access_token
    async with TestClient(TestServer(sim.app()), headers=bearer(token)) as client:
        yield client
