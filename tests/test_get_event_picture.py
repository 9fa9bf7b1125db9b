"""The action to get the picture of an event."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_fire_time_changed,
)
import voluptuous as vol

from custom_components.ring_partner.api import MediaNotFoundError, Picture
from custom_components.ring_partner.media import picture_cache
from custom_components.ring_partner.media.picture_files import CameraId
from ring_simulator import Fault

from .action_driver import ActionDriver
from .event_factory import NOW
from .event_pictures import (
    ACTION,
    DOWNLOAD,
    LAST_EVENT,
    START,
    cached_files,
    picture,
    picture_of,
    press,
)
from .linked_home import MOTION, RING


class Gate:
    """Holds the answers to requests for pictures back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests = 0
        self.open = asyncio.Event()
        self._picture_at = picture_cache.picture_at
        monkeypatch.setattr(picture_cache, "picture_at", self._pass)

    async def _pass(self, *args: Any, **options: Any) -> Picture:
        self.requests += 1
        await self.open.wait()
        return await self._picture_at(*args, **options)

    async def until_requested(self) -> None:
        """Wait for the first request."""
        while not self.requests:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0)


async def test_picture_of_a_ring(actions: ActionDriver) -> None:
    event_id = await press(actions)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    assert response == {
        "url": response["url"],
        "taken_at": "2026-11-20T12:00:00+00:00",
        "origin": "recording",
    }
    assert response["url"].startswith(
        f"/api/ring_partner/picture/{actions.home.entry.entry_id}/"
        f"{actions.device_id('Front Door')}/-/picture/1795176000000?authSig="
    )
    expected = picture_of(actions.device("Front Door"), START)
    assert await picture(actions, response) == expected
    # The entities get it without another request.
    await actions.home.pass_time(2)
    state = actions.hass.states.get(LAST_EVENT)
    assert state is not None
    assert state.attributes["event_id"] == event_id
    assert state.attributes["taken_at"] == NOW
    assert state.attributes["origin"] == "recording"
    assert await picture(actions, response) == expected
    assert actions.request_count(DOWNLOAD) == 1
    assert actions.simulator.downloads.bearers_seen == 0


