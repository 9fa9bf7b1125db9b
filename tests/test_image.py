"""The picture of the last event."""

from http import HTTPStatus

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from ring_simulator import Fault

from .linked_home import MOTION, RING, LinkedHome
from .test_camera import IMAGES, image_count

FRONT_DOOR = "image.front_door_last_event_picture"
GARDEN = "image.garden_last_event_picture"


def shown(home: LinkedHome, entity_id: str = FRONT_DOOR) -> tuple[str, str | None]:
    """Return the state and the ID of the event that the image shows."""
    state = home.hass.states.get(entity_id)
    assert state is not None
    return state.state, state.attributes["event_id"]


async def test_picture_of_a_press(
    home: LinkedHome, hass_client: ClientSessionGenerator
) -> None:
    assert shown(home) == ("unknown", None)
    await home.press()
    assert shown(home) == ("unknown", None)
    await home.pass_time(1)
    event = home.hass.states.get(RING)
    state = home.hass.states.get(FRONT_DOOR)
    assert event is not None
    assert state is not None
    assert state.attributes["event_id"] == event.attributes["event_id"]
    assert state.attributes["event_type"] == "button_press"
    assert state.attributes["origin"] == "recording"
    assert state.attributes["taken_at"] == dt_util.parse_datetime(state.state)

    client = await hass_client()
    response = await client.get(state.attributes["entity_picture"])
    assert response.status == HTTPStatus.OK
    assert response.content_type == "image/jpeg"
    # The camera shows it too, without another request.
    picture = await client.get("/api/camera_proxy/camera.front_door")
    assert await picture.read() == await response.read()
    assert image_count(home.simulator, home.door) == 1


@pytest.mark.parametrize("delay", [0.0, 5.0, 40.0])
async def test_recording_that_is_not_ready_yet(home: LinkedHome, delay: float) -> None:
    home.simulator.settings.recording_delay = delay
    await home.press()
    for _ in range(int(delay) + 1):
        await home.pass_time(1)
    assert image_count(home.simulator, home.door) <= 6
    for _ in range(25):
        await home.pass_time(1)
    assert shown(home)[1] == home.event_ids(RING)[0]


async def test_recording_that_is_never_ready(home: LinkedHome) -> None:
    home.simulator.settings.recording_delay = 3600
    await home.press()
    for _ in range(180):
        await home.pass_time(1)
    assert image_count(home.simulator, home.door) == 7
    assert shown(home) == ("unknown", None)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, path=IMAGES, count=3),
        Fault(body="reset", path=IMAGES, count=3),
        Fault(status=429, retry_after=20, path=IMAGES, count=1),
        Fault(status=416, path=IMAGES, count=1),
    ],
)
async def test_failure_that_passes(home: LinkedHome, fault: Fault) -> None:
    home.simulator.faults.add(fault)
    await home.press()
    for _ in range(40):
        await home.pass_time(1)
    assert shown(home)[1] == home.event_ids(RING)[0]


async def test_failure_that_lasts(home: LinkedHome) -> None:
    home.simulator.faults.add(Fault(status=403, path=IMAGES))
    await home.press()
    for _ in range(70):
        await home.pass_time(1)
    assert image_count(home.simulator, home.door) == 1


async def test_burst_of_events(home: LinkedHome) -> None:
    """The first and the latest have their pictures, each after the other."""
    for _ in range(10):
        await home.move()
        home.freezer.tick(0.01)
    for _ in range(10):
        await home.pass_time(1)
    assert image_count(home.simulator, home.garden) == 2
    assert shown(home, GARDEN)[1] == home.event_ids(MOTION)[-1]


async def test_camera_that_saw_the_motion(home: LinkedHome) -> None:
    garage = home.simulator.device("Garage")
    home.simulator.motion(garage, "human", ("2",))
    await home.settle()
    await home.pass_time(2)
    assert shown(home, "image.garage_last_event_picture_camera_1")[1] is None
    assert shown(home, "image.garage_last_event_picture_camera_2")[1] is not None


async def test_picture_stays_while_the_device_is_offline(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(2)
    before = shown(home)
    home.simulator.set_online(home.door, online=False)
    await home.settle()
    assert shown(home) == before
    await home.reload()
    assert shown(home) == before


async def test_unload_stops_the_fetching(home: LinkedHome) -> None:
    home.simulator.settings.recording_delay = 20
    await home.press()
    await home.pass_time(2)
    before = image_count(home.simulator)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    for _ in range(30):
        await home.pass_time(1)
    assert image_count(home.simulator) == before


async def test_encrypted_device_is_not_asked_for_pictures(home: LinkedHome) -> None:
    vault = home.simulator.add_device("camera", "Vault", encryption="take")
    await home.pass_time(60)
    home.simulator.motion(vault)
    await home.settle()
    for _ in range(10):
        await home.pass_time(1)
    assert image_count(home.simulator, vault) == 0
