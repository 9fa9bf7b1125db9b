"""Tests of the endpoint for clips."""

from io import BytesIO
import time
from typing import Any

import av
import pytest

from ring_simulator import SimDevice, Simulator

from .helpers import START, HttpClient
from .media_helpers import NOW, clip, decode, download, request

BEGIN = NOW - 60_000
MEBIBYTE = 1024 * 1024


@pytest.fixture
def device(simulator: Simulator) -> SimDevice:
    """Return a camera with a recording of a minute ago, for 20 seconds."""
    device = simulator.device("Front Door")
    simulator.history.add(device, "ding", start=START - 60)
    return device


@pytest.fixture(params=["redirect", "direct"])
def delivery(request: pytest.FixtureRequest, simulator: Simulator) -> str:
    """Return how clips are delivered."""
    delivery: Any = request.param
    simulator.settings.clip_delivery = delivery
    return str(delivery)


async def test_delivery(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, delivery: str
) -> None:
    body = {"timestamp": BEGIN, "duration": 5000}
    response = await request(api_client, device, "video", body)
    if delivery == "direct":
        assert response.status == 200
        assert simulator.downloads.requests == 0
        assert response.headers["x-request-id"]
        content = await response.read()
    else:
        assert response.status == 303
        media = await download(response.headers["Location"])
        assert media.headers["x-request-id"]
        content = media.content
    assert decode(content) == ("h264", 25, 5.0)


@pytest.mark.parametrize("name", ["X-Media-Length", "X-Media-Duration"])
async def test_headers(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    delivery: str,
    name: Any,
) -> None:
    simulator.settings.clip_length_header = name
    media = await clip(api_client, device, BEGIN + 1234, 2500)
    assert media.content_type == "video/mp4"
    assert media.headers["Content-Length"] == str(len(media.content))
    found = {key: v for key, v in media.headers.items() if key.startswith("X-Media")}
    assert found == {"X-Media-Timestamp": str(BEGIN + 1234), name: "2500"}


async def test_part_of_time(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, delivery: str
) -> None:
    """The recording starts 5 seconds after the requested time, and is shorter."""
    simulator.settings.clip_status = 206
    media = await clip(api_client, device, BEGIN - 5000, 30_000)
    assert media.status == 206
    assert media.headers["X-Media-Timestamp"] == str(BEGIN)
    assert media.headers["X-Media-Length"] == "20000"
    assert decode(media.content) == ("h264", 100, 20.0)


@pytest.mark.parametrize(
    ("value", "start", "stop"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-10", -10, None),
        ("bytes=4-999999999", 4, None),
    ],
)
@pytest.mark.parametrize("padding", [0, 300_000])
async def test_range(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    padding: int,
    value: str,
    start: int,
    stop: int | None,
) -> None:
    simulator.settings.clip_padding = padding
    body = {"timestamp": BEGIN, "duration": 2000}
    url = (await request(api_client, device, "video", body)).headers["Location"]
    whole = await download(url)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert len(whole.content) > padding

    media = await download(url, Range=value)

    assert media.status == 206
    assert media.content == whole.content[start:stop]
    size = len(whole.content)
    first = start % size
    last = first + len(media.content) - 1
    assert media.headers["Content-Range"] == f"bytes {first}-{last}/{size}"


async def test_range_of_direct_clip(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.settings.clip_delivery = "direct"
    body = {"timestamp": BEGIN, "duration": 2000}
    headers = {"Range": "bytes=4-7"}
    response = await request(api_client, device, "video", body, headers=headers)
    assert (response.status, await response.read()) == (206, b"ftyp")


async def test_unusable_range(api_client: HttpClient, device: SimDevice) -> None:
    body = {"timestamp": BEGIN, "duration": 2000}
    url = (await request(api_client, device, "video", body)).headers["Location"]
    whole = await download(url, Range="seconds=1-2")
    assert whole.status == 200
    media = await download(url, Range="bytes=999999999-")
    assert media.status == 416
    assert media.headers["Content-Range"] == f"bytes */{len(whole.content)}"


@pytest.mark.parametrize("padding", [0, 1000])
async def test_chunked(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    delivery: str,
    padding: int,
) -> None:
    whole = await clip(api_client, device, BEGIN, 2000)
    simulator.settings.clip_transfer = "chunked"
    simulator.settings.clip_padding = padding
    media = await clip(api_client, device, BEGIN, 2000)
    assert media.status == 200
    assert media.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in media.headers
    assert media.content.startswith(whole.content)
    assert len(media.content) >= len(whole.content) + padding


async def test_large_clip(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, delivery: str
) -> None:
    """Padding makes a clip large, and players ignore it."""
    simulator.settings.clip_padding = 100 * MEBIBYTE
    media = await clip(api_client, device, BEGIN, 2000)
    assert len(media.content) > 100 * MEBIBYTE
    assert media.headers["Content-Length"] == str(len(media.content))
    assert decode(media.content) == ("h264", 10, 2.0)


async def test_clip_of_15_minutes(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.history.add(device, "motion", start=START - 1000, duration=1000)
    began = time.perf_counter()
    media = await clip(api_client, device, NOW - 900_000, 900_000)
    assert time.perf_counter() - began < 30
    assert decode(media.content) == ("h264", 900, 900.0)


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ({}, ["video"]),
        ({"audio_options": {"audio_enabled": False}}, ["video"]),
        ({"audio_options": {"audio_enabled": True}}, ["video", "audio"]),
    ],
)
async def test_sound(
    api_client: HttpClient, device: SimDevice, options: Any, kinds: list[str]
) -> None:
    media = await clip(api_client, device, BEGIN, 4000, **options)
    with av.open(BytesIO(media.content), "r") as container:
        assert [stream.type for stream in container.streams] == kinds
        for stream in container.streams.audio:
            assert stream.codec_context.name == "aac"
            assert sum(frame.samples for frame in container.decode(stream)) >= 64_000


async def test_clips_differ(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    garage = simulator.device("Garage")
    simulator.history.add(garage, "motion", start=START - 60)
    clips = [
        await clip(api_client, device, BEGIN, 1000),
        await clip(api_client, device, BEGIN + 1000, 1000),
        *[
            await clip(
                api_client, garage, BEGIN, 1000, components=[{"component_id": one}]
            )
            for one in garage.component_ids
        ],
    ]
    assert len({one.content for one in clips}) == len(clips) == 4


async def test_device_with_user_held_keys(
    simulator: Simulator, api_client: HttpClient, delivery: str
) -> None:
    nursery = simulator.device("Nursery")
    simulator.history.add(nursery, "motion", start=START - 60)
    media = await clip(api_client, nursery, BEGIN, 2000)
    assert (media.status, media.content_type) == (200, "video/mp4")
    assert media.content[4:8] != b"ftyp"


async def test_request_is_event_and_marks_recording(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.settings.on_demand_events = "all"
    assert (await clip(api_client, device, BEGIN, 1000)).status == 200
    requested, recording = simulator.history.of(device)
    assert requested.event_type == "on_demand"
    assert not requested.has_recording
    assert recording.reviewed
