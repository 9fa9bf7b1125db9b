"""Device updates: what an event changes without waiting for a poll."""

from homeassistant.helpers import device_registry as dr
import pytest

from ring_simulator import Fault

from ..helpers import POLL, poll_count, requested_paths, state_of
from ..linked_home import RING, LinkedHome

ONLINE = "binary_sensor.front_door_connectivity"


async def test_online_and_offline_events_apply_at_once(home: LinkedHome) -> None:
    since = len(home.simulator.requests)
    for online, state in ((False, "off"), (True, "on")):
        home.simulator.set_online(home.door, online)
        await home.settle()
        assert state_of(home.hass, ONLINE) == state
        assert (state_of(home.hass, RING) == "unavailable") is not online
    assert requested_paths(home.simulator, since) == []


async def test_later_of_online_and_offline_events_applies(home: LinkedHome) -> None:
    """The later event is delivered first."""
    offline = home.envelope("device_offline", request_id="1", ago=2)
    online = home.envelope("device_online", request_id="2", ago=1)
    for body in (online, offline):
        await home.deliver(body)
    await home.settle()
    assert state_of(home.hass, ONLINE) == "on"


async def test_offline_event_from_before_the_poll_is_ignored(home: LinkedHome) -> None:
    await home.pass_time(POLL)
    await home.deliver(home.envelope("device_offline", ago=30))
    await home.settle()
    assert state_of(home.hass, ONLINE) == "on"


async def test_late_online_event_triggers_a_poll(home: LinkedHome) -> None:
    since = len(home.simulator.requests)
    home.door.online = False
    await home.deliver(home.envelope("device_online", ago=120))
    await home.settle()
    assert requested_paths(home.simulator, since) == ["/v1/devices"]
    assert state_of(home.hass, ONLINE) == "off"


async def test_press_sets_the_device_online(home: LinkedHome) -> None:
    """The webhook with the online event is lost."""
    home.simulator.set_online(home.door, online=False)
    await home.settle()
    home.door.online = True
    await home.pass_time(1)

    await home.press()

    assert len(home.event_ids(RING)) == 1
    assert state_of(home.hass, ONLINE) == "on"


async def test_motion_before_offline_does_not_set_it_online(
    home: LinkedHome,
) -> None:
    motion = home.envelope("motion_detected", ago=2)
    home.simulator.set_online(home.door, online=False)
    await home.settle()
    await home.deliver(motion)
    assert state_of(home.hass, ONLINE) == "off"


async def test_devices_are_added_and_removed_at_once(
    home: LinkedHome,
) -> None:
    registry = dr.async_get(home.hass)

    def names() -> set[str | None]:
        entries = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
        return {device.name for device in entries}

    new = home.simulator.add_device("camera", "Shed")
    home.simulator.actions.send_device_added(new)
    await home.settle()
    assert "Shed" in names()

    await home.pass_time(11)  # refreshes are debounced for 10 s
    home.simulator.actions.remove(new)
    await home.settle()
    assert "Shed" not in names()


async def test_motion_before_the_poll_does_not_set_it_online(home: LinkedHome) -> None:
    """The poll finds the device offline after the motion."""
    home.door.online = False
    await home.pass_time(60)
    await home.deliver(home.envelope("motion_detected", ago=40))
    await home.settle()
    assert state_of(home.hass, "binary_sensor.front_door_connectivity") == "off"


async def test_device_removed_during_an_outage(home: LinkedHome) -> None:
    outage = home.simulator.faults.add(Fault(status=500))
    home.simulator.actions.remove(home.door)
    await home.settle()
    assert state_of(home.hass, RING) == "unavailable"
    home.simulator.faults.remove(outage)
    for _ in range(16):
        await home.pass_time(60)
    assert home.hass.states.get(RING) is None


@pytest.mark.parametrize("faults", [[], [Fault(status=500)]], ids=["poll", "outage"])
async def test_device_that_is_shared_again(
    home: LinkedHome, caplog: pytest.LogCaptureFixture, faults: list[Fault]
) -> None:
    """Its entities still exist if Ring could not be polled meanwhile."""
    for fault in faults:
        home.simulator.faults.add(fault)
    home.simulator.actions.set_shared(home.door, shared=False)
    await home.settle()
    assert (home.hass.states.get(RING) is None) is not bool(faults)
    home.simulator.actions.set_shared(home.door, shared=True)
    await home.settle()
    home.simulator.faults.clear()
    for _ in range(16):
        await home.pass_time(60)
    assert state_of(home.hass, RING) == "unknown"
    assert state_of(home.hass, ONLINE) == "on"
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == []


async def test_later_events_do_not_update_all_entities(home: LinkedHome) -> None:
    updates: list[None] = []
    await home.press()
    home.entry.runtime_data.coordinator.async_add_listener(lambda: updates.append(None))
    await home.pass_time(20)
    updates.clear()
    await home.press()
    await home.move()
    assert updates == []


async def test_unknown_device_triggers_one_poll(home: LinkedHome) -> None:
    await home.press()
    await home.pass_time(60)
    shed = home.simulator.add_device("camera", "Shed")
    shed.shared = False
    counts = [poll_count(home.simulator)]
    for number in range(5):
        body = home.envelope("motion_detected", shed, request_id=str(number))
        await home.deliver(body)
        await home.pass_time(20)
        counts.append(poll_count(home.simulator))
    assert counts[0] < counts[1] == counts[-1]


async def test_late_offline_event_triggers_a_poll(
    home: LinkedHome,
) -> None:
    since = len(home.simulator.requests)
    await home.deliver(home.envelope("device_offline", ago=120))
    await home.settle()
    assert requested_paths(home.simulator, since) == ["/v1/devices"]
    assert state_of(home.hass, ONLINE) == "on"


async def test_late_motion_does_not_set_the_device_online(home: LinkedHome) -> None:
    home.door.online = False
    await home.pass_time(POLL)
    assert state_of(home.hass, ONLINE) == "off"
    await home.deliver(home.envelope("motion_detected", ago=120))
    await home.settle()
    assert state_of(home.hass, ONLINE) == "off"


async def test_offline_event_applies_before_the_first_poll(home: LinkedHome) -> None:
    """Home Assistant starts during an outage."""
    home.simulator.faults.add(Fault(status=500))
    await home.reload()
    assert home.entry.runtime_data.coordinator.last_success is None
    await home.deliver(home.envelope("device_offline"))
    await home.settle()
    known = home.entry.runtime_data.coordinator.data[home.door.id]
    assert known.status is not None
    assert known.status.online is False


async def test_late_removal_does_not_hide_the_device(home: LinkedHome) -> None:
    """Ring repeats the webhook for an hour; the device may be shared again."""
    home.simulator.faults.add(Fault(status=500))
    await home.deliver(home.envelope("device_removed", ago=600))
    await home.settle()
    assert home.door.id in home.entry.runtime_data.coordinator.data
    assert state_of(home.hass, RING) == "unknown"
