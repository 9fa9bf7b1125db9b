"""Number of requests that one poll of all devices takes.

The integration's are counted by the simulator. Those of Home Assistant's `ring`
integration follow from the code of its coordinator: one for all devices, and two for
each device, which read its history and its health.
"""

import aiohttp
from aiohttp.test_utils import TestServer

from custom_components.ring_partner.api import FixedToken, RingClient, RingSession
from ring_simulator import create_app

from .large_account import LargeAccount
from .table import Row

_SIZES = (1, 10, 100, 1_000)


async def run() -> list[Row]:
    """Count the requests for accounts of different sizes."""
    return [await _count(size) for size in _SIZES]


async def _count(size: int) -> Row:
    simulator = LargeAccount(size).simulator
    tokens = simulator.tokens.issue_pair(simulator.account, simulator.client)
    async with (
        TestServer(create_app(simulator)) as server,
        aiohttp.ClientSession() as websession,
    ):
        session = RingSession(
            websession, FixedToken(tokens.access_token), api_url=server.make_url("/")
        )
        found = await RingClient(session).devices()
    assert len(found.devices) == size
    ours, other = len(simulator.requests), 1 + 2 * size
    return Row(
        f"Requests per poll, number of devices: {size:,} (ring)",
        ours,
        other,
        "requests",
        ours / other,
        "1 request",
    )