@pytest.mark.parametrize("reload", [False, True])
async def test_picture_that_the_entities_have(
    actions: ActionDriver,
    reload: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    event_id = await press(actions)
    await actions.home.pass_time(2)
    if reload:
        await actions.home.reload()
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    assert response["taken_at"] == "2026-11-20T12:00:00+00:00"
    assert response["origin"] == "recording"
    expected = picture_of(actions.device("Front Door"), START)
    assert await picture(actions, response) == expected
    assert actions.request_count(DOWNLOAD) == 1


async def test_running_request_is_shared(
    actions: ActionDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = await press(actions)
    gate = Gate(monkeypatch)
    # The entities request the picture.
    actions.home.freezer.tick(1)
    async_fire_time_changed(actions.hass)
    await gate.until_requested()
    calls = [
        asyncio.ensure_future(actions.call(ACTION, "Front Door", event_id=event_id))
        for _ in range(2)
    ]
    for _ in range(50):
        await asyncio.sleep(0)
    gate.open.set()
    urls = [response["url"] for response in await asyncio.gather(*calls)]
    await actions.home.settle()
    assert urls[0] == urls[1]
    assert gate.requests == actions.request_count(DOWNLOAD) == 1
    state = actions.hass.states.get(LAST_EVENT)
    assert state is not None
    assert state.attributes["event_id"] == event_id


async def test_picture_is_returned_when_it_is_ready(actions: ActionDriver) -> None:
    actions.simulator.settings.recording_delay = 25
    event_id = await press(actions)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    # The pauses are 2, 3, 5 and 10 seconds, and the last request is sent in time.
    assert actions.ago(30) == NOW
    assert actions.request_count(DOWNLOAD) == 6
    expected = picture_of(actions.device("Front Door"), START)
    assert await picture(actions, response) == expected


@pytest.mark.parametrize(
    ("data", "seconds", "requests"),
    [({}, 30, 6), ({"timeout": 0}, 0, 1), ({"timeout": {"minutes": 1}}, 60, 8)],
)
async def test_picture_that_is_not_ready_in_time(
    actions: ActionDriver, data: dict[str, Any], seconds: float, requests: int
) -> None:
    actions.simulator.settings.recording_delay = 3600
    event_id = await press(actions)
    error = await actions.error(ACTION, "Front Door", event_id=event_id, **data)
    assert "The recording of Front Door is not ready yet" in str(error)
    assert actions.ago(seconds) == NOW
    assert actions.request_count(DOWNLOAD) == requests


async def test_timeout_that_is_too_long(actions: ActionDriver) -> None:
    with pytest.raises(vol.Invalid):
        await actions.call(ACTION, "Front Door", event_id="1", timeout=601)


async def test_pictures_of_events_one_after_the_other(actions: ActionDriver) -> None:
    """A motion right after the ring, and another ring."""
    door = actions.device("Front Door")
    event_ids = [await press(actions)]
    actions.home.freezer.tick(1.5)
    actions.simulator.motion(door)
    await actions.home.settle()
    event_ids += actions.home.event_ids("event.front_door_motion")
    actions.home.freezer.tick(8.5)
    event_ids.append(await press(actions))
    responses = [
        await actions.call(ACTION, "Front Door", event_id=each) for each in event_ids
    ]
    pictures = [await picture(actions, response) for response in responses]
    assert pictures == [picture_of(door, START + after) for after in (0, 1.5, 10)]


async def test_events_of_a_burst(actions: ActionDriver) -> None:
    """The entities skip some of the pictures."""
    times = []
    for _ in range(10):
        times.append(actions.simulator.clock())
        await actions.home.move()
        actions.home.freezer.tick(0.05)
    for _ in range(10):
        await actions.home.pass_time(1)
    assert actions.request_count(DOWNLOAD) == 2
    event_ids = actions.home.event_ids(MOTION)
    for number in (0, 4, 9):
        response = await actions.call(ACTION, "Garden", event_id=event_ids[number])
        expected = picture_of(actions.device("Garden"), times[number])
        assert await picture(actions, response) == expected
    assert actions.request_count(DOWNLOAD) == 3


async def test_event_of_the_history(actions: ActionDriver) -> None:
    actions.record("Front Door", 900)
    event_id = actions.record("Front Door", 600)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    assert response["taken_at"] == "2026-11-20T11:50:00+00:00"
    expected = picture_of(actions.device("Front Door"), START - 600)
    assert await picture(actions, response) == expected


async def test_time_between_two_milliseconds(actions: ActionDriver) -> None:
    """Ring's clock is ahead, so that the time of the event is that of its arrival."""
    actions.home.freezer.tick(timedelta(microseconds=250_400))
    actions.record("Front Door", 0)
    body = actions.home.envelope("button_press", ago=-10)
    await actions.home.deliver(body)
    await actions.home.settle()
    (event_id,) = actions.home.event_ids(RING)
    response = await actions.call(ACTION, "Front Door", event_id=event_id)
    await picture(actions, response)
    await actions.home.pass_time(2)
    assert actions.request_count(DOWNLOAD) == 1


@pytest.mark.parametrize(
    ("seen_by", "selected", "shown"),
    [
        ((), {}, "1"),
        (("2",), {}, "2"),
        (("9",), {}, "1"),
        (("2",), {"component": "1"}, "1"),
    ],
)
async def test_camera_of_a_device_with_several(
    actions: ActionDriver, seen_by: tuple[str], selected: dict[str, str], shown: str
) -> None:
    garage = actions.device("Garage")
    actions.simulator.motion(garage, "human", seen_by)
    await actions.home.settle()
    (event_id,) = actions.home.event_ids("event.garage_motion")
    response = await actions.call(ACTION, "Garage", event_id=event_id, **selected)
    assert await picture(actions, response) == picture_of(garage, START, shown)
    await actions.home.pass_time(2)
    # The entities request the pictures of all cameras that may have seen it.
    entities = {"1", "2"} if not seen_by else {*seen_by} & {"1", "2"}
    assert actions.request_count(DOWNLOAD) == len({shown, *entities})


async def test_unknown_camera(actions: ActionDriver) -> None:
    event_id = await press(actions)
    error = await actions.error(ACTION, "Front Door", event_id=event_id, component="2")
    assert "Front Door has no camera 2" in str(error)


async def test_unknown_event(actions: ActionDriver) -> None:
    await actions.home.move()
    for event_id in ("unknown", *actions.home.event_ids(MOTION)):
        error = await actions.error(ACTION, "Front Door", event_id=event_id)
        assert isinstance(error, ServiceValidationError)
        assert "Ring has no event of Front Door with this ID" in str(error)
    assert actions.request_count(DOWNLOAD) == 0


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"status": 403}, "does not allow Home Assistant to see videos of"),
        ({"status": 404}, "Ring no longer has Front Door"),
        ({"status": 416}, "Ring has no recording of Front Door at this time"),
        ({"status": 429, "retry_after": 900}, "too many requests for Front Door"),
        ({"status": 500}, "Ring's service has problems"),
        ({"body": "reset"}, "Ring could not be reached for Front Door"),
        ({"body": "device_offline"}, "Front Door is offline"),
    ],
)
async def test_failures_of_ring(
    actions: ActionDriver, fault: dict[str, Any], message: str
) -> None:
    event_id = await press(actions)
    actions.simulator.faults.add(Fault(path=f"*{DOWNLOAD}", **fault))
    error = await actions.error(ACTION, "Front Door", event_id=event_id, timeout=1)
    assert message in str(error)
    assert cached_files(actions) == []


