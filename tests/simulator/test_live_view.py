"""Tests of live sessions: the picture, the end of a session, and errors."""

import asyncio
from typing import Any

from aiohttp import ClientError
import av
import pytest
from yarl import URL

from ring_simulator import SimDevice, Simulator

from .helpers import START, Clock, HttpClient, bearer, call_control
from .live_viewer import SDP, Viewer, sessions_path, start_live_view


@pytest.fixture
def ended() -> asyncio.Event:
    """Return an event that lets the time of all sessions pass."""
    return asyncio.Event()


@pytest.fixture
def simulator(clock: Clock, ended: asyncio.Event) -> Simulator:
    """Return a simulator in which only ``ended`` makes time pass."""

    async def sleep(seconds: float) -> None:
        clock.slept.append(seconds)
        await ended.wait()
        clock.now += seconds

    return Simulator(clock=clock, sleep=sleep)


@pytest.fixture
def device(simulator: Simulator) -> SimDevice:
    """Return a battery-powered camera."""
    return simulator.device("Garden")


def error(response_json: Any) -> dict[str, str]:
    (found,) = response_json["errors"]
    return dict(found)


async def delete(client: HttpClient, location: str) -> int:
    """Send DELETE to the URL of a session, as it is."""
    url = client.make_url("/").join(URL(location, encoded=True))
    async with client.session.delete(url) as response:
        return response.status


