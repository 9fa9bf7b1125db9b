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
from .linked_home import MOTION, RING, LinkedHome

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
async def test_sub_type_of_motion_is_the_event_type(
    home: LinkedHome, sub_type: str, event_type: str
) -> None:
    at = dt_util.utcnow()
    await home.move(sub_type)
    state = home.hass.states.get(MOTION)
    assert state is not None
    assert state.attributes["event_type"] == event_type
    assert state.attributes["event_type"] in state.attributes["event_types"]
    assert state.attributes["sub_type"] == sub_type
    assert state.attributes["device_class"] == "motion"
    assert abs(state.attributes["time"] - at) < timedelta(milliseconds=1)
    assert state.attributes["event_id"].startswith(home.garden.id)
    assert home.event_ids("event.driveway_motion") == []


async def test_motion_without_a_sub_type_is_motion(home: LinkedHome) -> None:
    await home.deliver(home.envelope("motion_detected", home.garden))
    assert home.fired_types(MOTION) == ["motion"]


async def test_event_fires_for_each_camera_of_a_device(home: LinkedHome) -> None:
    garage = home.simulator.device("Garage")
    for components in ((), ("1",), ("2",), ("1", "2"), ("7",)):
        await home.pass_time(20)
        home.simulator.motion(garage, "human", components)
        await home.settle()
    counts = [
        len(home.event_ids(f"event.garage_motion{camera}"))
        for camera in ("", "_camera_1", "_camera_2")
    ]
    assert counts == [5, 2, 2]


async def test_devices_have_their_event_entities(home: LinkedHome) -> None:
    registry = er.async_get(home.hass)
    entries = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    by_suffix: dict[str, set[str]] = {}
    for entry in entries:
        device_id, _, key = entry.unique_id.partition("_")
        if entry.domain == "event":
            name = home.simulator.devices[device_id].name
            by_suffix.setdefault(key, set()).add(name)
    cameras = {"Front Door", "Garden", "Driveway", "Garage", "Nursery"}
    assert by_suffix == {
        "doorbell": {"Front Door"},
        "motion": cameras,
        "motion_1": {"Garage"},
        "motion_2": {"Garage"},
    }


async def test_only_component_has_no_entity_of_its_own(home: LinkedHome) -> None:
    device = home.simulator.add_device("dual_camera", "Shed")
    del device.capabilities["components"]["items"][1:]
    await home.reload()
    assert home.hass.states.get("event.shed_motion") is not None
    assert home.hass.states.get("event.shed_motion_camera_1") is None


async def test_burst_updates_the_last_event_once(home: LinkedHome) -> None:
    """Event entities are updated at once, the last event after a moment."""
    for _ in range(3):
        await home.move()
        home.freezer.tick(0.01)
    assert len(home.event_ids(MOTION)) == 3
    assert state_of(home.hass, LAST_EVENT) == "unknown"
    await home.pass_time(1)
    shown = [
        change.data["new_state"]
        for change in home.fired
        if change.data["entity_id"] == LAST_EVENT
        and change.data["new_state"].state not in ("unknown", "unavailable")
    ]
    assert [state.attributes["event_id"] for state in shown] == [
        home.event_ids(MOTION)[-1]
    ]


async def test_unload_cancels_the_update_of_the_last_event(home: LinkedHome) -> None:
    await home.move()
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.pass_time(1)
    assert state_of(home.hass, LAST_EVENT) == "unavailable"


@pytest.fixture
def doorbell_without_image(home: LinkedHome) -> SimDevice:
    """Return a doorbell without an image URL, which is not known to be one."""
    device = home.simulator.add_device("doorbell", "Side Door")
    device.image_url = ""
    return device


async def test_first_press_adds_the_doorbell_entity(
    home: LinkedHome, doorbell_without_image: SimDevice
) -> None:
    await home.reload()
    entity_id = "event.side_door_doorbell"
    assert home.hass.states.get(entity_id) is None
    home.simulator.motion(doorbell_without_image)
    await home.settle()
    assert home.hass.states.get(entity_id) is None

    home.simulator.press(doorbell_without_image)
    await home.settle()

    assert home.fired_types(entity_id) == ["ring"]
    # After a reload the entity exists, and the press does not fire again.
    await home.reload()
    assert len(home.event_ids(entity_id)) == 1
    await home.pass_time(20)
    home.simulator.press(doorbell_without_image)
    await home.settle()
    assert len(home.event_ids(entity_id)) == 2