async def test_history_that_cannot_be_read(actions: ActionDriver) -> None:
    actions.simulator.faults.add(Fault(status=500, path="*/events"))
    error = await actions.error(ACTION, "Front Door", event_id="1")
    assert "Ring's service has problems" in str(error)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503, path=f"*{DOWNLOAD}", count=6),
        Fault(status=416, path=f"*{DOWNLOAD}", count=3),
        Fault(status=429, path=f"*{DOWNLOAD}", count=1, retry_after=20),
    ],
)
async def test_failures_of_ring_are_outlasted(
    actions: ActionDriver, fault: Fault
) -> None:
    event_id = await press(actions)
    actions.simulator.faults.add(fault)
    response = await actions.call(
        ACTION, "Front Door", event_id=event_id, timeout={"minutes": 3}
    )
    expected = picture_of(actions.device("Front Door"), START)
    assert await picture(actions, response) == expected


async def test_thumbnail_that_ring_did_not_have(actions: ActionDriver) -> None:
    """It is not requested again for a while, but the picture is."""
    event_id = await press(actions)
    fault = actions.simulator.faults.add(Fault(status=416, path=f"*{DOWNLOAD}"))
    thumbnails = actions.home.entry.runtime_data.media.thumbnails
    with pytest.raises(MediaNotFoundError):
        await thumbnails.async_get(CameraId(actions.device("Front Door").id), NOW, None)
    actions.simulator.faults.remove(fault)
    await actions.home.pass_time(1)
    state = actions.hass.states.get(LAST_EVENT)
    assert state is not None
    assert state.attributes["event_id"] == event_id
    await actions.call(ACTION, "Front Door", event_id=event_id)
    assert actions.request_count(DOWNLOAD) == 2


async def test_account_unloaded_while_waiting(
    actions: ActionDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.simulator.settings.recording_delay = 3600
    event_id = await press(actions)

    async def sleep(_seconds: float) -> None:
        await actions.home.reload()

    resilience = actions.home.entry.runtime_data.session.resilience
    monkeypatch.setattr(resilience, "sleep", sleep)
    error = await actions.error(ACTION, "Front Door", event_id=event_id)
    assert "Alex Morgan was unloaded" in str(error)


@pytest.mark.parametrize("policy", [{}, {"read": True}])
async def test_permission(
    actions: ActionDriver, hass_read_only_user: MockUser, policy: dict[str, bool]
) -> None:
    event_id = await press(actions)
    hass_read_only_user.mock_policy(
        {"entities": {"entity_ids": {"camera.front_door": policy}}}
    )
    context = Context(user_id=hass_read_only_user.id)
    if policy:
        await actions.call(ACTION, "Front Door", context=context, event_id=event_id)
        return
    error = await actions.error(
        ACTION, "Front Door", context=context, event_id=event_id
    )
    assert "You do not have permission to use the camera Front Door" in str(error)
    assert actions.request_count(DOWNLOAD) == 0
