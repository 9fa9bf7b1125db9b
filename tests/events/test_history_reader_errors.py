"""Reading the event history while Ring fails, refuses or takes long."""

import asyncio
from dataclasses import replace

from homeassistant.config_entries import SOURCE_REAUTH
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.events import history_reader
from custom_components.ring_partner.events.history_reader import MAX_CONCURRENT_READS
from ring_simulator import Fault

from ..helpers import history_read_count, repair_issues
from ..linked_home import MOTION, RING, LinkedHome

CAMERAS = 5  # of the default household


class ReadEvents:
    """Reads the history of a camera, which takes until it may finish."""

    def __init__(self) -> None:
        self.may_finish = asyncio.Event()
        self.device_ids: list[str] = []
        self.running = 0
        self.max_running = 0

    async def __call__(
        self, _session: object, device_id: str, **_: object
    ) -> list[RingEvent]:
        self.device_ids.append(device_id)
        self.running += 1
        self.max_running = max(self.running, self.max_running)
        await self.may_finish.wait()
        await asyncio.sleep(0)
        self.running -= 1
        return []


@pytest.fixture
def read_events(monkeypatch: pytest.MonkeyPatch) -> ReadEvents:
    """Let the test decide when a history has been read."""
    read_events = ReadEvents()
    monkeypatch.setattr(history_reader, "read_events", read_events)
    return read_events


async def test_events_during_an_outage(home: LinkedHome) -> None:
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
    # The history is not read while the device list cannot be read.
    assert history_read_count(simulator) == before
    assert home.late == []

    simulator.faults.remove(outage)
    for _ in range(17):
        await home.pass_time(60)

    assert home.late_ids == [during.id]
    assert home.event_ids(MOTION) == []


async def test_missing_permission(
    home: LinkedHome,
) -> None:
    simulator = home.simulator
    fault = simulator.faults.add(
        Fault(status=403, path=f"/v1/history/devices/{home.door.id}/events")
    )
    simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(60)
    (issue,) = repair_issues(home.hass)
    assert issue.translation_key == "missing_permission_history"
    # The other cameras are read.
    await home.pass_time(30)
    simulator.motion(home.garden)
    await home.pass_time(30)
    assert len(home.event_ids(MOTION)) == 1

    simulator.faults.remove(fault)
    await home.pass_time(60)
    assert not repair_issues(home.hass)


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
async def test_error_of_one_camera(
    home: LinkedHome, monkeypatch: pytest.MonkeyPatch, fault: Fault, *, goes_on: bool
) -> None:
    """An error of one camera does not affect the others, and no event is lost."""
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
        assert [*home.event_ids(entity_id), *home.late_ids].count(expected.id) == 1


async def tick(home: LinkedHome) -> None:
    """Let a minute pass without waiting for the histories to be read."""
    home.freezer.tick(60)
    async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()


async def test_rounds_do_not_overlap(home: LinkedHome, read_events: ReadEvents) -> None:
    for _ in range(3):
        await tick(home)
    assert len(read_events.device_ids) == 1

    read_events.may_finish.set()
    await home.settle()
    assert len(read_events.device_ids) == len(set(read_events.device_ids)) == CAMERAS


async def test_webhooks_missed_in_an_outage_are_no_delivery_problem(
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
    assert not repair_issues(home.hass)


async def test_one_issue_names_all_cameras_without_permission(
    home: LinkedHome,
) -> None:
    """Diagnostics show the ID of the issue, which must not contain a device's ID."""
    for device in (home.door, home.garden):
        path = f"/v1/history/devices/{device.id}/events"
        home.simulator.faults.add(Fault(status=403, path=path))
    await home.pass_time(60)
    (issue,) = repair_issues(home.hass)
    assert issue.translation_placeholders == {
        "account": "Alex Morgan",
        "devices": "Front Door, Garden",
    }
    assert "ring.device" not in issue.issue_id

    home.simulator.actions.remove(home.door)
    await home.settle()
    await home.pass_time(11)
    (issue,) = repair_issues(home.hass)
    assert (issue.translation_placeholders or {})["devices"] == "Garden"
    home.simulator.actions.remove(home.garden)
    await home.settle()
    await home.pass_time(11)
    assert not repair_issues(home.hass)


@pytest.mark.parametrize(("status", "again"), [(404, 1), (403, 0)])
async def test_camera_that_could_not_be_read_is_read_again_soon(
    home: LinkedHome, status: int, again: int
) -> None:
    """Also with webhooks, but not if the user has not granted the permission."""
    await home.press()
    path = f"/v1/history/devices/{home.garden.id}/events"
    home.simulator.faults.add(Fault(status=status, path=path))
    for _ in range(61):
        await home.pass_time(60)
    before = history_read_count(home.simulator, home.garden)
    await home.pass_time(60)
    assert history_read_count(home.simulator, home.garden) == before + again


async def test_ten_cameras_are_read_at_the_same_time(
    home: LinkedHome, read_events: ReadEvents
) -> None:
    """The first one is read alone, which ends the round in an outage."""
    for number in range(200 - CAMERAS):
        home.simulator.add_device("camera", f"Camera {number}")
    read_events.may_finish.set()
    await home.pass_time(60)
    await home.settle()
    read_events.may_finish.clear()
    await tick(home)
    assert read_events.running == 1

    read_events.device_ids.clear()
    read_events.may_finish.set()
    await home.settle()
    assert read_events.max_running == MAX_CONCURRENT_READS == 10
    assert len(set(read_events.device_ids)) == 199


async def test_unauthorized_for_one_camera(home: LinkedHome) -> None:
    """The others are read, and this one again an hour later."""
    simulator = home.simulator
    simulator.settings.webhook_drop_share = 1.0
    simulator.faults.add(
        Fault(status=401, path=f"/v1/history/devices/{home.door.id}/events")
    )
    await home.pass_time(30)
    simulator.motion(home.garden)
    await home.pass_time(30)
    assert len(home.event_ids(MOTION)) == 1
    before = history_read_count(simulator, home.door)
    others = history_read_count(simulator, home.garden)
    for _ in range(58):
        await home.pass_time(60)
    assert history_read_count(simulator, home.door) == before
    assert history_read_count(simulator, home.garden) == others + 58
    assert not home.hass.config_entries.flow.async_progress()
    assert home.entry.runtime_data.coordinator.is_fresh

    simulator.faults.clear()
    simulator.press(home.door)
    (press,) = simulator.history.of(home.door)
    await home.pass_time(60)
    await home.pass_time(60)
    assert [*home.event_ids(RING), *home.late_ids] == [press.id]


async def test_unauthorized_for_everything(home: LinkedHome) -> None:
    """A sign-in that Ring no longer accepts ends the round and asks for a new one."""
    simulator = home.simulator
    simulator.faults.add(Fault(status=401))
    before = history_read_count(simulator)
    await home.pass_time(60)
    (flow,) = home.hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert history_read_count(simulator) <= before + 2
