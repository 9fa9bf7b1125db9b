"""The event history is the net under the webhooks."""

import asyncio
from dataclasses import replace
from typing import Any, Literal

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.events import history_reader
from ring_simulator import Fault, Simulator

from ..helpers import history_read_count, requested_paths, state_of
from ..linked_home import MOTION, RING, LinkedHome

CAMERAS = 5  # of the default household


def late_ids(home: LinkedHome) -> list[str]:
    return [event.data["event_id"] for event in home.late]


async def test_every_minute_per_camera_without_webhooks(
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


async def test_every_hour_with_webhooks(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)  # what was due before they had proved themselves
    before = history_read_count(home.simulator, home.door)
    for _ in range(59):
        await home.pass_time(60)
    assert history_read_count(home.simulator, home.door) <= before + 1
    for _ in range(60):
        await home.pass_time(60)
    assert history_read_count(home.simulator, home.door) <= before + 2
    assert history_read_count(home.simulator, home.door) > before


async def test_what_happened_while_it_was_off(home: LinkedHome) -> None:
    await home.pass_time(60)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(3600)
    home.simulator.press(home.door)
    (press,) = home.simulator.history.of(home.door)
    await home.pass_time(3600)

    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()

    assert late_ids(home) == [press.id]
    assert home.event_ids(RING) == []


async def test_not_more_than_a_day_back(home: LinkedHome) -> None:
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

    assert late_ids(home) == [latest.id]


async def test_nothing_from_before_the_set_up(
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


async def test_after_an_outage(home: LinkedHome) -> None:
    await home.press()
    simulator = home.simulator
    outage = simulator.faults.add(Fault(status=500))
    simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(900)
    simulator.motion(home.garden)
    during = simulator.history.of(home.garden)[0]
    before = history_read_count(simulator)
    for _ in range(15):
        await home.pass_time(60)
    assert (
        history_read_count(simulator) == before
    )  # not while the devices cannot be read
    assert home.late == []

    simulator.faults.remove(outage)
    for _ in range(17):
        await home.pass_time(60)

    assert late_ids(home) == [during.id]
    assert home.event_ids(MOTION) == []


@pytest.mark.parametrize("end", ["no_next", "empty_with_next", "no_links"])
@pytest.mark.parametrize("size", [2, 100])
async def test_pages(
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
    ids = [*home.event_ids(MOTION), *late_ids(home)]
    assert sorted(ids) == sorted(
        event.id for event in home.simulator.history.of(home.garden)
    )


async def test_a_permission_that_is_missing_is_told_and_taken_back(
    home: LinkedHome,
) -> None:
    simulator = home.simulator
    fault = simulator.faults.add(
        Fault(status=403, path=f"/v1/history/devices/{home.door.id}/events")
    )
    simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(60)
    (issue,) = ir.async_get(home.hass).issues.values()
    assert issue.translation_key == "missing_permission_history"
    # the others are read all the same
    await home.pass_time(30)
    simulator.motion(home.garden)
    await home.pass_time(30)
    assert len(home.event_ids(MOTION)) == 1

    simulator.faults.remove(fault)
    await home.pass_time(60)
    assert ir.async_get(home.hass).issues == {}


@pytest.mark.parametrize(
    ("fault", "goes_on"),
    [
        (Fault(status=404), True),
        (Fault(status=500), True),
        (Fault(status=503), True),
        (Fault(body="html"), True),
        (Fault(status=429), False),
        (Fault(status=406), False),
    ],
)
async def test_one_camera_in_trouble(
    home: LinkedHome, monkeypatch: pytest.MonkeyPatch, fault: Fault, *, goes_on: bool
) -> None:
    """What concerns one camera leaves the others alone; nothing is lost."""
    monkeypatch.setattr(history_reader, "MAX_CONCURRENT_READS", 1)
    simulator = home.simulator
    simulator.settings.webhook_drop_share = 1.0
    path = f"/v1/history/devices/{home.door.id}/events"
    fault_id = simulator.faults.add(replace(fault, path=path))
    await home.pass_time(30)
    simulator.motion(home.door)
    simulator.motion(home.garden)
    before = history_read_count(simulator, home.garden)
    await home.pass_time(30)
    assert (history_read_count(simulator, home.garden) > before) is goes_on

    simulator.faults.remove(fault_id)
    for _ in range(20):
        await home.pass_time(60)

    for camera, entity_id in (
        (home.door, "event.front_door_motion"),
        (home.garden, MOTION),
    ):
        (expected,) = simulator.history.of(camera)
        assert [*home.event_ids(entity_id), *late_ids(home)].count(expected.id) == 1


async def test_live_views_are_noted_only(home: LinkedHome) -> None:
    home.simulator.history.add(home.garden, "on_demand")
    await home.pass_time(60)
    await home.pass_time(1)
    last = home.hass.states.get("sensor.garden_last_event")
    assert last is not None
    assert last.attributes["type"] == "on_demand"
    assert home.event_ids(MOTION) == []


async def test_a_round_that_lasts_is_not_begun_twice(
    home: LinkedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time goes on while Ring thinks."""
    answered, begun = asyncio.Event(), []

    async def think(_session: object, device_id: str, **_: object) -> list[RingEvent]:
        begun.append(device_id)
        await answered.wait()
        return []

    monkeypatch.setattr(history_reader, "read_events", think)
    for _ in range(3):
        home.freezer.tick(60)
        async_fire_time_changed(home.hass)
        await home.hass.async_block_till_done()
    assert len(begun) == len(set(begun)) == CAMERAS

    answered.set()
    await home.settle()
    assert len(begun) == len(set(begun)) == CAMERAS


async def test_a_camera_that_is_gone_is_forgotten(home: LinkedHome) -> None:
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


async def test_a_camera_that_is_shared_later_does_not_bring_its_past(
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
    assert not ir.async_get(home.hass).issues


async def test_what_ring_could_not_deliver_in_an_outage_blames_nobody(
    home: LinkedHome,
) -> None:
    await home.press()
    outage = home.simulator.faults.add(Fault(status=500))
    home.simulator.settings.webhook_drop_share = 1.0
    for _ in range(20):
        await home.pass_time(60)
    for _ in range(3):
        home.simulator.motion(home.garden)
        for _ in range(5):
            await home.pass_time(60)
    home.simulator.faults.remove(outage)
    home.simulator.settings.webhook_drop_share = 0.0
    for _ in range(20):
        await home.pass_time(60)
    assert len(home.late) == 3
    assert not ir.async_get(home.hass).issues


async def test_many_pages_after_a_long_absence(home: LinkedHome) -> None:
    await home.pass_time(60)
    home.simulator.settings.history_page_size = 5
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    for _ in range(150):
        await home.pass_time(120)
        home.simulator.history.add(home.garden, "motion")
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()
    assert len(home.late) + len(home.event_ids(MOTION)) == 150


async def test_several_cameras_are_one_notice_that_goes_with_them(
    home: LinkedHome,
) -> None:
    """Diagnostics show its id, which must not tell a device's."""
    for device in (home.door, home.garden):
        path = f"/v1/history/devices/{device.id}/events"
        home.simulator.faults.add(Fault(status=403, path=path))
    await home.pass_time(60)
    issues = ir.async_get(home.hass).issues
    (issue,) = issues.values()
    assert issue.translation_placeholders == {
        "account": "Alex Morgan",
        "devices": "Front Door, Garden",
    }
    assert "ring.device" not in issue.issue_id

    home.simulator.actions.remove(home.door)
    await home.settle()
    await home.pass_time(11)
    (issue,) = issues.values()
    assert (issue.translation_placeholders or {})["devices"] == "Garden"
    home.simulator.actions.remove(home.garden)
    await home.settle()
    await home.pass_time(11)
    assert not issues


async def test_a_person_can_have_it_read_now(home: LinkedHome) -> None:
    """Otherwise what was lost is found within the hour."""
    assert await async_setup_component(home.hass, "homeassistant", {})
    await home.press()
    await home.pass_time(60)
    for found in (2, 2):
        home.simulator.history.add(home.door, "ding")
        await home.hass.services.async_call(
            "homeassistant", "update_entity", {"entity_id": [RING]}, blocking=True
        )
        assert len(home.event_ids(RING)) == found
        # and if Ring refuses, that is no error of the person's
        home.simulator.faults.add(Fault(status=429, path="/v1/history/*"))
        await home.pass_time(20)


async def test_a_clock_that_was_set_back(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)
    before = history_read_count(home.simulator, home.door)
    home.freezer.tick(-3 * 3600)
    history = home.entry.runtime_data.history
    history._async_interval(dt_util.utcnow())
    await home.settle()
    assert history_read_count(home.simulator, home.door) == before + 1


@pytest.mark.parametrize(("status", "again"), [(404, 1), (403, 0)])
async def test_what_could_not_be_read_is_soon_asked_for_again(
    home: LinkedHome, status: int, again: int
) -> None:
    """With webhooks, too; but not what the person has not permitted."""
    await home.press()
    path = f"/v1/history/devices/{home.garden.id}/events"
    home.simulator.faults.add(Fault(status=status, path=path))
    for _ in range(61):
        await home.pass_time(60)
    before = history_read_count(home.simulator, home.garden)
    await home.pass_time(60)
    assert history_read_count(home.simulator, home.garden) == before + again


@pytest.mark.parametrize(("lasted", "found"), [(1214, True), (1216, False)])
async def test_an_event_that_lasted_long(
    home: LinkedHome, lasted: float, *, found: bool
) -> None:
    """It enters the history when it has ended, dated when it began."""
    for _ in range(25):
        await home.pass_time(60)
    recording = home.simulator.history.add(
        home.garden, "motion", start=home.simulator.clock() - lasted
    )
    await home.pass_time(60)
    assert (late_ids(home) == [recording.id]) is found


async def test_what_happened_first_is_told_first(home: LinkedHome) -> None:
    home.simulator.settings.webhook_drop_share = 1.0
    for _ in range(3):
        await home.pass_time(2)
        home.simulator.motion(home.garden)
    await home.pass_time(50)
    recorded = sorted(home.simulator.history.of(home.garden), key=lambda e: e.start)
    assert home.event_ids(MOTION) == [event.id for event in recorded]


async def test_a_person_who_wants_to_know_is_told_of_the_device_as_well(
    home: LinkedHome,
) -> None:
    assert await async_setup_component(home.hass, "homeassistant", {})
    since = len(home.simulator.requests)
    await home.hass.services.async_call(
        "homeassistant", "update_entity", {"entity_id": [RING]}, blocking=True
    )
    assert requested_paths(home.simulator, since) == [f"/v1/devices/{home.door.id}"]
