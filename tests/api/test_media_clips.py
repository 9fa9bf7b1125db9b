"""Clips of recordings, which are streamed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from aiohttp import web
import pytest

from custom_components.ring_partner.api import (
    CommunicationError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    ResponseError,
    RingError,
    RingSession,
    ServerError,
    UndecodableMediaError,
    media,
)
from custom_components.ring_partner.api.breaker import BreakerState
from custom_components.ring_partner.api.media import ClipInfo, open_clip
from custom_components.ring_partner.api.transport import IDLE_TIMEOUT, Response

from .media_servers import (
    DEVICE_ID,
    NOW,
    TAKEN_AT,
    Handler,
    MediaServers,
    assert_nothing_secret,
    error,
    milliseconds,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

MP4 = b"\x00\x00\x00\x18ftypisom clip"
START = NOW - timedelta(hours=1)
DURATION = timedelta(seconds=30)
MIB = 1024 * 1024


def clip(
    content: bytes = MP4, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return the response of the media server with a clip."""
    found = {"X-Media-Timestamp": str(milliseconds(TAKEN_AT))} | (headers or {})
    return web.Response(
        body=content, status=status, content_type="video/mp4", headers=found
    )


def streamed(*chunks: bytes, pause: float = 0, end: bool = True) -> Handler:
    """Return a response that sends chunks without the length, with pauses."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "video/mp4"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(pause)
        if not end:
            assert request.transport is not None
            request.transport.abort()
        return response

    return handle


async def download(
    session: RingSession, received: list[bytes] | None = None, **options: Any
) -> tuple[ClipInfo, bytes]:
    """Download a clip, and add its parts to those received."""
    received = [] if received is None else received
    async with open_clip(
        session, DEVICE_ID, start=START, duration=DURATION, **options
    ) as found:
        async for chunk in found.chunks():
            received += [chunk]
        return found.info, b"".join(received)


async def test_request_for_a_clip(servers: MediaServers) -> None:
    servers.script(clip(), clip())
    await download(servers.session)
    await download(servers.session, component_id="1")
    first, second = (posted.json for posted in servers.api.received)
    assert servers.api.received[0].target == (
        f"/v1/devices/{DEVICE_ID}/media/video/download"
    )
    assert first == {
        "timestamp": milliseconds(START),
        "duration": 30_000,
        "video_options": {"codec": "avc"},
        "audio_options": {"audio_enabled": True},
    }
    assert second == first | {"components": [{"component_id": "1"}]}


async def test_longest_clip(servers: MediaServers) -> None:
    servers.script(clip())
    async with open_clip(
        servers.session, DEVICE_ID, start=NOW, duration=timedelta(minutes=15)
    ):
        pass
    assert servers.api.received[0].json["duration"] == 900_000


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("name", ["X-Media-Length", "X-Media-Duration"])
async def test_delivery(
    servers: MediaServers, delivery: str, status: int, name: str
) -> None:
    response = clip(status=status, headers={name: "29500"})
    servers.deliver(delivery, response)
    info, content = await download(servers.session)
    assert content == MP4
    assert info == ClipInfo(
        content_type="video/mp4",
        starts_at=TAKEN_AT,
        length=timedelta(seconds=29.5),
        is_partial=status == 206,
        size=len(MP4),
    )


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_other_redirects(servers: MediaServers, status: int) -> None:
    servers.api.responses = [servers.redirect(status)]
    servers.media.responses = [clip()]
    assert (await download(servers.session))[1] == MP4
    assert servers.media.methods == ["GET"]


async def test_odd_headers(servers: MediaServers) -> None:
    headers = {
        "X-Media-Timestamp": "x",
        "X-Media-Length": "",
        "X-Media-Duration": "7",
    }
    servers.script(clip(headers=headers))
    info, _ = await download(servers.session)
    assert (info.starts_at, info.length) == (None, timedelta(milliseconds=7))


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_clip_without_length(servers: MediaServers, delivery: str) -> None:
    """The first bytes arrive one after the other."""
    response = streamed(*[bytes([byte]) for byte in MP4[:9]], MP4[9:])
    servers.deliver(delivery, response)
    info, content = await download(servers.session)
    assert content == MP4
    assert info == ClipInfo("video/mp4", None, None, is_partial=False, size=None)


@pytest.mark.parametrize(
    ("content", "content_type", "error_type"),
    [
        (b"\x13\x37" * 100, "video/mp4", UndecodableMediaError),
        (b"\x13\x37" * 100, "application/octet-stream", UndecodableMediaError),
        (MP4[:7], "video/mp4", UndecodableMediaError),
        (b"", "video/mp4", ResponseError),
        (b"{}", "application/json", ResponseError),
        (b"<html>", "text/html", ResponseError),
    ],
)
async def test_content_that_is_no_clip(
    servers: MediaServers,
    content: bytes,
    content_type: str,
    error_type: type[RingError],
) -> None:
    servers.script(web.Response(body=content, content_type=content_type))
    with pytest.raises(ResponseError) as caught:
        await download(servers.session)
    assert type(caught.value) is error_type


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
@pytest.mark.parametrize(
    ("response", "error_type"),
    [
        (lambda: error(403, "TIME_RANGE_NOT_AUTHORIZED"), ForbiddenError),
        (lambda: error(416, "TIMESTAMP_NOT_FOUND"), MediaNotFoundError),
        (lambda: error(416, "MEDIA_NOT_FOUND"), MediaNotFoundError),
        (lambda: error(425, "RECORDING_NOT_READY"), MediaNotReadyError),
    ],
)
async def test_errors(
    servers: MediaServers,
    delivery: str,
    response: Callable[[], web.Response],
    error_type: type[RingError],
) -> None:
    servers.deliver(delivery, response())
    with pytest.raises(error_type) as caught:
        await download(servers.session)
    assert caught.value.code


async def test_busy_media_server(servers: MediaServers) -> None:
    servers.script(error(503, "SERVER_BUSY"), clip())
    assert (await download(servers.session))[1] == MP4
    servers.script(*[error(503, "SERVER_BUSY") for _ in range(3)])
    with pytest.raises(ServerError):
        await download(servers.session)
    assert servers.outcomes == [None] * 5
    assert servers.session.resilience.breaker.state is BreakerState.CLOSED


async def test_response_that_is_not_streamed() -> None:
    response = Response(200, {}, body=MP4)
    assert [chunk async for chunk in response.chunks(100)] == []
    response.close()


# Limits


async def test_size_of_a_clip(
    servers: MediaServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_CLIP_SIZE", len(MP4))
    servers.script(clip(), streamed(MP4), clip(MP4 + b"1"), streamed(MP4, b"1"))
    for _ in range(2):
        assert (await download(servers.session))[1] == MP4
    with pytest.raises(ResponseError, match="clip is larger"):
        await download(servers.session)
    with pytest.raises(ResponseError, match=f"larger than {len(MP4)} bytes"):
        await download(servers.session)


async def test_no_time_limit_for_a_clip_that_arrives(servers: MediaServers) -> None:
    pause = IDLE_TIMEOUT - 1
    servers.script(streamed(*[MP4] * 20, pause=pause))
    began = servers.time()
    assert (await download(servers.session))[1] == MP4 * 20
    assert servers.time() - began >= 19 * pause


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_clip_that_stops_to_arrive(
    servers: MediaServers, delivery: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    response = streamed(MP4, pause=1000)
    servers.deliver(delivery, response)
    began = servers.time()
    with pytest.raises(CommunicationError) as caught:
        await download(servers.session)
    assert servers.time() - began == pytest.approx(IDLE_TIMEOUT, abs=2)
    assert_nothing_secret(caught.value, caplog)


async def wait_forever(_request: web.BaseRequest) -> web.StreamResponse:
    """Send no response."""
    await asyncio.sleep(1000)
    raise AssertionError


async def test_time_limit_up_to_the_clip(
    servers: MediaServers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    servers.script(wait_forever)
    began = servers.time()
    with pytest.raises(CommunicationError, match="TimeoutError") as caught:
        await download(servers.session)
    assert servers.time() - began == pytest.approx(30, abs=2)
    assert_nothing_secret(caught.value, caplog)


async def test_time_limit_of_the_api(servers: MediaServers) -> None:
    """It is that of other requests, so that there are two tries in 30 seconds."""
    servers.api.responses = [wait_forever, wait_forever]
    began = servers.time()
    with pytest.raises(CommunicationError):
        await download(servers.session)
    assert servers.time() - began == pytest.approx(30, abs=2)


async def test_error_body_that_does_not_end(servers: MediaServers) -> None:
    """The status decides, as soon as there is no more time for the body."""

    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(status=416)
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b" ")
                await asyncio.sleep(5)
        return response

    servers.script(drip)
    began = servers.time()
    with pytest.raises(MediaNotFoundError):
        await download(servers.session)
    assert servers.time() - began == pytest.approx(IDLE_TIMEOUT, abs=2)


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_clip_that_breaks_off(
    servers: MediaServers, delivery: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Only the reader knows what to do with the part that it has."""
    caplog.set_level("DEBUG")
    response = streamed(MP4, MP4, pause=1, end=False)
    servers.deliver(delivery, response)
    received: list[bytes] = []
    with pytest.raises(CommunicationError) as caught:
        await download(servers.session, received)
    assert b"".join(received).startswith(MP4)
    assert len(servers.api.received) == 1
    assert_nothing_secret(caught.value, caplog)
