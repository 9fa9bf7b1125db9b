"""Clips as browsers and media players get them."""

import asyncio
from http import HTTPStatus
from io import BytesIO
import tracemalloc
from typing import Any

from aiohttp import ClientPayloadError, ClientResponse
import av
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ring_partner.api import CommunicationError
from custom_components.ring_partner.media.clip_cache import UNUSED_TIMEOUT

from ..media_browser_driver import CLIPS, ROOT, MediaBrowserDriver
from .clip_source import START, ClipSource

MEBIBYTE = 1024 * 1024
PART = bytes(range(256)) * 256


@pytest.fixture
async def clip(browser: MediaBrowserDriver) -> str:
    """Return the media content ID of a clip of the garden."""
    browser.record("Garden", 600, duration=10)
    (day,) = (await browser.open("Garden"))["children"]
    (recording,) = (await browser.browse(day["media_content_id"]))["children"]
    media_content_id: str = recording["media_content_id"]
    return media_content_id


def clip_path(media_content_id: str) -> str:
    """Return the path of a clip, without a signature."""
    return media_content_id.replace(f"{ROOT}/", "/api/ring_partner/clip/")


async def settle(browser: MediaBrowserDriver) -> None:
    """Wait until all downloads that can end have ended."""
    await browser.hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
@pytest.mark.parametrize("transfer", ["length", "chunked"])
@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("header", ["X-Media-Length", "X-Media-Duration"])
async def test_playing(
    browser: MediaBrowserDriver,
    clip: str,
    hass_client_no_auth: ClientSessionGenerator,
    delivery: Any,
    transfer: Any,
    status: int,
    header: Any,
) -> None:
    settings = browser.simulator.settings
    settings.clip_delivery = delivery
    settings.clip_transfer = transfer
    settings.clip_status = status
    settings.clip_length_header = header
    url = await browser.resolve(clip)
    client = await hass_client_no_auth()
    received = []
    # Once while it is downloaded, then from the file.
    for _ in range(2):
        response = await client.get(url)
        assert response.status == HTTPStatus.OK
        assert response.content_type == "video/mp4"
        assert response.headers["Accept-Ranges"] == "bytes"
        received.append(await response.read())
        await settle(browser)
        assert browser.files == [".mp4"]
    assert response.content_length == len(received[0])
    assert received[0] == received[1]
    assert received[0][4:8] == b"ftyp"
    with av.open(BytesIO(received[0]), "r") as container:
        assert container.duration == 10_000_000
    assert browser.request_count(CLIPS) == 1
    assert browser.simulator.downloads.bearers_seen == 0
    assert await browser.resolve(clip)
    assert browser.request_count(CLIPS) == 1


RANGES = [
    ("bytes=0-", 206, 0, 1_000_000),
    ("bytes=0-9", 206, 0, 10),
    ("bytes=100000-", 206, 100_000, 1_000_000),
    ("bytes=100-199999", 206, 100, 200_000),
    ("bytes=999999-9999999", 206, 999_999, 1_000_000),
    ("bytes=-5", 206, 999_995, 1_000_000),
    ("bytes=-9999999", 206, 0, 1_000_000),
    ("bytes=1000000-", 416, 0, 0),
    ("bytes=5-1", 416, 0, 0),
    ("bytes=x", 416, 0, 0),
]


@pytest.mark.parametrize(("header", "status", "start", "end"), RANGES)
@pytest.mark.parametrize("state", ["downloading", "unknown size", "downloaded"])
async def test_ranges(
    browser: MediaBrowserDriver,
    clip: str,
    source: ClipSource,
    state: str,
    header: str,
    status: int,
    start: int,
    end: int,
) -> None:
    content = START + (PART * 16)[: 1_000_000 - len(START)]
    source.size = None if state == "unknown size" else len(content)
    url = await browser.resolve(clip)
    stream = source.streams[0]
    stream.send(content[len(START) :])
    if state != "downloading":
        stream.finish()
    if state == "downloaded":
        await settle(browser)
    response = await browser.get(url, {"Range": header})
    assert response.status == status
    if status == HTTPStatus.PARTIAL_CONTENT:
        assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/1000000"
        assert response.content_length == end - start
        assert await response.read() == content[start:end]
    else:
        assert response.headers["Content-Range"] == "bytes */1000000"
    stream.finish()
    await settle(browser)
    assert len(source.requests) == 1


