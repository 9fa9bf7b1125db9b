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
from ring_simulator import Fault, Simulator

from .helpers import asked, reads, state_of
from .house import MOTION, RING, House

CAMERAS = 5  # of the default household


def late_ids(house: House) -> list[str]:
    return [event.data["event_id"] for event in house.late]


async def test_every_minute_per_camera_without_webhooks(
    hass: HomeAssistant, simulator: Simulator, loaded: MockConfigEntry, pass_time: Any
) -> None:
    await hass.async_block_till_done(wait_background_tasks=True)
    assert reads(simulator) == CAMERAS  # after the start
    for minute in range(2, 5):
        await pass_time(60)
        assert reads(simulator) == minute * CAMERAS
    await pass_time(30)
    simulator.press(simulator.device("Front Door"))
    await pass_time(29)
    assert state_of(hass, RING) == "unknown"
    await pass_time(1)
    assert state_of(hass, RING) != "unknown"


async def test_every_hour_with_webhooks(house: House) -> None:
    await house.press()
    await house.pass_time(60)  # what was due before they had proved themselves
    before = reads(house.simulator, house.door)
    for _ in range(59):
        await house.pass_time(60)
    assert reads(house.simulator, house.door) <= before + 1
    for _ in range(60):
        await house.pass_time(60)
    assert reads(house.simulator, house.door) <= before + 2
    assert reads(house.simulator, house.door) > before


async def test_what_happened_while_it_was_off(house: House) -> None:
    await house.pass_time(60)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    house.simulator.behaviour.webhook_drop_share = 1.0
    await house.pass_time(3600)
    house.simulator.press(house.door)
    (press,) = house.simulator.history.of(house.door)
    await house.pass_time(3600)

    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()

    assert late_ids(house) == [press.id]
    assert house.event_ids(RING) == []


async def test_not_more_than_a_day_back(house: House) -> None:
    await house.pass_time(60)
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    house.simulator.behaviour.webhook_drop_share = 1.0
    house.simulator.press(house.door)
    await house.pass_time(86_400 + 600)
    house.simulator.press(house.door)
    latest = house.simulator.history.of(house.door)[0]
    await house.pass_time(3600)

    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()

    assert late_ids(house) == [latest.id]


async def test_nothing_from_before_the_set_up(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, pass_time: Any
) -> None:
    simulator.press(simulator.device("Front Door"))
    await pass_time(10)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(60)
    assert reads(simulator) > CAMERAS
    # Nor when the account is set up again, and reads a little further back.
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(1)
    assert state_of(hass, RING) == "unknown"
    assert state_of(hass, "sensor.front_door_last_event") == "unknown"


async def test_after_an_outage(house: House) -> None:
    await house.press()
    simulator = house.simulator
    outage = simulator.faults.add(Fault(status=500))
    simulator.behaviour.webhook_drop_share = 1.0
    await house.pass_time(900)
    simulator.motion(house.garden)
    during = simulator.history.of(house.garden)[0]
    before = reads(simulator)
    for _ in range(15):
        await house.pass_time(60)
    assert reads(simulator) == before  # not while the devices can't be read either
    assert house.late == []

    simulator.faults.remove(outage)
    for _ in range(17):
        await house.pass_time(60)

    assert late_ids(house) == [during.id]
    assert house.event_ids(MOTION) == []


@pytest.mark.parametrize("end", ["no_next", "empty_with_next", "no_links"])
@pytest.mark.parametrize("size", [2, 100])
async def test_pages(
    house: House, end: Literal["no_next", "empty_with_next", "no_links"], size: int
) -> None:
    behaviour = house.simulator.behaviour
    behaviour.history_last_page, behaviour.history_page_size = end, size
    behaviour.webhook_drop_share = 1.0
    for _ in range(7):
        await house.pass_time(2)
        house.simulator.motion(house.garden)
    for _ in range(3):
        await house.pass_time(60)
    ids = [*house.event_ids(MOTION), *late_ids(house)]
    assert sorted(ids) == sorted(
        event.id for event in house.simulator.history.of(house.garden)
    )