async def test_ding_in_the_history_adds_the_doorbell_entity(
    home: LinkedHome, doorbell_without_image: SimDevice
) -> None:
    """The event is too late to fire."""
    await home.reload()
    for _ in range(2):
        await home.pass_time(60)
    home.simulator.history.add(
        doorbell_without_image, "ding", start=home.simulator.clock() - 90
    )
    await home.pass_time(60)
    assert state_of(home.hass, "event.side_door_doorbell") == "unknown"
    assert len(home.late) == 1


async def test_press_of_a_chime_adds_a_doorbell_entity(home: LinkedHome) -> None:
    """Ring may send a press of any device."""
    chime = home.simulator.device("Hallway Chime")
    await home.deliver(home.envelope("button_press", chime))
    await home.settle()
    assert home.fired_types("event.hallway_chime_doorbell") == ["ring"]


async def test_event_entity_is_unavailable_only_if_offline(home: LinkedHome) -> None:
    home.simulator.faults.add(Fault(status=500))
    for _ in range(20):
        await home.pass_time(60)
    assert state_of(home.hass, "binary_sensor.garden_connectivity") == "unavailable"
    assert state_of(home.hass, MOTION) == "unknown"
    await home.move()
    assert home.fired_types(MOTION) == ["person"]

    home.simulator.set_online(home.garden, online=False)
    await home.settle()
    assert state_of(home.hass, MOTION) == "unavailable"


async def test_removed_device_has_no_event_entity(home: LinkedHome) -> None:
    home.simulator.actions.remove(home.garden)
    await home.settle()
    assert home.hass.states.get(MOTION) is None


async def test_last_event_is_available_while_offline(home: LinkedHome) -> None:
    await home.move("vehicle")
    home.simulator.set_online(home.garden, online=False)
    await home.settle()
    last = home.hass.states.get(LAST_EVENT)
    assert last is not None
    assert last.state not in ("unavailable", "unknown")
    assert (last.attributes["type"], last.attributes["sub_type"]) == (
        "motion_detected",
        "vehicle",
    )


async def test_last_event_survives_a_reload(home: LinkedHome) -> None:
    assert state_of(home.hass, LAST_EVENT) == "unknown"
    await home.move()
    await home.pass_time(1)
    before = state_of(home.hass, LAST_EVENT)
    assert before != "unknown"
    await home.reload()
    assert state_of(home.hass, LAST_EVENT) == before


async def test_motion_sensor_is_disabled_by_default(home: LinkedHome) -> None:
    entry = er.async_get(home.hass).async_get(MOTION_SENSOR)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert home.hass.states.get(MOTION_SENSOR) is None


@pytest.fixture
async def motion_sensor(hass: HomeAssistant, home: LinkedHome) -> None:
    """Enable the sensor; Home Assistant reloads the account after 30 s."""
    er.async_get(hass).async_update_entity(MOTION_SENSOR, disabled_by=None)
    await home.pass_time(31)
    await home.pass_time(1)


async def test_motion_sensor_turns_off_after_its_duration(
    home: LinkedHome, motion_sensor: None
) -> None:
    assert state_of(home.hass, MOTION_SENSOR) == "off"
    await home.move()
    assert state_of(home.hass, MOTION_SENSOR) == "on"
    await home.pass_time(OFF_AFTER - 1)
    await home.move()  # restarts the duration
    await home.pass_time(OFF_AFTER - 1)
    assert state_of(home.hass, MOTION_SENSOR) == "on"
    await home.pass_time(2)
    assert state_of(home.hass, MOTION_SENSOR) == "off"


async def test_motion_sensor_ignores_late_events_and_presses(
    home: LinkedHome, motion_sensor: None
) -> None:
    garden = home.garden
    await home.deliver(home.envelope("motion_detected", garden, ago=90))
    await home.deliver(home.envelope("button_press", garden, request_id="2"))
    assert state_of(home.hass, MOTION_SENSOR) == "off"


async def test_motion_sensor_works_during_an_outage(
    home: LinkedHome, motion_sensor: None
) -> None:
    home.simulator.faults.add(Fault(status=500))
    for _ in range(20):
        await home.pass_time(60)
    await home.move()
    assert state_of(home.hass, MOTION_SENSOR) == "on"
    home.simulator.set_online(home.garden, online=False)
    await home.settle()
    assert state_of(home.hass, MOTION_SENSOR) == "unavailable"