async def test_range_of_another_version(
    browser: MediaBrowserDriver, clip: str, source: ClipSource
) -> None:
    """The browser has a part of a file that is no longer there."""
    source.size = len(START)
    url = await browser.resolve(clip)
    headers = {"Range": "bytes=5-", "If-Range": '"1-2"'}
    response = await browser.get(url, headers)
    assert response.status == HTTPStatus.OK
    source.streams[0].finish()
    assert await response.read() == START


@pytest.mark.parametrize("size", [len(START + PART), None])
async def test_head(
    browser: MediaBrowserDriver, clip: str, source: ClipSource, size: int | None
) -> None:
    source.size = size
    path = clip_path(clip)
    head = asyncio.ensure_future(browser.client.head(path))
    response = await head
    assert response.status == HTTPStatus.OK
    assert response.content_type == "video/mp4"
    assert response.content_length == size
    assert await response.read() == b""
    source.streams[0].send(PART)
    source.streams[0].finish()
    await settle(browser)
    response = await browser.client.head(path)
    assert response.content_length == len(START + PART)
    assert len(source.requests) == 1


async def test_clip_is_sent_while_it_arrives(
    browser: MediaBrowserDriver, clip: str, source: ClipSource
) -> None:
    """Two viewers share the download; the second one begins later."""
    url = await browser.resolve(clip)
    first = await browser.get(url)
    assert await first.content.readexactly(len(START)) == START
    stream = source.streams[0]
    # Written at once, as soon as enough has arrived.
    stream.send(PART * 4)
    assert await first.content.readexactly(len(PART)) == PART
    second = await browser.get(url)
    assert await second.content.readexactly(len(START + PART)) == START + PART
    stream.send(b"end")
    stream.finish()
    assert await first.read() == PART * 3 + b"end"
    assert await second.read() == PART * 3 + b"end"
    await settle(browser)
    assert browser.files == [".mp4"]


@pytest.mark.parametrize("size", [None, 10_000_000])
async def test_broken_download(
    browser: MediaBrowserDriver, clip: str, source: ClipSource, size: int | None
) -> None:
    """The browser notices that the clip is not complete."""
    source.size = size
    response = await browser.get(await browser.resolve(clip))
    stream = source.streams[0]
    stream.send(PART * 4)
    assert await response.content.readexactly(len(START + PART)) == START + PART
    stream.fail(CommunicationError("reset"))
    with pytest.raises(ClientPayloadError):
        await response.read()
    await settle(browser)
    assert browser.files == []


class Viewer:
    """A browser that can be closed."""

    def __init__(self, browser: MediaBrowserDriver) -> None:
        self.browser = browser
        self.response: ClientResponse

    async def open(self, media_content_id: str) -> None:
        """Start to watch a clip."""
        url = await self.browser.resolve(media_content_id)
        self.response = await self.browser.get(url)
        await self.response.content.readexactly(len(START))

    async def close(self) -> None:
        """Close the browser, and wait until the server has noticed."""
        server = self.browser.client.server
        handler = server.handler
        connections = len(handler.connections)
        self.response.close()
        while len(handler.connections) >= connections:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0)


async def test_closed_browser(
    browser: MediaBrowserDriver,
    clip: str,
    source: ClipSource,
    freezer: FrozenDateTimeFactory,
) -> None:
    viewer = Viewer(browser)
    await viewer.open(clip)
    await viewer.close()
    stream = source.streams[0]
    # The connection is found to be closed when something is sent.
    for _ in range(20):
        stream.send(PART * 4)
    while stream.waiting:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0)
    await browser.hass.async_block_till_done()
    assert browser.files == [".part"]
    freezer.tick(UNUSED_TIMEOUT + 1)
    async_fire_time_changed(browser.hass)
    await settle(browser)
    assert not stream.is_open
    assert browser.files == []


async def test_clip_in_memory(browser: MediaBrowserDriver, clip: str) -> None:
    """A clip of 100 MB takes little memory: Ring, both servers and the browser."""
    # Code and translations are loaded before.
    await (await browser.get(await browser.resolve(clip))).read()
    await settle(browser)
    browser.simulator.settings.clip_padding = 100 * MEBIBYTE
    other = clip.removesuffix("10000") + "9000"
    tracemalloc.start()
    response = await browser.get(await browser.resolve(other))
    received = 0
    async for chunk in response.content.iter_any():
        received += len(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert received == response.content_length
    assert received > 100 * MEBIBYTE
    print(f"At most {peak / MEBIBYTE:.1f} MiB")
    assert peak < 10 * MEBIBYTE
    await settle(browser)
    assert browser.files == [".mp4", ".mp4"]
