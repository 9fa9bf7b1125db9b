"""Ring's cloud on a real socket, in a time in which nothing really waits."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import aiohttp
from aiohttp.test_utils import TestServer
import pytest

from ring_simulator import Simulator

from .cloud import START, Cloud
from .jumping_time import JumpingTime


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Cloud]:
    """Run Ring's cloud."""
    loop = asyncio.get_running_loop()
    time = JumpingTime(loop.time())
    epoch = START - time()
    simulator = Simulator(
        clock=lambda: epoch + time(), sleep=asyncio.sleep, random=Random(7)
    )
    # No connection is used twice: aiohttp repeats a request by itself when a used
    # one turns out to be closed.
    connector = aiohttp.TCPConnector(force_close=True)
    with time.installed(loop):
        async with aiohttp.ClientSession(connector=connector) as websession:
            cloud = Cloud(simulator, time, websession)
            app = simulator.app()
            app.middlewares.insert(0, cloud.middleware)
            async with TestServer(app) as server:
                cloud.url = server.make_url("/")
                yield cloud
