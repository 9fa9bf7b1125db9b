"""A simulator whose time stands still, behind a real socket."""

from collections.abc import AsyncIterator

from aiohttp.test_utils import TestClient, TestServer
import pytest

from ring_simulator import Simulator

from .tools import Clock, Web


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
