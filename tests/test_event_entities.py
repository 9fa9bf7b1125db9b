"""Event entities, the motion sensor, and which devices have them."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ring_simulator import Fault, SimDevice, Simulator

from .helpers import state_of, states
from .house import MOTION, RING, House

MOTION_SENSOR = "binary_sensor.garden_motion"
LAST_EVENT = "sensor.garden_last_event"
OFF_AFTER = 30


@pytest.mark.parametrize(
    ("sub_type", "event_type"),
    [
        ("motion", "motion"),
        ("human", "person"),
        ("vehicle", "vehicle"),
        ("animal", "animal"),
        ("package", "package"),
        ("package_delivery", "package"),
        ("other_motion", "other"),
        ("a_word_of_tomorrow", "motion"),
    ],
)
async def test_what_moves(house: House, sub_type: str, event_type: str) -> None:
    at = dt_util.utcnow()
    await house.move(sub_type)
    state = house.hass.states.get(MOTION)
    assert state is not None
    assert state.attributes["event_type"] == event_type
    assert state.attributes["event_type"] in state.attributes["event_types"]
    assert state.attributes["sub_type"] == sub_type
    assert state.attributes["device_class"] == "motion"
    assert abs(state.attributes["time"] - at) < timedelta(milliseconds=1)
    assert state.attributes["event_id"].startswith(house.garden.id)
    assert house.event_ids("event.driveway_motion") == []


async def test_motion_without_a_word_is_motion(house: House) -> None:
    await house.deliver(house.envelope("motion_detected", house.garden))
    assert house.fired_types(MOTION) == ["motion"]


async def test_each_camera_of_several(house: House) -> None:
    garage = house.simulator.device("Garage")
    for components in ((), ("1",), ("2",), ("1", "2"), ("7",)):
        await house.pass_time(20)
        house.simulator.motion(garage, "human", components)
        await house.settle()
    counts = [
        len(house.event_ids(f"event.garage_motion{camera}"))
        for camera in ("", "_camera_1", "_camera_2")
    ]
    assert counts == [5, 2, 2]


async def test_who_has_which(house: House) -> None:
    registry = er.async_get(house.hass)
    entries = er.async_entries_for_config_entry(registry, house.entry.entry_id)
    by_suffix: dict[str, set[str]] = {}
    for entry in entries:
        device_id, _, key = entry.unique_id.partition("_")
        if entry.domain == "event":
            name = house.simulator.devices[device_id].name
            by_suffix.setdefault(key, set()).add(name)
    cameras = {"Front Door", "Garden", "Driveway", "Garage", "Nursery"}
    assert by_suffix == {
        "doorbell": {"Front Door"},
        "motion": cameras,
        "motion_1": {"Garage"},
        "motion_2": {"Garage"},
    }


async def test_a_camera_that_is_its_only_component(house: House) -> None:
    device = house.simulator.add_device("dual_camera", "Shed")
    del device.capabilities["components"]["items"][1:]
    await house.reload()
    assert house.hass.states.get("event.shed_motion") is not None
    assert house.hass.states.get("event.shed_motion_camera_1") is None


async def test_a_burst_is_one_last_event(house: House) -> None:
    """What rings is shown at once, each time; what was last, a moment later."""
    for _ in range(3):
        await house.move()
        house.freezer.tick(0.01)
    assert len(house.event_ids(MOTION)) == 3
    assert state_of(house.hass, LAST_EVENT) == "unknown"
    await house.pass_time(1)
    shown = [
        change.data["new_state"]
        for change in house.fired
        if change.data["entity_id"] == LAST_EVENT
        and change.data["new_state"].state not in ("unknown", "unavailable")
    ]
    assert [state.attributes["event_id"] for state in shown] == [
        house.event_ids(MOTION)[-1]
    ]


async def test_an_account_that_is_unloaded_shows_nothing_more(house: House) -> None:
    await house.move()
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.pass_time(1)
    assert state_of(house.hass, LAST_EVENT) == "unavailable"


@pytest.fixture
def unlike_a_doorbell(house: House) -> SimDevice:
    """Return a doorbell whose picture Ring does not show."""
    device = house.simulator.add_device("doorbell", "Side Door")
    device.image_url = ""
    return device


async def test_the_first_press_shows_that_there_is_a_button(
    house: House, unlike_a_doorbell: SimDevice
) -> None:
    await house.reload()
    entity_id = "event.side_door_doorbell"
    assert house.hass.states.get(entity_id) is None
    house.simulator.motion(unlike_a_doorbell)
    await house.settle()
    assert house.hass.states.get(entity_id) is None

    house.simulator.press(unlike_a_doorbell)
    await house.settle()

    assert house.fired_types(entity_id) == ["ring"]
    # once known, for ever known, and the press doesn't ring again
    await house.reload()
    assert len(house.event_ids(entity_id)) == 1
    await house.pass_time(20)
    house.simulator.press(unlike_a_doorbell)
    await house.settle()
    assert len(house.event_ids(entity_id)) == 2


async def test_a_ding_in_the_history_shows_it_too(
    house: House, unlike_a_doorbell: SimDevice
) -> None:
    """It is too old to ring."""
    await house.reload()
    for _ in range(2):
        await house.pass_time(60)
    house.simulator.history.add(
        unlike_a_doorbell, "ding", start=house.simulator.clock() - 90
    )
    await house.pass_time(60)
    assert state_of(house.hass, "event.side_door_doorbell") == "unknown"
    assert len(house.late) == 1


async def test_a_device_without_a_button_that_rings_after_all(house: House) -> None:
    """A chime's or a sensor's press would be odd, but Ring decides what it sends."""
    chime = house.simulator.device("Hallway Chime")
    await house.deliver(house.envelope("button_press", chime))
    await house.settle()
    assert house.fired_types("event.hallway_chime_doorbell") == ["ring"]


async def test_offline_is_unavailable_but_old_data_is_not(house: House) -> None:
    house.simulator.faults.add(Fault(status=500))
    for _ in range(20):
        await house.pass_time(60)
    assert state_of(house.hass, "binary_sensor.garden_connectivity") == "unavailable"
    assert state_of(house.hass, MOTION) == "unknown"
    await house.move()
    assert house.fired_types(MOTION) == ["person"]

    house.simulator.set_online(house.garden, online=False)
    await house.settle()
    assert state_of(house.hass, MOTION) == "unavailable"


async def test_a_device_that_is_gone_has_no_events(house: House) -> None:
    house.simulator.happenings.remove(house.garden)
    await house.settle()
    assert house.hass.states.get(MOTION) is None


async def test_the_last_event_stays_true_while_offline(house: House) -> None:
    await house.move("vehicle")
    house.simulator.set_online(house.garden, online=False)
    await house.settle()
    last = house.hass.states.get(LAST_EVENT)
    assert last is not None
    assert last.state not in ("unavailable", "unknown")
    assert (last.attributes["type"], last.attributes["sub_type"]) == (
        "motion_detected",
        "vehicle",
    )


async def test_the_last_event_outlives_a_restart(house: House) -> None:
    assert state_of(house.hass, LAST_EVENT) == "unknown"
    await house.move()
    await house.pass_time(1)
    before = state_of(house.hass, LAST_EVENT)
    assert before != "unknown"
    await house.reload()
    assert state_of(house.hass, LAST_EVENT) == before


async def test_the_motion_sensor_is_off_by_default(house: House) -> None:
    entry = er.async_get(house.hass).async_get(MOTION_SENSOR)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert house.hass.states.get(MOTION_SENSOR) is None


@pytest.fixture
async def motion_sensor(hass: HomeAssistant, house: House) -> None:
    """Enable the sensor; Home Assistant reloads the account after 30 s."""
    er.async_get(hass).async_update_entity(MOTION_SENSOR, disabled_by=None)
    await house.pass_time(31)
    await house.pass_time(1)


async def test_the_motion_sensor_goes_off_by_itself(
    house: House, motion_sensor: None
) -> None:
    assert state_of(house.hass, MOTION_SENSOR) == "off"
    await house.move()
    assert state_of(house.hass, MOTION_SENSOR) == "on"
    await house.pass_time(OFF_AFTER - 1)
    await house.move()  # which begins the time anew
    await house.pass_time(OFF_AFTER - 1)
    assert state_of(house.hass, MOTION_SENSOR) == "on"
    await house.pass_time(2)
    assert state_of(house.hass, MOTION_SENSOR) == "off"


async def test_the_motion_sensor_hears_of_news_and_of_motion_only(
    house: House, motion_sensor: None
) -> None:
    garden = house.garden
    await house.deliver(house.envelope("motion_detected", garden, ago=90))
    await house.deliver(house.envelope("button_press", garden, request_id="2"))
    assert state_of(house.hass, MOTION_SENSOR) == "off"


async def test_the_motion_sensor_works_through_an_outage(
    house: House, motion_sensor: None
) -> None:
    house.simulator.faults.add(Fault(status=500))
    for _ in range(20):
        await house.pass_time(60)
    await house.move()
    assert state_of(house.hass, MOTION_SENSOR) == "on"
    house.simulator.set_online(house.garden, online=False)
    await house.settle()
    assert state_of(house.hass, MOTION_SENSOR) == "unavailable"


async def test_the_motion_sensor_leaves_no_timer(
    house: House, motion_sensor: None
) -> None:
    await house.move()
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.pass_time(OFF_AFTER + 1)
    assert state_of(house.hass, MOTION_SENSOR) == "unavailable"


async def test_a_press_rings_once_only_however_late_its_entity_is_made(
    house: House, unlike_a_doorbell: SimDevice
) -> None:
    """Ring tells of a press, and then does not tell of the device for a while."""
    outage = house.simulator.faults.add(Fault(status=500))
    house.simulator.press(unlike_a_doorbell)
    await house.settle()
    assert house.hass.states.get("event.side_door_doorbell") is None
    house.simulator.faults.remove(outage)
    await house.pass_time(70)
    assert house.fired_types("event.side_door_doorbell") == []
    assert state_of(house.hass, RING) == "unknown"


@pytest.mark.parametrize("kind", ["button_press", "motion_detected"])
async def test_an_event_of_a_device_that_nobody_knows_yet(
    house: House, kind: str
) -> None:
    """Ring is asked at once, and the entity that comes about shows the event."""
    await house.press()
    await house.pass_time(60)  # from now on the list is read every 15 minutes
    cabin = house.simulator.add_device("doorbell", "Cabin")
    for number in range(2):
        await house.deliver(house.envelope(kind, cabin, request_id=str(number)))
        await house.pass_time(6)
    entity = "doorbell" if kind == "button_press" else "motion"
    assert len(house.event_ids(f"event.cabin_{entity}")) == 2
    assert house.late == []


async def test_each_press_before_the_first_is_shown(house: House) -> None:
    """The second comes while the doorbell is being made."""
    for number in range(2):
        await house.deliver(
            house.envelope("button_press", house.garden, request_id=str(number))
        )
        house.freezer.tick(1)
    await house.settle()
    assert len(house.event_ids("event.garden_doorbell")) == 2


async def test_a_press_that_goes_offline_overtook(house: House) -> None:
    """Triggers ignore what follows upon "unavailable", so that must not come first."""
    await house.deliver(house.envelope("device_offline", request_id="o", ago=1))
    assert state_of(house.hass, RING) == "unavailable"
    await house.deliver(house.envelope("button_press", request_id="p", ago=2))
    await house.settle()
    states = [
        (change.data["old_state"].state, change.data["new_state"].state)
        for change in house.fired
        if change.data["entity_id"] == RING and change.data["old_state"] is not None
    ]
    (_, offline), (_, before), (old, pressed), (_, after) = states[-4:]
    assert (offline, before, after) == ("unavailable", "unknown", "unavailable")
    assert old == "unknown"
    assert pressed not in ("unknown", "unavailable")


async def test_nothing_is_available_when_nothing_can_come(
    hass: HomeAssistant, simulator: Simulator, loaded: MockConfigEntry, pass_time: Any
) -> None:
    """Without deliveries, events come from where the list of devices does."""
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state_of(hass, RING) == "unknown"
    simulator.faults.add(Fault(status=500))
    for _ in range(12):
        await pass_time(60)
    assert state_of(hass, RING) == state_of(hass, MOTION) == "unavailable"
    simulator.faults.clear()
    for _ in range(16):
        await pass_time(60)
    assert state_of(hass, RING) == "unknown"


async def test_the_doorbell_goes_when_deliveries_end_in_an_outage(house: House) -> None:
    house.simulator.faults.add(Fault(status=500))
    for _ in range(32):
        await house.pass_time(60)
    assert state_of(house.hass, RING) == "unknown"
    for _ in range(3):
        await house.deliver(b"{}", hmac_key="another")
    assert state_of(house.hass, RING) == "unavailable"
    await house.press()
    assert len(house.event_ids(RING)) == 1
    assert state_of(house.hass, RING) != "unavailable"


async def test_a_press_is_no_motion(house: House) -> None:
    await house.press()
    assert house.event_ids("event.front_door_motion") == []


async def test_what_is_old_is_not_shown(house: House) -> None:
    house.simulator.faults.add(Fault(status=500))
    for _ in range(20):
        await house.pass_time(60)
    shown = {
        entity_id
        for entity_id, state in states(house.hass, "").items()
        if state != "unavailable" and not entity_id.startswith("event.")
    }
    assert {i for i in shown if not i.endswith("_last_event")} == {
        "sensor.alex_morgan_api_status",
        "sensor.alex_morgan_event_delivery",
    }