def moving(frame: av.VideoFrame) -> Any:
    """Return the part of the picture with the bar that moves."""
    image = frame.to_image()  # type: ignore[no-untyped-call]
    return image.crop((0, image.height * 4 // 5, image.width, image.height * 9 // 10))


async def test_moving_picture_and_silence(
    simulator: Simulator,
    api_client: HttpClient,
    clock: Clock,
    device: SimDevice,
    viewer: Viewer,
) -> None:
    response = await start_live_view(api_client, device, await viewer.offer())

    assert response.status == 201
    assert response.content_type == SDP
    answer = await response.text()
    assert "H264/90000" in answer
    assert "VP8" not in answer
    assert answer.count("a=sendonly") == 2
    assert "a=candidate:" in answer
    assert viewer.peer.iceConnectionState == "new"

    await viewer.accept(answer)
    first = await viewer.frame()
    assert (first.width, first.height) == (640, 360)
    before = moving(first)
    clock.now += 1
    for _ in range(30):
        if moving(await viewer.frame()).tobytes() != before.tobytes():
            break
    else:
        pytest.fail("the picture does not move")
    sound = await viewer.frame("audio")
    assert not any(bytes(sound.planes[0]))
    assert viewer.peer.connectionState == "connected"
    (session,) = simulator.live_view.sessions.values()
    assert session.peer.connectionState == "connected"


async def test_video_only(
    api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    response = await start_live_view(api_client, device, await viewer.offer("video"))
    answer = await response.text()
    assert "m=audio" not in answer
    await viewer.accept(answer)
    assert (await viewer.frame()).width == 640


async def test_delete(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    live_view = simulator.live_view
    response = await start_live_view(api_client, device, await viewer.offer())
    location = response.headers["Location"]
    await viewer.accept(await response.text())
    await viewer.frame()
    (session,) = live_view.sessions.values()
    assert (live_view.started, live_view.deleted) == (1, 0)

    assert await delete(api_client, location) == 200
    assert not live_view.sessions
    assert session.peer.connectionState == "closed"
    assert await delete(api_client, location) == 404
    assert (live_view.started, live_view.deleted, live_view.expired) == (1, 1, 0)


@pytest.mark.parametrize(
    ("setting", "start", "query"),
    [
        ("absolute", "http://127.0.0.1:", ""),
        ("query", "http://127.0.0.1:", "?region=us-east-1&key=a%2Fb~c%3D"),
        ("relative", "/v1/devices/", ""),
        ("relative_query", "/v1/devices/", "?region=us-east-1&key=a%2Fb~c%3D"),
    ],
)
async def test_location(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    viewer: Viewer,
    setting: Any,
    start: str,
    query: str,
) -> None:
    simulator.settings.live_location = setting
    response = await start_live_view(api_client, device, await viewer.offer())
    location = response.headers["Location"]

    (session_id,) = simulator.live_view.sessions
    path = f"{sessions_path(device)}/{session_id}"
    assert location.startswith(start)
    assert location.endswith(f"{path}{query}")
    # the query is a part of the URL
    other = f"{path}?region=us-east-1" if query else f"{path}?other"
    assert await delete(api_client, other) == 404
    assert await delete(api_client, location) == 200


async def test_delete_with_url_of_other_device(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    response = await start_live_view(api_client, device, await viewer.offer())
    location = response.headers["Location"]
    other = simulator.device("Driveway")
    assert await delete(api_client, location.replace(device.id, other.id)) == 404
    assert len(simulator.live_view.sessions) == 1


@pytest.mark.parametrize(("name", "limit"), [("Garden", 30), ("Driveway", 60)])
async def test_end_after_time(
    simulator: Simulator,
    api_client: HttpClient,
    clock: Clock,
    ended: asyncio.Event,
    viewer: Viewer,
    name: str,
    limit: float,
) -> None:
    device = simulator.device(name)
    response = await start_live_view(api_client, device, await viewer.offer())
    location = response.headers["Location"]
    await viewer.accept(await response.text())
    await viewer.frame()
    assert clock.slept == [limit]
    (session,) = simulator.live_view.sessions.values()
    assert session.ends_at == START + limit

    ended.set()
    assert session.limit is not None
    await session.limit
    assert not simulator.live_view.sessions
    assert (simulator.live_view.expired, simulator.live_view.deleted) == (1, 0)
    # an app that ends it late is seen
    assert await delete(api_client, location) == 404
    assert await delete(api_client, location) == 404
    assert simulator.live_view.deleted == 1


async def test_time_factor(
    simulator: Simulator,
    api_client: HttpClient,
    clock: Clock,
    device: SimDevice,
    viewer: Viewer,
) -> None:
    simulator.settings.live_view_scale = 0.1
    await start_live_view(api_client, device, await viewer.offer())
    assert clock.slept == [3]


@pytest.mark.parametrize("status", [429, 503])
async def test_too_many_sessions(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    viewer: Viewer,
    status: int,
) -> None:
    simulator.settings.live_session_limit = 1
    simulator.settings.live_busy_status = status
    offer = await viewer.offer()
    assert (await start_live_view(api_client, device, offer)).status == 201
    response = await start_live_view(api_client, device, offer)
    assert response.status == status
    assert error(await response.json())["detail"] == "Too many live sessions"
    # other cameras are not busy
    driveway = simulator.device("Driveway")
    assert (await start_live_view(api_client, driveway, offer)).status == 201
    await simulator.live_view.end_all()
    assert (await start_live_view(api_client, device, offer)).status == 201


async def test_sessions_that_start_at_once(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    offer = await viewer.offer()
    responses = await asyncio.gather(
        *(start_live_view(api_client, device, offer) for _ in range(4))
    )
    assert sorted(one.status for one in responses) == [201, 201, 429, 429]
    assert len(simulator.live_view.sessions) == 2


async def test_offline_device(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    device.online = False
    response = await start_live_view(api_client, device, await viewer.offer())
    assert response.status == 503
    assert error(await response.json()) == {
        "status": "503",
        "title": "Device Unavailable",
        "detail": "Device is currently offline",
    }
    assert simulator.live_view.started == 0


async def test_unusable_offer(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    offer = await viewer.offer()
    incomplete = "".join(
        line
        for line in offer.splitlines(keepends=True)
        if not line.startswith("a=candidate")
    )
    other = Viewer()
    audio_only = await other.offer("audio")
    await other.peer.close()
    for unusable in (
        "",
        "hello",
        "a=candidate: H264/90000",
        incomplete,
        offer.replace("H264/90000", "VP9/90000"),
        audio_only + "a=rtpmap:9 H264/90000\r\n",
    ):
        response = await start_live_view(api_client, device, unusable)
        assert response.status == 500, unusable
    assert simulator.live_view.started == 0
    assert not simulator.live_view.sessions
    assert not simulator.history.of(device)


async def test_refused_requests(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    offer = await viewer.offer()
    as_json = await api_client.post(sessions_path(device), json={"offer": offer})
    assert as_json.status == 415
    for name in ("Safe Room", "Hallway Chime"):
        response = await start_live_view(api_client, simulator.device(name), offer)
        assert response.status == 404
    response = await start_live_view(
        api_client, device, offer, params={"component_id": "9"}
    )
    assert response.status == 400
    assert await delete(api_client, f"{sessions_path(device)}/unknown") == 404
    simulator.settings.media_permission = "missing"
    assert (await start_live_view(api_client, device, offer)).status == 403
    assert simulator.live_view.started == 0


async def test_cameras_of_one_device(
    simulator: Simulator, api_client: HttpClient, viewer: Viewer
) -> None:
    garage = simulator.device("Garage")
    offer = await viewer.offer("video")
    component = {"component_id": garage.component_ids[1]}
    response = await start_live_view(api_client, garage, offer, params=component)
    assert response.status == 201
    location = response.headers["Location"]
    assert "component_id" not in location
    await viewer.accept(await response.text())
    assert (await viewer.frame()).width == 640
    assert await delete(api_client, location) == 200


@pytest.mark.parametrize(
    ("setting", "count"), [("none", 0), ("live_views", 1), ("all", 1)]
)
async def test_session_is_event(
    simulator: Simulator,
    api_client: HttpClient,
    clock: Clock,
    device: SimDevice,
    viewer: Viewer,
    setting: Any,
    count: int,
) -> None:
    simulator.settings.on_demand_events = setting
    response = await start_live_view(api_client, device, await viewer.offer())
    clock.now += 12
    assert await delete(api_client, response.headers["Location"]) == 200

    events = simulator.history.of(device)
    assert len(events) == count
    for event in events:
        assert event.event_type == "on_demand"
        assert event.start == START * 1000
        assert event.end == (START + 12) * 1000


async def test_all_sessions_end(
    simulator: Simulator,
    http_client: HttpClient,
    clock: Clock,
    device: SimDevice,
    viewer: Viewer,
) -> None:
    """The control API shows and ends sessions, as does a reset."""
    offer = await viewer.offer()
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    for number, (method, address) in enumerate(
        [("DELETE", "/live_view/sessions"), ("POST", "/reset")], 1
    ):
        response = await start_live_view(
            http_client, device, offer, headers=bearer(pair.access_token)
        )
        assert response.status == 201
        _, state = await call_control(http_client, "GET", "/state")
        (session,) = state["live_view"].pop("sessions")
        assert session["device_id"] == device.id
        assert session["id"] in response.headers["Location"]
        assert (session["started_at"], session["ends_at"]) == (START, START + 30)
        assert session["connection"] in ("new", "connecting")
        assert state["live_view"] == {"started": number, "deleted": 0, "expired": 0}

        status, _ = await call_control(http_client, method, address)
        assert status == 200
        assert not simulator.live_view.sessions


async def test_all_sessions_end_while_one_starts(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    offer = await viewer.offer()
    before = asyncio.all_tasks()
    starting = asyncio.create_task(start_live_view(api_client, device, offer))
    while not simulator.live_view.sessions:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0)

    await simulator.live_view.end_all()

    with pytest.raises(ClientError):
        await starting
    assert not simulator.live_view.sessions
    assert simulator.live_view.started == 0
    await api_client.close()
    assert not [task for task in asyncio.all_tasks() - before if not task.done()]


async def test_nothing_is_left_after_the_server_stops(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, viewer: Viewer
) -> None:
    before = asyncio.all_tasks()
    offer = await viewer.offer()
    playing = await start_live_view(api_client, device, offer)
    await viewer.accept(await playing.text())
    await viewer.frame()
    # the other viewer never connects
    assert (await start_live_view(api_client, device, offer)).status == 201
    peers = [session.peer for session in simulator.live_view.sessions.values()]
    await viewer.peer.close()

    await api_client.close()

    assert not simulator.live_view.sessions
    assert {peer.connectionState for peer in peers} == {"closed"}
    assert not [task for task in asyncio.all_tasks() - before if not task.done()]
