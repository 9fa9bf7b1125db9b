"""Tests of the endpoint for pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from yarl import URL

from ring_simulator import SimDevice, Simulator

from .helpers import START, Clock, HttpClient
from .media_helpers import NOW, download, get_media, image, picture_at, request

RANGE = {"type": "latest_in_range", "start_timestamp": NOW - 3_600_000}


@pytest.fixture
def device(simulator: Simulator) -> SimDevice:
    """Return a camera that was pressed a minute ago, for 20 seconds."""
    device = simulator.device("Front Door")
    simulator.history.add(device, "ding", start=START - 60)
    return device


async def test_redirect_to_other_origin(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    response = await request(api_client, device, "image", RANGE)

    assert response.status == 303
    assert response.headers["x-request-id"]
    url = URL(response.headers["Location"])
    assert url.origin() == URL(simulator.downloads.base_url)
    assert url.origin() != api_client.make_url("/").origin()
    assert url.query["X-Amz-Expires"] == "60"
    assert await response.read() == b""


async def test_picture(api_client: HttpClient, device: SimDevice) -> None:
    media = await picture_at(api_client, device, NOW - 50_000)

    found = image(media)
    assert (found.format, found.size) == ("JPEG", (640, 360))
    assert media.content_type == "image/jpeg"
    assert media.headers["X-Media-Timestamp"] == str(NOW - 50_000)
    assert media.headers["X-Media-Origin"] == "recording"
    assert media.headers["x-request-id"]


async def test_png_of_size(api_client: HttpClient, device: SimDevice) -> None:
    options = {"format": "png", "resolution": {"width": 1920, "height": 1080}}
    body = RANGE | {"image_options": options}
    media = await get_media(api_client, device, "image", body)

    found = image(media)
    assert (found.format, found.size) == ("PNG", (1920, 1080))
    assert media.content_type == "image/png"


async def test_snapshot(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.settings.picture_origin = "snapshot"
    media = await get_media(api_client, device, "image", RANGE)
    assert media.headers["X-Media-Origin"] == "snapshot"


async def test_pictures_differ(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    """Every time, device and camera of a device has its own picture."""
    garage, driveway = simulator.device("Garage"), simulator.device("Driveway")
    for other in (garage, driveway):
        simulator.history.add(other, "motion", start=START - 60)
    times = [NOW - 55_000, NOW - 54_900, NOW - 50_000]
    media = [await picture_at(api_client, device, time) for time in times]
    media.append(await picture_at(api_client, driveway, times[0]))
    for component in garage.component_ids:
        body = {
            "type": "at_timestamp",
            "timestamp": times[0],
            "components": [{"component_id": component}],
        }
        media.append(await get_media(api_client, garage, "image", body))

    assert len(garage.component_ids) == 2
    assert len({one.content for one in media}) == len(media) == 6
    same = await picture_at(api_client, device, times[0])
    assert same.content == media[0].content


async def test_component_in_query(simulator: Simulator, api_client: HttpClient) -> None:
    garage = simulator.device("Garage")
    simulator.history.add(garage, "motion", start=START - 60)
    component = garage.component_ids[1]
    in_body = RANGE | {"components": [{"component_id": component}]}
    expected = await get_media(api_client, garage, "image", in_body)

    query = {"component_id": component}
    response = await request(api_client, garage, "image", RANGE, params=query)

    found = await download(response.headers["Location"])
    assert found.content == expected.content


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (NOW - 70_000, NOW - 60_000),
        (NOW - 60_000, NOW - 60_000),
        (NOW - 45_000, NOW - 45_000),
        (NOW - 30_000, NOW - 40_000),
    ],
)
async def test_closest_picture_up_to_10_seconds_away(
    api_client: HttpClient, device: SimDevice, time: int, expected: int
) -> None:
    media = await picture_at(api_client, device, time)
    assert media.headers["X-Media-Timestamp"] == str(expected)


async def test_closest_of_two_recordings(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.history.add(device, "motion", start=START - 35)
    media = await picture_at(api_client, device, NOW - 42_000)
    assert media.headers["X-Media-Timestamp"] == str(NOW - 42_000)


async def test_newest_picture_of_range(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.history.add(device, "motion", start=START - 600)
    media = await get_media(api_client, device, "image", RANGE)
    assert media.headers["X-Media-Timestamp"] == str(NOW - 40_000)

    body = RANGE | {"end_timestamp": NOW - 300_000}
    media = await get_media(api_client, device, "image", body)
    assert media.headers["X-Media-Timestamp"] == str(NOW - 580_000)


async def test_newest_picture_of_running_recording(
    simulator: Simulator, api_client: HttpClient, clock: Clock, device: SimDevice
) -> None:
    simulator.press(device)
    clock.now += 5
    media = await get_media(api_client, device, "image", RANGE)
    assert media.headers["X-Media-Timestamp"] == str(NOW + 5000)


async def test_newest_available_picture(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    """A recording that is not available yet does not hide an older one."""
    simulator.settings.recording_delay = 30
    simulator.press(device)
    media = await get_media(api_client, device, "image", RANGE)
    assert media.headers["X-Media-Timestamp"] == str(NOW - 40_000)


@pytest.mark.parametrize("time", [NOW - 70_100, NOW - 29_900])
async def test_nothing_recorded(
    api_client: HttpClient, device: SimDevice, time: int
) -> None:
    media = await picture_at(api_client, device, time)
    assert (media.status, media.content_type) == (416, "application/json")
    assert b'"MEDIA_NOT_FOUND"' in media.content


async def test_offline_device(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    """Recordings are stored at Ring."""
    simulator.set_online(device, online=False)
    assert (await get_media(api_client, device, "image", RANGE)).status == 200


async def test_device_with_user_held_keys(
    simulator: Simulator, api_client: HttpClient
) -> None:
    nursery = simulator.device("Nursery")
    simulator.history.add(nursery, "motion", start=START - 60)
    media = await get_media(api_client, nursery, "image", RANGE)
    assert (media.status, media.content_type) == (200, "image/jpeg")
    assert not media.content.startswith((b"\xff\xd8\xff", b"\x89PNG"))


async def test_event_is_marked_when_its_picture_was_downloaded(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    (event,) = simulator.history.of(device)
    response = await request(api_client, device, "image", RANGE)
    assert not event.reviewed
    await download(response.headers["Location"])
    assert event.reviewed


@pytest.mark.parametrize(
    ("setting", "count"), [("all", 1), ("live_views", 0), ("none", 0)]
)
async def test_requests_are_events_without_media(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    setting: Any,
    count: int,
) -> None:
    simulator.settings.on_demand_events = setting
    first = await get_media(api_client, device, "image", RANGE)
    events = [event.event_type for event in simulator.history.of(device)]
    assert events == ["on_demand"] * count + ["ding"]
    again = await get_media(api_client, device, "image", RANGE)
    assert again.content == first.content


@pytest.mark.parametrize(
    "make_body",
    [
        lambda: {"type": "at_timestamp", "timestamp": NOW - 60_000},
        lambda: RANGE,
    ],
)
async def test_recording_of_live_view(
    simulator: Simulator, api_client: HttpClient, make_body: Callable[[], Any]
) -> None:
    garden = simulator.device("Garden")
    simulator.history.add(garden, "on_demand", start=START - 60)
    assert (await get_media(api_client, garden, "image", make_body())).status == 200
    simulator.settings.on_demand_media = "refused"
    media = await get_media(api_client, garden, "image", make_body())
    assert media.status == 403
    assert b'"TIME_RANGE_NOT_AUTHORIZED"' in media.content


async def test_recording_of_live_view_is_available_after_its_end(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    garden = simulator.device("Garden")
    simulator.history.add(garden, "on_demand", duration=30)
    assert (await picture_at(api_client, garden, NOW)).status == 425
    clock.now += 30
    assert (await picture_at(api_client, garden, NOW)).status == 200
