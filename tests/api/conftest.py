"""Fixtures for tests of the API client."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from urllib.parse import unquote

import aiohttp
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from custom_components.ring_partner.api import media
from ring_simulator import Simulator, create_app

from ..origins import watch_requests
from ..secrets import Leaks
from .fast_forward_clock import FastForwardClock
from .media_servers import NOW, SIGNATURE, MediaServers, media_servers
from .simulated_cloud import START, SimulatedCloud


@pytest.fixture
async def cloud(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch, leaks: Leaks
) -> AsyncIterator[SimulatedCloud]:
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
    leaks.add_secrets(simulator.secrets.all)
    with time.installed(loop):
        async with aiohttp.ClientSession(connector=connector) as websession:
            cloud = SimulatedCloud(simulator, time, websession)
            app = create_app(simulator)
            app.middlewares.insert(0, cloud.middleware)
            async with TestServer(app) as server:
                cloud.url = server.make_url("/")
                watch_requests(
                    monkeypatch,
                    connector,
                    leaks,
                    api=lambda: cloud.url,
                    presigned=lambda: URL(simulator.downloads.base_url),
                )
                yield cloud


@pytest.fixture
async def servers(
    monkeypatch: pytest.MonkeyPatch, socket_enabled: None, leaks: Leaks
) -> AsyncIterator[MediaServers]:
    """Run Ring's API and its media server with scripted responses."""
    monkeypatch.setattr(media, "unix_time", NOW.timestamp)
    leaks.add_secrets(lambda: {unquote(SIGNATURE): "signature of a pre-signed URL"})
    async with media_servers() as found:
        connector = found.session._websession.connector
        assert connector is not None
        watch_requests(
            monkeypatch,
            connector,
            leaks,
            api=lambda: found.api.url,
            presigned=lambda: found.media.url,
        )
        yield found