async def test_a_permission_that_is_missing_is_told_and_taken_back(
    house: House,
) -> None:
    simulator = house.simulator
    fault = simulator.faults.add(
        Fault(status=403, path=f"/v1/history/devices/{house.door.id}/events")
    )
    simulator.behaviour.webhook_drop_share = 1.0
    await house.pass_time(60)
    (issue,) = ir.async_get(house.hass).issues.values()
    assert issue.translation_key == "missing_permission_history"
    # the others are read all the same
    await house.pass_time(30)
    simulator.motion(house.garden)
    await house.pass_time(30)
    assert len(house.event_ids(MOTION)) == 1

    simulator.faults.remove(fault)
    await house.pass_time(60)
    assert ir.async_get(house.hass).issues == {}


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
    house: House, fault: Fault, *, goes_on: bool
) -> None:
    """What concerns one camera leaves the others alone; nothing is lost."""
    simulator = house.simulator
    simulator.behaviour.webhook_drop_share = 1.0
    path = f"/v1/history/devices/{house.door.id}/events"
    fault_id = simulator.faults.add(replace(fault, path=path))
    await house.pass_time(30)
    simulator.motion(house.door)
    simulator.motion(house.garden)
    before = reads(simulator, house.garden)
    await house.pass_time(30)
    assert (reads(simulator, house.garden) > before) is goes_on

    simulator.faults.remove(fault_id)
    for _ in range(20):
        await house.pass_time(60)

    for camera, entity_id in (
        (house.door, "event.front_door_motion"),
        (house.garden, MOTION),
    ):
        (expected,) = simulator.history.of(camera)
        assert [*house.event_ids(entity_id), *late_ids(house)].count(expected.id) == 1


async def test_live_views_are_noted_only(house: House) -> None:
    house.simulator.history.add(house.garden, "on_demand")
    await house.pass_time(60)
    await house.pass_time(1)
    last = house.hass.states.get("sensor.garden_last_event")
    assert last is not None
    assert last.attributes["type"] == "on_demand"
    assert house.event_ids(MOTION) == []


async def test_a_round_that_lasts_is_not_begun_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time goes on while Ring thinks."""
    answered, begun = asyncio.Event(), []

    async def think(_session: object, device_id: str, **_: object) -> list[RingEvent]:
        begun.append(device_id)
        await answered.wait()
        return []

    monkeypatch.setattr("custom_components.ring_partner.history.read_events", think)
    for _ in range(3):
        house.freezer.tick(60)
        async_fire_time_changed(house.hass)
        await house.hass.async_block_till_done()
    assert len(begun) == 1

    answered.set()
    await house.settle()
    assert len(begun) == len(set(begun)) == CAMERAS


async def test_a_camera_that_is_gone_is_forgotten(house: House) -> None:
    await house.press()
    await house.pass_time(60)
    memory = house.entry.runtime_data.events.memory
    assert house.door.id in memory.read_until
    door = house.door
    house.simulator.happenings.remove(door)
    await house.settle()
    for _ in range(61):
        await house.pass_time(60)
    assert door.id not in {*memory.read_until, *memory.doorbells, *memory.last}


async def test_a_camera_that_is_shared_later_does_not_bring_its_past(
    house: House,
) -> None:
    shed = house.simulator.add_device("camera", "Shed")
    shed.shared = False
    await house.press()
    for _ in range(24):
        await house.pass_time(3600)
        house.simulator.history.add(shed, "motion")
    await house.pass_time(600)
    house.simulator.happenings.set_shared(shed, shared=True)
    await house.settle()
    for _ in range(65):
        await house.pass_time(60)
    assert house.hass.states.get("event.shed_motion") is not None
    assert house.late == []
    assert not ir.async_get(house.hass).issues


async def test_what_ring_could_not_deliver_in_an_outage_blames_nobody(
    house: House,
) -> None:
    await house.press()
    outage = house.simulator.faults.add(Fault(status=500))
    house.simulator.behaviour.webhook_drop_share = 1.0
    for _ in range(20):
        await house.pass_time(60)
    for _ in range(3):
        house.simulator.motion(house.garden)
        for _ in range(5):
            await house.pass_time(60)
    house.simulator.faults.remove(outage)
    house.simulator.behaviour.webhook_drop_share = 0.0
    for _ in range(20):
        await house.pass_time(60)
    assert len(house.late) == 3
    assert not ir.async_get(house.hass).issues


async def test_many_pages_after_a_long_absence(house: House) -> None:
    await house.pass_time(60)
    house.simulator.behaviour.history_page_size = 5
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    for _ in range(150):
        await house.pass_time(120)
        house.simulator.history.add(house.garden, "motion")
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    assert len(house.late) + len(house.event_ids(MOTION)) == 150


async def test_several_cameras_are_one_notice_that_goes_with_them(
    house: House,
) -> None:
    """Diagnostics show its id, which must not tell a device's."""
    for device in (house.door, house.garden):
        path = f"/v1/history/devices/{device.id}/events"
        house.simulator.faults.add(Fault(status=403, path=path))
    await house.pass_time(60)
    issues = ir.async_get(house.hass).issues
    (issue,) = issues.values()
    assert issue.translation_placeholders == {
        "account": "Alex Morgan",
        "devices": "Front Door, Garden",
    }
    assert "ring.device" not in issue.issue_id

    house.simulator.happenings.remove(house.door)
    await house.settle()
    await house.pass_time(11)
    (issue,) = issues.values()
    assert (issue.translation_placeholders or {})["devices"] == "Garden"
    house.simulator.happenings.remove(house.garden)
    await house.settle()
    await house.pass_time(11)
    assert not issues


