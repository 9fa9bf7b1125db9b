"""Reading the event history: when, how far back, and what it fires."""

from typing import Any, Literal

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ring_simulator import Fault, Simulator

from ..helpers import history_read_count, repair_issues, requested_paths, state_of
from ..linked_home import MOTION, RING, LinkedHome

CAMERAS = 5  # of the default household


async def test_reads_each_camera_every_minute_without_webhooks(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    await hass.async_block_till_done(wait_background_tasks=True)
    assert history_read_count(simulator) == CAMERAS  # after the start
    for minute in range(2, 5):
        await pass_time(60)
        assert history_read_count(simulator) == minute * CAMERAS
    await pass_time(30)
    simulator.press(simulator.device("Front Door"))
    await pass_time(29)
    assert state_of(hass, RING) == "unknown"
    await pass_time(1)
    assert state_of(hass, RING) != "unknown"


async def test_reads_each_camera_every_hour_with_webhooks(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)  # cameras that were due before the first webhook
    before = history_read_count(home.simulator, home.door)
    for _ in range(59):
        await home.pass_time(60)
    assert history_read_count(home.simulator, home.door) <= before + 1
    for _ in range(60):
        await home.pass_time(60)
    assert history_read_count(home.simulator, home.door) <= before + 2
    assert history_read_count(home.simulator, home.door) > before


async def test_event_while_home_assistant_was_off(home: LinkedHome) -> None:
    await home.pass_time(60)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(3600)
    home.simulator.press(home.door)
    (press,) = home.simulator.history.of(home.door)
    await home.pass_time(3600)

    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()

    assert home.late_ids == [press.id]
    assert home.event_ids(RING) == []


async def test_reads_at_most_a_day_back(home: LinkedHome) -> None:
    await home.pass_time(60)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.simulator.settings.webhook_drop_share = 1.0
    home.simulator.press(home.door)
    await home.pass_time(86_400 + 600)
    home.simulator.press(home.door)
    latest = home.simulator.history.of(home.door)[0]
    await home.pass_time(3600)

    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()

    assert home.late_ids == [latest.id]


async def test_ignores_events_from_before_the_setup(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, pass_time: Any
) -> None:
    simulator.press(simulator.device("Front Door"))
    await pass_time(10)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(60)
    assert history_read_count(simulator) > CAMERAS
    # Nor after a reload, which reads a little further back.
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(1)
    assert state_of(hass, RING) == "unknown"
    assert state_of(hass, "sensor.front_door_last_event") == "unknown"


@pytest.mark.parametrize("end", ["no_next", "empty_with_next", "no_links"])
@pytest.mark.parametrize("size", [2, 100])
async def test_reads_all_pages(
    home: LinkedHome, end: Literal["no_next", "empty_with_next", "no_links"], size: int
) -> None:
    settings = home.simulator.settings
    settings.history_last_page, settings.history_page_size = end, size
    settings.webhook_drop_share = 1.0
    for _ in range(7):
        await home.pass_time(2)
        home.simulator.motion(home.garden)
    for _ in range(3):
        await home.pass_time(60)
    ids = [*home.event_ids(MOTION), *home.late_ids]
    assert sorted(ids) == sorted(
        event.id for event in home.simulator.history.of(home.garden)
    )


async def test_live_views_fire_no_event(home: LinkedHome) -> None:
    home.simulator.history.add(home.garden, "on_demand")
    await home.pass_time(60)
    await home.pass_time(1)
    last = home.hass.states.get("sensor.garden_last_event")
    assert last is not None
    assert last.attributes["type"] == "on_demand"
    assert home.event_ids(MOTION) == []


async def test_removed_camera_is_forgotten(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)
    store = home.entry.runtime_data.dispatcher.store
    assert home.door.id in store.read_until
    door = home.door
    home.simulator.actions.remove(door)
    await home.settle()
    for _ in range(61):
        await home.pass_time(60)
    assert door.id not in {*store.read_until, *store.doorbells, *store.last_events}


async def test_ignores_events_from_before_a_camera_is_shared(
    home: LinkedHome,
) -> None:
    shed = home.simulator.add_device("camera", "Shed")
    shed.shared = False
    await home.press()
    for _ in range(24):
        await home.pass_time(3600)
        home.simulator.history.add(shed, "motion")
    await home.pass_time(600)
    home.simulator.actions.set_shared(shed, shared=True)
    await home.settle()
    for _ in range(65):
        await home.pass_time(60)
    assert home.hass.states.get("event.shed_motion") is not None
    assert home.late == []
    assert not repair_issues(home.hass)


async def test_reads_many_pages_after_a_long_time_off(home: LinkedHome) -> None:
    await home.pass_time(60)
    home.simulator.settings.history_page_size = 5
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    for _ in range(150):
        await home.pass_time(120)
        home.simulator.history.add(home.garden, "motion")
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()
    assert len(home.late) + len(home.event_ids(MOTION)) == 150


async def test_updating_the_entity_reads_the_history(home: LinkedHome) -> None:
    """Otherwise the history is read once an hour."""
    assert await async_setup_component(home.hass, "homeassistant", {})
    await home.press()
    await home.pass_time(60)
    for found in (2, 2):
        home.simulator.history.add(home.door, "ding")
        await home.hass.services.async_call(
            "homeassistant", "update_entity", {"entity_id": [RING]}, blocking=True
        )
        assert len(home.event_ids(RING)) == found
        # A rate limit is not an error for the user.
        home.simulator.faults.add(Fault(status=429, path="/v1/history/*"))
        await home.pass_time(20)


async def test_reads_again_after_the_clock_is_set_back(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)
    before = history_read_count(home.simulator, home.door)
    home.freezer.tick(-3 * 3600)
    history = home.entry.runtime_data.history
    history._async_interval(dt_util.utcnow())
    await home.settle()
    assert history_read_count(home.simulator, home.door) == before + 1


@pytest.mark.parametrize(("lasted", "found"), [(1214, True), (1216, False)])
async def test_long_event(home: LinkedHome, lasted: float, *, found: bool) -> None:
    """It is added to the history when it ends, with the time when it began."""
    for _ in range(25):
        await home.pass_time(60)
    recording = home.simulator.history.add(
        home.garden, "motion", start=home.simulator.clock() - lasted
    )
    await home.pass_time(60)
    assert (home.late_ids == [recording.id]) is found


async def test_events_fire_in_the_order_of_time(home: LinkedHome) -> None:
    home.simulator.settings.webhook_drop_share = 1.0
    for _ in range(3):
        await home.pass_time(2)
        home.simulator.motion(home.garden)
    await home.pass_time(50)
    recorded = sorted(home.simulator.history.of(home.garden), key=lambda e: e.start)
    assert home.event_ids(MOTION) == [event.id for event in recorded]


async def test_updating_the_entity_reads_the_device(
    home: LinkedHome,
) -> None:
    assert await async_setup_component(home.hass, "homeassistant", {})
    since = len(home.simulator.requests)
    await home.hass.services.async_call(
        "homeassistant", "update_entity", {"entity_id": [RING]}, blocking=True
    )
    assert requested_paths(home.simulator, since) == [f"/v1/devices/{home.door.id}"]
