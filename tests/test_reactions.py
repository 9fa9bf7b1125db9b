"""What events change at once, without waiting for a poll."""

from homeassistant.helpers import device_registry as dr

from ring_simulator import Fault

from .helpers import POLL, asked, polls, state_of
from .house import RING, House

ONLINE = "binary_sensor.front_door_connectivity"


async def test_online_and_offline_act_at_once(house: House) -> None:
    since = len(house.simulator.requests)
    for online, state in ((False, "off"), (True, "on")):
        house.simulator.set_online(house.door, online)
        await house.settle()
        assert state_of(house.hass, ONLINE) == state
        assert (state_of(house.hass, RING) == "unavailable") is not online
    assert asked(house.simulator, since) == []


async def test_the_later_of_online_and_offline_counts(house: House) -> None:
    """Offline, then online; delivered the other way round."""
    offline = house.envelope("device_offline", request_id="1", ago=2)
    online = house.envelope("device_online", request_id="2", ago=1)
    for body in (online, offline):
        await house.deliver(body)
    await house.settle()
    assert state_of(house.hass, ONLINE) == "on"


async def test_a_poll_knows_more_than_a_late_delivery(house: House) -> None:
    await house.pass_time(POLL)
    await house.deliver(house.envelope("device_offline", ago=30))
    await house.settle()
    assert state_of(house.hass, ONLINE) == "on"


async def test_old_news_of_a_device_makes_ring_be_asked(house: House) -> None:
    since = len(house.simulator.requests)
    house.door.online = False
    await house.deliver(house.envelope("device_online", ago=120))
    await house.settle()
    assert asked(house.simulator, since) == ["/v1/devices"]
    assert state_of(house.hass, ONLINE) == "off"


async def test_who_rings_is_online(house: House) -> None:
    """The delivery that told of the device's return was lost."""
    house.simulator.set_online(house.door, online=False)
    await house.settle()
    house.door.online = True
    await house.pass_time(1)

    await house.press()

    assert len(house.event_ids(RING)) == 1
    assert state_of(house.hass, ONLINE) == "on"


async def test_motion_from_before_it_went_offline_proves_nothing(house: House) -> None:
    motion = house.envelope("motion_detected", ago=2)
    house.simulator.set_online(house.door, online=False)
    await house.settle()
    await house.deliver(motion)
    assert state_of(house.hass, ONLINE) == "off"


async def test_added_and_removed_devices_are_there_and_gone_at_once(
    house: House,
) -> None:
    registry = dr.async_get(house.hass)

    def names() -> set[str | None]:
        entries = dr.async_entries_for_config_entry(registry, house.entry.entry_id)
        return {device.name for device in entries}

    new = house.simulator.add_device("camera", "Shed")
    house.simulator.happenings.added(new)
    await house.settle()
    assert "Shed" in names()

    await house.pass_time(11)  # requests of this kind are bundled for 10 s
    house.simulator.happenings.remove(new)
    await house.settle()
    assert "Shed" not in names()


async def test_what_a_poll_knows_better(house: House) -> None:
    """Something moved at a camera before the poll that found it offline."""
    house.door.online = False
    await house.pass_time(60)
    await house.deliver(house.envelope("motion_detected", ago=40))
    await house.settle()
    assert state_of(house.hass, "binary_sensor.front_door_connectivity") == "off"


async def test_removed_while_ring_s_api_is_down(house: House) -> None:
    outage = house.simulator.faults.add(Fault(status=500))
    house.simulator.happenings.remove(house.door)
    await house.settle()
    assert state_of(house.hass, RING) == "unavailable"
    house.simulator.faults.remove(outage)
    for _ in range(16):
        await house.pass_time(60)
    assert house.hass.states.get(RING) is None


async def test_only_the_first_press_concerns_all_entities(house: House) -> None:
    told: list[None] = []
    await house.press()
    house.entry.runtime_data.coordinator.async_add_listener(lambda: told.append(None))
    await house.pass_time(20)
    told.clear()
    await house.press()
    await house.move()
    assert told == []


async def test_a_stranger_is_asked_about_once(house: House) -> None:
    await house.press()
    await house.pass_time(60)
    shed = house.simulator.add_device("camera", "Shed")
    shed.shared = False
    counts = [polls(house.simulator)]
    for number in range(5):
        body = house.envelope("motion_detected", shed, request_id=str(number))
        await house.deliver(body)
        await house.pass_time(20)
        counts.append(polls(house.simulator))
    assert counts[0] < counts[1] == counts[-1]


async def test_old_news_of_going_offline_makes_ring_be_asked_too(house: House) -> None:
    since = len(house.simulator.requests)
    await house.deliver(house.envelope("device_offline", ago=120))
    await house.settle()
    assert asked(house.simulator, since) == ["/v1/devices"]
    assert state_of(house.hass, ONLINE) == "on"


async def test_old_motion_proves_nothing(house: House) -> None:
    house.door.online = False
    await house.pass_time(POLL)
    assert state_of(house.hass, ONLINE) == "off"
    await house.deliver(house.envelope("motion_detected", ago=120))
    await house.settle()
    assert state_of(house.hass, ONLINE) == "off"


async def test_offline_is_believed_before_the_first_poll(house: House) -> None:
    """Home Assistant was started during an outage."""
    house.simulator.faults.add(Fault(status=500))
    await house.reload()
    assert house.entry.runtime_data.coordinator.last_success is None
    await house.deliver(house.envelope("device_offline"))
    await house.settle()
    known = house.entry.runtime_data.coordinator.data[house.door.id]
    assert known.status is not None
    assert known.status.online is False


async def test_an_old_removal_hides_nothing(house: House) -> None:
    """Ring repeats it for an hour; the device may be back."""
    house.simulator.faults.add(Fault(status=500))
    await house.deliver(house.envelope("device_removed", ago=600))
    await house.settle()
    assert house.door.id in house.entry.runtime_data.coordinator.data
    assert state_of(house.hass, RING) == "unknown"
