"""Tests of the host of the pre-signed URLs."""

from aiohttp import ClientConnectionError, ClientError
import pytest
from yarl import URL

from ring_simulator import Fault, FaultBody, Simulator
from ring_simulator.media.downloads import LIFETIME

from .helpers import START, Clock, HttpClient, call_control
from .media_helpers import NOW, clip, download, request

BODY = {"type": "at_timestamp", "timestamp": NOW - 60_000}


@pytest.fixture
async def url(simulator: Simulator, api_client: HttpClient) -> str:
    """Return a pre-signed URL."""
    device = simulator.device("Front Door")
    simulator.history.add(device, "ding", start=START - 60)
    response = await request(api_client, device, "image", BODY)
    return response.headers["Location"]


async def test_url_can_be_used_until_it_expires(url: str, clock: Clock) -> None:
    for _ in range(2):
        assert (await download(url)).status == 200
    clock.now += LIFETIME - 0.1
    assert (await download(url)).status == 200
    clock.now += 0.1
    media = await download(url)
    assert (media.status, media.content_type) == (403, "application/xml")
    assert b"AccessDenied" in media.content


async def test_wrong_signature(url: str) -> None:
    assert (await download(url[:-1] + "x")).status == 403
    assert (await download(str(URL(url).with_query(None)))).status == 403


async def test_access_token_is_refused_and_counted(
    simulator: Simulator, url: str
) -> None:
    assert (await download(url)).status == 200
    assert simulator.downloads.bearers_seen == 0
    media = await download(url, Authorization="Bearer secret")
    assert (media.status, media.content_type) == (400, "application/xml")
    assert simulator.downloads.bearers_seen == 1

    # also when a fault replaces the response, and after a reset
    simulator.faults.add(Fault(status=503, path="/media/download"))
    assert (await download(url, Authorization="Bearer secret")).status == 503
    simulator.reset()
    assert simulator.downloads.bearers_seen == 2
    assert simulator.downloads.requests == 3


async def test_url_ends_with_the_application(
    simulator: Simulator, api_client: HttpClient, url: str
) -> None:
    await api_client.close()
    with pytest.raises(ClientConnectionError):
        await download(url)


async def test_state_in_control_api(
    simulator: Simulator, http_client: HttpClient
) -> None:
    await download(f"{simulator.downloads.base_url}/media/download")
    _, state = await call_control(http_client, "GET", "/state")
    assert state["downloads"] == {
        "base_url": simulator.downloads.base_url,
        "requests": 1,
        "bearers_seen": 0,
    }


async def test_reset_connection(simulator: Simulator, url: str) -> None:
    simulator.faults.add(Fault(body=FaultBody.RESET, path="/media/download"))
    with pytest.raises(ClientError):
        await download(url)


async def test_slow_picture(simulator: Simulator, clock: Clock, url: str) -> None:
    whole = await download(url)
    simulator.faults.add(Fault(body=FaultBody.SLOW, path="/media/download"))
    assert (await download(url)).content == whole.content
    assert set(clock.slept) == {1}


async def test_truncated_clip(simulator: Simulator, api_client: HttpClient) -> None:
    device = simulator.device("Front Door")
    simulator.history.add(device, "ding", start=START - 60)
    whole = await clip(api_client, device, NOW - 60_000, 2000)
    simulator.faults.add(Fault(body=FaultBody.TRUNCATED, path="/media/download"))
    half = await clip(api_client, device, NOW - 60_000, 2000)
    assert half.content == whole.content[: len(whole.content) // 2]


async def test_delay(simulator: Simulator, clock: Clock, url: str) -> None:
    simulator.faults.add(Fault(delay=40, path="/media/download"))
    assert (await download(url)).status == 200
    assert clock.slept == [40]
