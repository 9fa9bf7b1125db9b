"""Fixtures for tests of the API client."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import aiohttp
from aiohttp.test_utils import TestServer
import pytest

from ring_simulator import Simulator, create_app

from .fast_forward_clock import FastForwardClock
from .simulated_cloud import START, SimulatedCloud


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[SimulatedCloud]:
    """Run the simulator on a real socket, without taking real time for sleeps."""
    loop = asyncio.get_running_loop()
    time = FastForwardClock(loop.time())
    offset = START - time()
    simulator = Simulator(
        clock=lambda: offset + time(), sleep=asyncio.sleep, random=Random(7)
    )
    # Each request has its own connection: aiohttp itself retries a request when a
    # reused connection turns out to be closed.
    connector = aiohttp.TCPConnector(force_close=True)
    with time.installed(loop):
        async with aiohttp.ClientSession(connector=connector) as websession:
            cloud = SimulatedCloud(simulator, time, websession)
            app = create_app(simulator)
            app.middlewares.insert(0, cloud.middleware)
            async with TestServer(app) as server:
                cloud.url = server.make_url("/")
                yield cloud
