"""What is known of events, and that it stays known."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
import pytest

from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.events.event_store import MAX_IDS, EventStore
from custom_components.ring_partner.events.pairing import MAX_UNPAIRED
from ring_simulator import Fault

from ..event_factory import NOW, make_event
from ..linked_home import RING, LinkedHome

KEY = "ring_partner.entry.events"


@pytest.fixture
def store(hass: HomeAssistant) -> EventStore:
    return EventStore(hass, "entry")


async def reloaded(hass: HomeAssistant) -> EventStore:
    store = EventStore(hass, "entry")
    await store.async_load()
    return store


async def test_it_outlives_a_restart(
    hass: HomeAssistant, store: EventStore, hass_storage: dict[str, Any]
) -> None:
    press = make_event(1)
    assert store.add(press, NOW)
    store.doorbells.add("door")
    store.deliveries.add_delivery(("door", "button_press"), NOW)
    store.set_last_event(press, NOW)
    store.set_read_until("door", NOW)
    await store.async_save()

    later = await reloaded(hass)

    assert not later.add(press, NOW)
    assert not later.add(make_event(1, "history", seconds=3), NOW)
    assert later.add(make_event(2, seconds=60), NOW)
    assert later.doorbells == {"door"}
    assert later.deliveries.as_dict() == store.deliveries.as_dict()
    assert later.last_events == store.last_events
    assert later.read_until == {"door": NOW.isoformat()}


async def test_home_assistant_stops_without_unloading(
    hass: HomeAssistant, store: EventStore, hass_storage: dict[str, Any]
) -> None:
    store.set_read_until("door", NOW)
    store.set_read_until("door", NOW + timedelta(minutes=1))
    assert KEY not in hass_storage
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert (await reloaded(hass)).read_until == {
        "door": (NOW + timedelta(minutes=1)).isoformat()
    }


async def test_what_is_read_often_does_not_put_off_what_is_new(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    """Without deliveries the history is read, and noted as read, every minute."""
    home.simulator.settings.webhook_drop_share = 1.0
    key = f"ring_partner.{home.entry.entry_id}.events"
    await home.pass_time(30)
    home.simulator.press(home.door)
    await home.pass_time(30)
    assert len(home.event_ids(RING)) == 1
    await home.pass_time(3)
    assert home.door.id in hass_storage[key]["data"]["last_events"]

    for _ in range(3):  # until the event counts as missed
        await home.pass_time(60)
    written = hass_storage[key]["data"]["read_until"]
    for _ in range(10):
        await home.pass_time(60)
    assert hass_storage[key]["data"]["read_until"] == written
    for _ in range(7):
        await home.pass_time(60)
    assert hass_storage[key]["data"]["read_until"] != written


async def test_a_device_that_is_gone_is_forgotten_on_disk_too(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    """Also one whose history could never be read."""
    door = home.door.id
    home.simulator.faults.add(
        Fault(status=403, path=f"/v1/history/devices/{door}/events")
    )
    await home.press()
    home.simulator.actions.remove(home.door)
    await home.settle()
    await home.pass_time(60)
    await home.pass_time(3)
    kept = hass_storage[f"ring_partner.{home.entry.entry_id}.events"]["data"]
    assert door not in str(kept)


async def test_it_is_private_and_goes_with_the_account(
    hass: HomeAssistant, home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    key = f"ring_partner.{home.entry.entry_id}.events"
    store = home.entry.runtime_data.dispatcher.store._store
    await home.press()
    await hass.config_entries.async_unload(home.entry.entry_id)
    assert hass_storage[key]["data"]["doorbells"] == [home.door.id]
    assert (store._private, store._atomic_writes) == (True, True)
    await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()
    assert key not in hass_storage


GOOD: dict[str, Any] = {
    "ids": ["r:1"],
    "unpaired": {
        "webhook": [
            {"device_id": "door", "type": "button_press", "at": 1.5, "missed": False}
        ],
        "history": [],
    },
    "deliveries": {"delivered": [["door", "button_press"]], "missed_in_a_row": 2},
    "doorbells": ["door"],
    "last_events": {
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
        (("unpaired",), []),
        (("unpaired",), {}),
        (("unpaired", "other"), []),
        (("unpaired", "history"), {}),
        (("unpaired", "webhook", 0), "x"),
        (("unpaired", "webhook", 0), {}),
        (("unpaired", "webhook", 0, "at"), "noon"),
        (("unpaired", "webhook", 0, "device_id"), 5),
        (("deliveries",), "door"),
        (("deliveries", "delivered"), "door"),
        (("deliveries", "delivered", 0), ["door"]),
        (("deliveries", "delivered", 0), ["door", 1]),
        (("deliveries", "missed_in_a_row"), -1),
        (("deliveries", "missed_in_a_row"), "2"),
        (("doorbells",), "door"),
        (("last_events",), ["door"]),
        (("last_events", "door"), 5),
        (("last_events", "door"), {}),
        (("last_events", "door", "time"), "then"),
        (("last_events", "door", "time"), "2026-11-20T12:00:00"),
        (("first_seen",), ["ab"]),
        (("first_seen",), {"door": "then"}),
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

    store = await reloaded(hass)

    assert store.doorbells == set()
    assert store.add(make_event(1), NOW)
    store.set_last_event(make_event(1), NOW)
    assert store.last_events["door"]["time"] == NOW.isoformat()


async def test_what_is_whole_on_disk_is_read(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage[KEY] = {"version": 1, "key": KEY, "data": deepcopy(GOOD)}
    store = await reloaded(hass)
    assert store.doorbells == {"door"}
    assert store.deliveries.is_broken
    assert not store.add(RingEvent(type="x", source="webhook", request_id="1"), NOW)


def test_it_is_bounded(store: EventStore) -> None:
    """Of many events the latest are known."""
    count = max(MAX_IDS, MAX_UNPAIRED)
    for number in range(count):
        assert store.add(make_event(number, seconds=20 * number), NOW)
    stored = store._data()
    assert len(stored["ids"]) == MAX_IDS
    assert len(stored["unpaired"]["webhook"]) == MAX_UNPAIRED
    assert not store.add(make_event(count - 1), NOW)


def test_a_device_that_is_gone_is_forgotten(store: EventStore) -> None:
    store.add(make_event(1), NOW)
    store.add(make_event(2, device_id="garden"), NOW)
    store.add(make_event(3, "history", seconds=60), NOW)
    for name in ("door", "garden"):
        store.deliveries.add_delivery((name, "button_press"), NOW)
    assert store.devices == set()
    store.doorbells.add("door")
    store.set_last_event(make_event(1), NOW)
    store.set_first_seen("door", NOW)
    store.set_read_until("door", NOW)
    store.forget_device("door")
    stored = store._data()
    assert [
        (way, sighting["device_id"])
        for way, sightings in stored["unpaired"].items()
        for sighting in sightings
    ] == [("webhook", "garden")]
    assert stored["deliveries"]["delivered"] == [("garden", "button_press")]
    assert (stored["doorbells"], stored["last_events"], stored["read_until"]) == (
        [],
        {},
        {},
    )
    assert stored["first_seen"] == {}


async def test_nothing_rings_twice_across_a_restart(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    await home.deliver(body)
    for _ in range(2):
        await home.reload()
        await home.deliver(body)
        await home.pass_time(120)
    assert len(home.event_ids(RING)) == 1
    assert home.late == []


def test_the_last_event_is_the_one_that_happened_last(store: EventStore) -> None:
    for number, seconds in ((1, 5), (2, 9), (3, 7), (4, 9.5), (5, 9)):
        store.set_last_event(make_event(number), NOW + timedelta(seconds=seconds))
    assert store.last_events["door"]["event_id"] == "webhook-4"


async def test_a_power_cut_costs_no_event(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    await home.pass_time(3)
    await home.press()
    await home.pass_time(3)
    stored = hass_storage[f"ring_partner.{home.entry.entry_id}.events"]["data"]
    assert stored["doorbells"] == [home.door.id]


@pytest.mark.parametrize(
    ("after", "known"), [(3, NOW), (900, NOW + timedelta(hours=2))]
)
async def test_reading_is_written_at_once_the_first_time_only(
    store: EventStore,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pass_time: Any,
    after: float,
    known: datetime,
) -> None:
    store.set_read_until("door", NOW)
    await pass_time(3)
    store.set_read_until("door", NOW + timedelta(hours=1))
    await pass_time(after)
    store.set_read_until("door", NOW + timedelta(hours=2))
    await pass_time(3)
    assert hass_storage[KEY]["data"]["read_until"] == {"door": known.isoformat()}


async def test_a_delivery_counts_on_disk_too_if_the_history_was_first(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    await home.pass_time(30)
    body = home.envelope("button_press")
    home.simulator.history.add(home.door, "ding")
    await home.pass_time(30)
    await home.pass_time(3)
    kept = hass_storage[f"ring_partner.{home.entry.entry_id}.events"]
    assert kept["data"]["deliveries"]["delivered"] == []
    await home.deliver(body)
    assert len(home.event_ids(RING)) == 1
    await home.pass_time(3)
    kept = hass_storage[f"ring_partner.{home.entry.entry_id}.events"]
    assert kept["data"]["deliveries"]["delivered"] == [[home.door.id, "button_press"]]


async def test_a_loss_is_known_on_disk(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    key = f"ring_partner.{home.entry.entry_id}.events"
    home.simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(30)
    home.simulator.press(home.door)
    deliveries = home.entry.runtime_data.delivery.tracker
    while not deliveries.missed_events:
        await home.pass_time(30)
    await home.pass_time(3)
    assert hass_storage[key]["data"]["deliveries"]["missed_in_a_row"] == 1


async def test_what_comes_all_the_time_is_written_all_the_same(
    store: EventStore, hass_storage: dict[str, Any], pass_time: Any
) -> None:
    for _ in range(3):
        store.async_schedule_save()
        await pass_time(1)
    assert KEY in hass_storage


async def test_another_device_s_first_reading_is_written_at_once_too(
    store: EventStore, hass_storage: dict[str, Any], pass_time: Any
) -> None:
    for device_id in ("door", "garden"):
        store.set_read_until(device_id, NOW)
        await pass_time(3)
    assert set(hass_storage[KEY]["data"]["read_until"]) == {"door", "garden"}
