"""Memory and connections of clips that are being downloaded."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
import tracemalloc
from typing import Any

from aiohttp import web
import pytest

from custom_components.ring_partner.api import ResponseError, media
from custom_components.ring_partner.api.media import open_clip

from .media_servers import DEVICE_ID, NOW, MediaServers

pytestmark = pytest.mark.usefixtures("socket_enabled")

MP4 = b"\x00\x00\x00\x18ftypisom clip"
START = NOW - timedelta(hours=1)
DURATION = timedelta(seconds=30)
MIB = 1024 * 1024


class Flood:
    """A response that sends a large clip, and counts what it has sent."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sent = 0
        self.ended = asyncio.Event()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send the clip."""
        response = web.StreamResponse(headers={"Content-Length": str(self.size)})
        chunk = MP4 + bytes(64 * 1024 - len(MP4))
        try:
            await response.prepare(request)
            while self.sent < self.size:
                await response.write(chunk)
                self.sent += len(chunk)
        except ConnectionError:
            pass
        finally:
            self.ended.set()
        return response


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_clip_is_not_held_in_memory(servers: MediaServers, delivery: str) -> None:
    flood = Flood(128 * MIB)
    servers.deliver(delivery, flood)
    async with open_clip(
        servers.session, DEVICE_ID, start=START, duration=DURATION
    ) as found:
        assert found.info.size == 128 * MIB
        before = -1
        while flood.sent != before:  # until the server has to wait for the reader
            before = flood.sent
            await asyncio.sleep(1)
        assert flood.sent < 16 * MIB
        tracemalloc.start()
        try:
            received = 0
            async for chunk in found.chunks():
                received += len(chunk)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert received == 128 * MIB
    assert peak < 4 * MIB


async def _open_only(servers: MediaServers) -> None:
    async with open_clip(servers.session, DEVICE_ID, start=START, duration=DURATION):
        pass


async def _read_a_part(servers: MediaServers) -> None:
    async with open_clip(
        servers.session, DEVICE_ID, start=START, duration=DURATION
    ) as found:
        async for _ in found.chunks():
            break


async def _raise(servers: MediaServers) -> None:
    with suppress(LookupError):
        async with open_clip(
            servers.session, DEVICE_ID, start=START, duration=DURATION
        ):
            raise LookupError


async def _cancel(servers: MediaServers) -> None:
    task = asyncio.create_task(_hold(servers))
    await asyncio.sleep(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _hold(servers: MediaServers) -> None:
    async with open_clip(servers.session, DEVICE_ID, start=START, duration=DURATION):
        await asyncio.Event().wait()


@pytest.mark.parametrize("leave", [_open_only, _read_a_part, _raise, _cancel])
@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_connection_is_closed(
    servers: MediaServers, delivery: str, leave: Callable[[MediaServers], Any]
) -> None:
    flood = Flood(128 * MIB)
    servers.deliver(delivery, flood)
    await leave(servers)
    await asyncio.wait_for(flood.ended.wait(), 60)
    assert flood.sent < 64 * MIB


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_connection_is_closed_after_an_error(
    servers: MediaServers, delivery: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_CLIP_SIZE", 64 * MIB)
    flood = Flood(128 * MIB)
    servers.deliver(delivery, flood)
    with pytest.raises(ResponseError):
        await _open_only(servers)
    await asyncio.wait_for(flood.ended.wait(), 60)
    assert flood.sent < 64 * MIB
