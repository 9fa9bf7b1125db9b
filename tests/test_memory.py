"""What is known of events, and that it stays known."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
import pytest

from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.memory import MOST_IDS, EventMemory
from custom_components.ring_partner.sightings import MOST_SIGHTINGS
from ring_simulator import Fault

from .house import RING, House
from .told import NOW, event

KEY = "ring_partner.entry.events"


@pytest.fixture
def memory(hass: HomeAssistant) -> EventMemory:
    return EventMemory(hass, "entry")


async def reloaded(hass: HomeAssistant) -> EventMemory:
    memory = EventMemory(hass, "entry")
    await memory.async_load()
    return memory


async def test_it_outlives_a_restart(
    hass: HomeAssistant, memory: EventMemory, hass_storage: dict[str, Any]
) -> None:
    press = event(1)
    assert memory.is_new(press, NOW)
    memory.doorbells.add("door")
    memory.deliveries.came(("door", "button_press"), NOW)
    memory.remember_last(press, NOW)
    memory.note_read("door", NOW)
    await memory.async_save()

    later = await reloaded(hass)

    assert not later.is_new(press, NOW)
    assert not later.is_new(event(1, "history", seconds=3), NOW)
    assert later.is_new(event(2, seconds=60), NOW)
    assert later.doorbells == {"door"}
    assert later.deliveries.as_stored() == memory.deliveries.as_stored()
    assert later.last == memory.last
    assert later.read_until == {"door": NOW.isoformat()}


async def test_home_assistant_stops_without_unloading(
    hass: HomeAssistant, memory: EventMemory, hass_storage: dict[str, Any]
) -> None:
    memory.note_read("door", NOW)
    memory.note_read("door", NOW + timedelta(minutes=1))
    assert KEY not in hass_storage
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert (await reloaded(hass)).read_until == {
        "door": (NOW + timedelta(minutes=1)).isoformat()
    }


async def test_what_is_read_often_does_not_put_off_what_is_new(
    house: House, hass_storage: dict[str, Any]
) -> None:
    """Without deliveries the history is read, and noted as read, every minute."""
    house.simulator.behaviour.webhook_drop_share = 1.0
    key = f"ring_partner.{house.entry.entry_id}.events"
    await house.pass_time(30)
    house.simulator.press(house.door)
    await house.pass_time(30)
    assert len(house.event_ids(RING)) == 1
    await house.pass_time(3)
    assert house.door.id in hass_storage[key]["data"]["last"]

    for _ in range(3):  # until the event counts as missed
        await house.pass_time(60)
    written = hass_storage[key]["data"]["read_until"]
    for _ in range(10):
        await house.pass_time(60)
    assert hass_storage[key]["data"]["read_until"] == written
    for _ in range(7):
        await house.pass_time(60)
    assert hass_storage[key]["data"]["read_until"] != written


async def test_a_device_that_is_gone_is_forgotten_on_disk_too(
    house: House, hass_storage: dict[str, Any]
) -> None:
    """Also one whose history could never be read."""
    door = house.door.id
    house.simulator.faults.add(
        Fault(status=403, path=f"/v1/history/devices/{door}/events")
    )
    await house.press()
    house.simulator.happenings.remove(house.door)
    await house.settle()
    await house.pass_time(60)
    await house.pass_time(3)
    kept = hass_storage[f"ring_partner.{house.entry.entry_id}.events"]["data"]
    assert door not in str(kept)


async def test_it_is_private_and_goes_with_the_account(
    hass: HomeAssistant, house: House, hass_storage: dict[str, Any]
) -> None:
    key = f"ring_partner.{house.entry.entry_id}.events"
    store = house.entry.runtime_data.events.memory._store
    await house.press()
    await hass.config_entries.async_unload(house.entry.entry_id)
    assert hass_storage[key]["data"]["doorbells"] == [house.door.id]
    assert (store._private, store._atomic_writes) == (True, True)
    await hass.config_entries.async_remove(house.entry.entry_id)
    await hass.async_block_till_done()
    assert key not in hass_storage


GOOD: dict[str, Any] = {
    "ids": ["r:1"],
    "sightings": {
        "webhook": [
            {"device_id": "door", "type": "button_press", "at": 1.5, "missed": False}
        ],
        "history": [],
    },
    "deliveries": {"known": [["door", "button_press"]], "missed_in_a_row": 2},
    "doorbells": ["door"],
    "last": {
        "door": {
            "type": "button_press",
            "sub_type": None,
            "time": "2026-11-20T12:00:00+00:00",
            "event_id": None,
        }
    },
    "read_until": {"door": "2026-11-20T12:00:00+00:00"},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), None),
        ((), []),
        ((), {}),
        (("ids",), None),
        (("ids",), [[1]]),
        (("sightings",), []),
        (("sightings",), {}),
        (("sightings", "other"), []),
        (("sightings", "history"), {}),
        (("sightings", "webhook", 0), "x"),
        (("sightings", "webhook", 0), {}),
        (("sightings", "webhook", 0, "at"), "noon"),
        (("sightings", "webhook", 0, "device_id"), 5),
        (("deliveries",), "door"),
        (("deliveries", "known"), "door"),
        (("deliveries", "known", 0), ["door"]),
        (("deliveries", "known", 0), ["door", 1]),
        (("deliveries", "missed_in_a_row"), -1),
        (("deliveries", "missed_in_a_row"), "2"),
        (("doorbells",), "door"),
        (("last",), ["door"]),
        (("last", "door"), 5),
        (("last", "door"), {}),
        (("last", "door", "time"), "then"),
        (("last", "door", "time"), "2026-11-20T12:00:00"),
        (("appeared",), ["ab"]),
        (("appeared",), {"door": "then"}),
        (("read_until",), ["ab"]),
        (("read_until", "door"), 5),
        (("read_until", "door"), "2026-11-20T12:00:00"),
    ],
)
async def test_what_is_damaged_on_disk_is_left_there(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    path: tuple[Any, ...],
    value: object,
) -> None:
    stored: dict[str, Any] = {"version": 1, "key": KEY, "data": deepcopy(GOOD)}
    target: Any = stored
    steps = ("data", *path)
    for step in steps[:-1]:
        target = target[step]
    target[steps[-1]] = value
    hass_storage[KEY] = stored

    memory = await reloaded(hass)

    assert memory.doorbells == set()
    assert memory.is_new(event(1), NOW)
    memory.remember_last(event(1), NOW)
    assert memory.last["door"]["time"] == NOW.isoformat()


async def test_what_is_whole_on_disk_is_read(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage[KEY] = {"version": 1, "key": KEY, "data": deepcopy(GOOD)}
    memory = await reloaded(hass)
    assert memory.doorbells == {"door"}
    assert memory.deliveries.are_missing
    assert not memory.is_new(RingEvent(type="x", source="webhook", request_id="1"), NOW)


def test_it_is_bounded(memory: EventMemory) -> None:
    """Of many events the latest are known."""
    count = max(MOST_IDS, MOST_SIGHTINGS)
    for number in range(count):
        assert memory.is_new(event(number, seconds=20 * number), NOW)
    stored = memory._data()
    assert len(stored["ids"]) == MOST_IDS
    assert len(stored["sightings"]["webhook"]) == MOST_SIGHTINGS
    assert not memory.is_new(event(count - 1), NOW)


def test_a_device_that_is_gone_is_forgotten(memory: EventMemory) -> None:
    memory.is_new(event(1), NOW)
    memory.is_new(event(2, device_id="garden"), NOW)
    memory.is_new(event(3, "history", seconds=60), NOW)
    for name in ("door", "garden"):
        memory.deliveries.came((name, "button_press"), NOW)
    assert memory.devices == set()
    memory.doorbells.add("door")
    memory.remember_last(event(1), NOW)
    memory.note_appeared("door", NOW)
    memory.note_read("door", NOW)
    memory.forget_device("door")
    stored = memory._data()
    assert [
        (way, sighting["device_id"])
        for way, sightings in stored["sightings"].items()
        for sighting in sightings
    ] == [("webhook", "garden")]
    assert stored["deliveries"]["known"] == [("garden", "button_press")]
    assert (stored["doorbells"], stored["last"], stored["read_until"]) == ([], {}, {})
    assert stored["appeared"] == {}


async def test_nothing_rings_twice_across_a_restart(house: House) -> None:
    body = house.envelope("button_press")
    await house.deliver(body)
    for _ in range(2):
        await house.reload()
        await house.deliver(body)
        await house.pass_time(120)
    assert len(house.event_ids(RING)) == 1
    assert house.late == []


def test_the_last_event_is_the_one_that_happened_last(memory: EventMemory) -> None:
    for number, seconds in ((1, 5), (2, 9), (3, 7), (4, 9.5), (5, 9)):
        memory.remember_last(event(number), NOW + timedelta(seconds=seconds))
    assert memory.last["door"]["event_id"] == "webhook-4"


async def test_a_power_cut_costs_no_event(
    house: House, hass_storage: dict[str, Any]
) -> None:
    await house.pass_time(3)
    await house.press()
    await house.pass_time(3)
    stored = hass_storage[f"ring_partner.{house.entry.entry_id}.events"]["data"]
    assert stored["doorbells"] == [house.door.id]


@pytest.mark.parametrize(
    ("after", "known"), [(3, NOW), (900, NOW + timedelta(hours=2))]
)
async def test_reading_is_written_at_once_the_first_time_only(
    memory: EventMemory,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pass_time: Any,
    after: float,
    known: datetime,
) -> None:
    memory.note_read("door", NOW)
    await pass_time(3)
    memory.note_read("door", NOW + timedelta(hours=1))
    await pass_time(after)
    memory.note_read("door", NOW + timedelta(hours=2))
    await pass_time(3)
    assert hass_storage[KEY]["data"]["read_until"] == {"door": known.isoformat()}


async def test_a_delivery_counts_on_disk_too_if_the_history_was_first(
    house: House, hass_storage: dict[str, Any]
) -> None:
    await house.pass_time(30)
    body = house.envelope("button_press")
    house.simulator.history.add(house.door, "ding")
    await house.pass_time(30)
    await house.pass_time(3)
    kept = hass_storage[f"ring_partner.{house.entry.entry_id}.events"]
    assert kept["data"]["deliveries"]["known"] == []
    await house.deliver(body)
    assert len(house.event_ids(RING)) == 1
    await house.pass_time(3)
    kept = hass_storage[f"ring_partner.{house.entry.entry_id}.events"]
    assert kept["data"]["deliveries"]["known"] == [[house.door.id, "button_press"]]


async def test_a_loss_is_known_on_disk(
    house: House, hass_storage: dict[str, Any]
) -> None:
    key = f"ring_partner.{house.entry.entry_id}.events"
    house.simulator.behaviour.webhook_drop_share = 1.0
    await house.pass_time(30)
    house.simulator.press(house.door)
    deliveries = house.entry.runtime_data.webhooks.deliveries
    while not deliveries.missed_events:
        await house.pass_time(30)
    await house.pass_time(3)
    assert hass_storage[key]["data"]["deliveries"]["missed_in_a_row"] == 1


async def test_what_comes_all_the_time_is_written_all_the_same(
    memory: EventMemory, hass_storage: dict[str, Any], pass_time: Any
) -> None:
    for _ in range(3):
        memory.save()
        await pass_time(1)
    assert KEY in hass_storage


async def test_another_device_s_first_reading_is_written_at_once_too(
    memory: EventMemory, hass_storage: dict[str, Any], pass_time: Any
) -> None:
    for device_id in ("door", "garden"):
        memory.note_read(device_id, NOW)
        await pass_time(3)
    assert set(hass_storage[KEY]["data"]["read_until"]) == {"door", "garden"}