async def test_a_person_can_have_it_read_now(house: House) -> None:
    """Otherwise what was lost is found within the hour."""
    assert await async_setup_component(house.hass, "homeassistant", {})
    await house.press()
    await house.pass_time(60)
    for found in (2, 2):
        house.simulator.history.add(house.door, "ding")
        await house.hass.services.async_call(
            "homeassistant", "update_entity", {"entity_id": [RING]}, blocking=True
        )
        assert len(house.event_ids(RING)) == found
        # and if Ring refuses, that is no error of the person's
        house.simulator.faults.add(Fault(status=429, path="/v1/history/*"))
        await house.pass_time(20)


async def test_a_clock_that_was_set_back(house: House) -> None:
    await house.press()
    await house.pass_time(60)
    before = reads(house.simulator, house.door)
    house.freezer.tick(-3 * 3600)
    history = house.entry.runtime_data.history
    history._tick(dt_util.utcnow())
    await house.settle()
    assert reads(house.simulator, house.door) == before + 1


@pytest.mark.parametrize(("status", "again"), [(404, 1), (403, 0)])
async def test_what_could_not_be_read_is_soon_asked_for_again(
    house: House, status: int, again: int
) -> None:
    """With webhooks, too; but not what the person has not permitted."""
    await house.press()
    path = f"/v1/history/devices/{house.garden.id}/events"
    house.simulator.faults.add(Fault(status=status, path=path))
    for _ in range(61):
        await house.pass_time(60)
    before = reads(house.simulator, house.garden)
    await house.pass_time(60)
    assert reads(house.simulator, house.garden) == before + again


@pytest.mark.parametrize(("lasted", "found"), [(1214, True), (1216, False)])
async def test_an_event_that_lasted_long(
    house: House, lasted: float, *, found: bool
) -> None:
    """It enters the history when it has ended, dated when it began."""
    for _ in range(25):
        await house.pass_time(60)
    recording = house.simulator.history.add(
        house.garden, "motion", start=house.simulator.clock() - lasted
    )
    await house.pass_time(60)
    assert (late_ids(house) == [recording.id]) is found


async def test_what_happened_first_is_told_first(house: House) -> None:
    house.simulator.behaviour.webhook_drop_share = 1.0
    for _ in range(3):
        await house.pass_time(2)
        house.simulator.motion(house.garden)
    await house.pass_time(50)
    recorded = sorted(house.simulator.history.of(house.garden), key=lambda e: e.start)
    assert house.event_ids(MOTION) == [event.id for event in recorded]


async def test_a_person_who_wants_to_know_is_told_of_the_device_as_well(
    house: House,
) -> None:
    assert await async_setup_component(house.hass, "homeassistant", {})
    since = len(house.simulator.requests)
    await house.hass.services.async_call(
        "homeassistant", "update_entity", {"entity_id": [RING]}, blocking=True
    )
    assert asked(house.simulator, since) == [f"/v1/devices/{house.door.id}"]
