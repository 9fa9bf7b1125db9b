"""What events change at once, without waiting for a poll."""

from homeassistant.helpers import device_registry as dr

from .helpers import POLL, asked, state_of
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