async def test_unload_cancels_the_timer_of_the_motion_sensor(
    home: LinkedHome, motion_sensor: None
) -> None:
    await home.move()
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.pass_time(OFF_AFTER + 1)
    assert state_of(home.hass, MOTION_SENSOR) == "unavailable"


async def test_press_does_not_fire_if_its_entity_is_added_late(
    home: LinkedHome, doorbell_without_image: SimDevice
) -> None:
    """Ring sends a press, but the device list cannot be read for a while."""
    outage = home.simulator.faults.add(Fault(status=500))
    home.simulator.press(doorbell_without_image)
    await home.settle()
    assert home.hass.states.get("event.side_door_doorbell") is None
    home.simulator.faults.remove(outage)
    await home.pass_time(70)
    assert home.fired_types("event.side_door_doorbell") == []
    assert state_of(home.hass, RING) == "unknown"


@pytest.mark.parametrize("kind", ["button_press", "motion_detected"])
async def test_event_of_an_unknown_device_fires(home: LinkedHome, kind: str) -> None:
    """Ring is polled at once, and the new entity fires the event."""
    await home.press()
    await home.pass_time(60)  # from now on the list is read every 15 minutes
    cabin = home.simulator.add_device("doorbell", "Cabin")
    for number in range(2):
        await home.deliver(home.envelope(kind, cabin, request_id=str(number)))
        await home.pass_time(6)
    entity = "doorbell" if kind == "button_press" else "motion"
    assert len(home.event_ids(f"event.cabin_{entity}")) == 2
    assert home.late == []


async def test_presses_fire_while_their_entity_is_added(home: LinkedHome) -> None:
    """The second press arrives while the doorbell entity is added."""
    for number in range(2):
        await home.deliver(
            home.envelope("button_press", home.garden, request_id=str(number))
        )
        home.freezer.tick(1)
    await home.settle()
    assert len(home.event_ids("event.garden_doorbell")) == 2


async def test_press_fires_if_the_offline_event_arrives_first(home: LinkedHome) -> None:
    """Triggers ignore a change from "unavailable", so the entity is available first."""
    await home.deliver(home.envelope("device_offline", request_id="o", ago=1))
    assert state_of(home.hass, RING) == "unavailable"
    await home.deliver(home.envelope("button_press", request_id="p", ago=2))
    await home.settle()
    states = [
        (change.data["old_state"].state, change.data["new_state"].state)
        for change in home.fired
        if change.data["entity_id"] == RING and change.data["old_state"] is not None
    ]
    (_, offline), (_, before), (old, pressed), (_, after) = states[-4:]
    assert (offline, before, after) == ("unavailable", "unknown", "unavailable")
    assert old == "unknown"
    assert pressed not in ("unknown", "unavailable")


async def test_outage_without_webhooks_makes_events_unavailable(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    """Without webhooks, events are read from Ring's API, as the device list is."""
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


async def test_wrong_signatures_in_an_outage_make_it_unavailable(
    home: LinkedHome,
) -> None:
    home.simulator.faults.add(Fault(status=500))
    for _ in range(32):
        await home.pass_time(60)
    assert state_of(home.hass, RING) == "unknown"
    for _ in range(3):
        await home.deliver(b"{}", hmac_key="another")
    assert state_of(home.hass, RING) == "unavailable"
    await home.press()
    assert len(home.event_ids(RING)) == 1
    assert state_of(home.hass, RING) != "unavailable"


async def test_press_fires_no_motion_event(home: LinkedHome) -> None:
    await home.press()
    assert home.event_ids("event.front_door_motion") == []


async def test_outdated_data_is_unavailable(home: LinkedHome) -> None:
    home.simulator.faults.add(Fault(status=500))
    for _ in range(20):
        await home.pass_time(60)
    shown = {
        entity_id
        for entity_id, state in states(home.hass, "").items()
        if state != "unavailable" and not entity_id.startswith("event.")
    }
    assert {i for i in shown if "_last_event" not in i} == {
        "button.alex_morgan_refresh",
        "sensor.alex_morgan_api_status",
        "sensor.alex_morgan_event_delivery",
    }
