"""Sounds of chimes."""

from collections.abc import Callable
from typing import Any, Literal

from aiohttp import web
import pytest

from custom_components.ring_partner.api import (
    BadRequestError,
    NotFoundError,
    RingError,
    ServerError,
)
from custom_components.ring_partner.api.chimes import play_sound

from .media_servers import DEVICE_ID, FAILURES, MediaServers, error
from .simulated_cloud import SimulatedCloud

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = f"/v1/devices/{DEVICE_ID}/media/audio/playback"
AUDIO_REF = "custom_audio_1"
JSON_API = {"data": {"type": "audio", "attributes": {"audio_ref": AUDIO_REF}}}
FLAT = {"audio_ref": AUDIO_REF, "components": [0]}


def completed() -> web.Response:
    """Return Ring's response to a sound that was played."""
    data = {"type": "audio", "id": "1", "attributes": {"status": "completed"}}
    return web.json_response({"data": data})


def invalid() -> web.Response:
    """Return Ring's response to a body that it does not accept."""
    found = {
        "title": "Validation Error",
        "detail": "The request contains invalid input.",
    }
    return web.json_response({"errors": [found]}, status=400)


async def play(servers: MediaServers) -> None:
    """Play a sound."""
    await play_sound(servers.session, DEVICE_ID, AUDIO_REF)


def bodies(servers: MediaServers) -> list[Any]:
    """Return the bodies of all requests."""
    return [found.json for found in servers.api.received]


async def test_json_api_body(servers: MediaServers) -> None:
    servers.api.responses = [completed()]
    await play(servers)
    (posted,) = servers.api.received
    assert (posted.method, posted.target) == ("POST", PATH)
    assert posted.json == JSON_API
    assert posted.headers.getall("Content-Type") == ["application/json"]
    assert posted.headers.getall("Accept") == ["application/json"]


async def test_flat_body_after_400(servers: MediaServers) -> None:
    servers.api.responses = [invalid(), completed(), invalid(), completed()]
    await play(servers)
    assert bodies(servers) == [JSON_API, FLAT]
    await play(servers)
    assert bodies(servers) == [JSON_API, FLAT] * 2
    assert servers.sleeps == []


async def test_sound_that_ring_no_longer_has(servers: MediaServers) -> None:
    servers.api.responses = [invalid(), invalid()]
    with pytest.raises(BadRequestError, match="invalid input") as caught:
        await play(servers)
    assert caught.value.status == 400
    assert bodies(servers) == [JSON_API, FLAT]


async def test_failure_of_the_second_body(servers: MediaServers) -> None:
    servers.api.responses = [invalid(), error(500)]
    with pytest.raises(ServerError):
        await play(servers)
    assert bodies(servers) == [JSON_API, FLAT]


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"data":null}'])
async def test_response_is_not_needed(servers: MediaServers, body: str) -> None:
    servers.api.responses = [web.Response(text=body)]
    await play(servers)
    assert bodies(servers) == [JSON_API]


@pytest.mark.parametrize(
    ("response", "error_type"),
    [(lambda: error(422), BadRequestError), *FAILURES],
)
async def test_sound_does_not_play_twice(
    servers: MediaServers,
    response: Callable[[], web.Response | None],
    error_type: type[RingError],
) -> None:
    servers.api.responses = [response()]
    with pytest.raises(RingError) as caught:
        await play(servers)
    assert type(caught.value) is error_type
    assert bodies(servers) == [JSON_API]


async def test_sound_after_a_pause(servers: MediaServers) -> None:
    """Ring carries out nothing that it answers with 429."""
    servers.api.responses = [error(429, Retry_After="2"), completed()]
    await play(servers)
    assert bodies(servers) == [JSON_API] * 2
    assert sum(servers.sleeps) == pytest.approx(2, abs=0.1)


async def test_user_waits(servers: MediaServers) -> None:
    """A pause of background requests does not apply."""
    servers.session.resilience.network_pause.record_refusal()
    servers.api.responses = [completed()]
    await play(servers)
    assert servers.api.methods == ["POST"]


async def test_id_that_no_device_has(servers: MediaServers) -> None:
    with pytest.raises(NotFoundError):
        await play_sound(servers.session, "a/b", AUDIO_REF)
    assert servers.api.received == []


@pytest.mark.parametrize(
    ("accepted", "statuses"),
    [("both", [200]), ("json_api", [200]), ("flat", [400, 200])],
)
async def test_sound_at_the_simulator(
    cloud: SimulatedCloud,
    accepted: Literal["both", "json_api", "flat"],
    statuses: list[int],
) -> None:
    chime = cloud.simulator.device("Hallway Chime")
    cloud.simulator.settings.chime_body = accepted
    await play_sound(cloud.session(), chime.id, AUDIO_REF)
    assert chime.played == [AUDIO_REF]
    assert cloud.statuses == statuses
