"""What is known of events, and that it stays known."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
import pytest

from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.memory import MOST_IDS, EventMemory
from custom_components.ring_partner.sightings import MOST_SIGHTINGS

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
    memory.delivered.add(("door", "button_press"))
    memory.remember_last(press, NOW)
    memory.note_read("door", NOW)
    await memory.async_save()

    later = await reloaded(hass)

    assert not later.is_new(press, NOW)
    assert not later.is_new(event(1, "history", seconds=3), NOW)
    assert later.is_new(event(2, seconds=60), NOW)
    assert later.doorbells == {"door"}
    assert later.delivered == {("door", "button_press")}
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
    "delivered": [["door", "button_press"]],
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
        (("delivered",), "door"),
        (("delivered", 0), ["door"]),
        (("delivered", 0), ["door", 1]),
        (("doorbells",), "door"),
        (("last",), ["door"]),
        (("last", "door"), 5),
        (("last", "door"), {}),
        (("last", "door", "time"), "then"),
        (("last", "door", "time"), "2026-11-20T12:00:00"),
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
    assert memory.delivered == {("door", "button_press")}
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
    memory.delivered.update((name, "button_press") for name in ("door", "garden"))
    memory.doorbells.add("door")
    memory.remember_last(event(1), NOW)
    memory.note_read("door", NOW)
    memory.forget_device("door")
    stored = memory._data()
    assert [
        (way, sighting["device_id"])
        for way, sightings in stored["sightings"].items()
        for sighting in sightings
    ] == [("webhook", "garden")]
    assert memory.delivered == {("garden", "button_press")}
    assert (stored["doorbells"], stored["last"], stored["read_until"]) == ([], {}, {})


async def test_nothing_rings_twice_across_a_restart(house: House) -> None:
    body = house.envelope("button_press")
    await house.deliver(body)
    for _ in range(2):
        await house.reload()
        await house.deliver(body)
        await house.pass_time(120)
    assert len(house.event_ids(RING)) == 1
    assert house.late == []
