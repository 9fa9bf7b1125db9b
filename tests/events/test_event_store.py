"""The event store: what it keeps, saves and loads."""

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


async def test_store_survives_a_restart(
    hass: HomeAssistant, store: EventStore, hass_storage: dict[str, Any]
) -> None:
    press = make_event(1)
    assert store.add(press, NOW)
    store.doorbells.add("door")
    store.deliveries.add_delivery(("door", "button_press"), NOW)
    store.set_last_event(press, NOW)
    store.set_read_until("door", NOW)
    await store.async_save()

    restarted = await reloaded(hass)

    assert not restarted.add(press, NOW)
    assert not restarted.add(make_event(1, "history", seconds=3), NOW)
    assert restarted.add(make_event(2, seconds=60), NOW)
    assert restarted.doorbells == {"door"}
    assert restarted.deliveries.as_dict() == store.deliveries.as_dict()
    assert restarted.last_events == store.last_events
    assert restarted.read_until == {"door": NOW.isoformat()}


async def test_store_is_saved_when_home_assistant_stops(
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


async def test_frequent_history_reads_do_not_delay_saving(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    """Without webhooks, every minute the history is read and the store changes."""
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


async def test_removed_device_is_removed_from_the_file(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    """This includes a device whose history could never be read."""
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


async def test_file_is_private_and_removed_with_the_account(
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


VALID_DATA: dict[str, Any] = {
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
async def test_damaged_file_is_ignored(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    path: tuple[Any, ...],
    value: object,
) -> None:
    stored: dict[str, Any] = {"version": 1, "key": KEY, "data": deepcopy(VALID_DATA)}
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


async def test_valid_file_is_loaded(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage[KEY] = {"version": 1, "key": KEY, "data": deepcopy(VALID_DATA)}
    store = await reloaded(hass)
    assert store.doorbells == {"door"}
    assert store.deliveries.is_broken
    assert not store.add(RingEvent(type="x", source="webhook", request_id="1"), NOW)


def test_number_of_events_is_limited(store: EventStore) -> None:
    """The latest events are kept."""
    count = max(MAX_IDS, MAX_UNPAIRED)
    for number in range(count):
        assert store.add(make_event(number, seconds=20 * number), NOW)
    stored = store._data()
    assert len(stored["ids"]) == MAX_IDS
    assert len(stored["unpaired"]["webhook"]) == MAX_UNPAIRED
    assert not store.add(make_event(count - 1), NOW)


def test_removed_device_is_forgotten(store: EventStore) -> None:
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


async def test_event_fires_once_across_a_restart(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    await home.deliver(body)
    for _ in range(2):
        await home.reload()
        await home.deliver(body)
        await home.pass_time(120)
    assert len(home.event_ids(RING)) == 1
    assert home.late == []


def test_last_event_is_the_latest_event(store: EventStore) -> None:
    for number, seconds in ((1, 5), (2, 9), (3, 7), (4, 9.5), (5, 9)):
        store.set_last_event(make_event(number), NOW + timedelta(seconds=seconds))
    assert store.last_events["door"]["event_id"] == "webhook-4"


async def test_event_is_saved_within_seconds(
    home: LinkedHome, hass_storage: dict[str, Any]
) -> None:
    await home.pass_time(3)
    await home.press()
    await home.pass_time(3)
    stored = hass_storage[f"ring_partner.{home.entry.entry_id}.events"]["data"]
    assert stored["doorbells"] == [home.door.id]


@pytest.mark.parametrize(
    ("after", "saved"), [(3, NOW), (900, NOW + timedelta(hours=2))]
)
async def test_only_the_first_history_read_is_saved_at_once(
    store: EventStore,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pass_time: Any,
    after: float,
    saved: datetime,
) -> None:
    store.set_read_until("door", NOW)
    await pass_time(3)
    store.set_read_until("door", NOW + timedelta(hours=1))
    await pass_time(after)
    store.set_read_until("door", NOW + timedelta(hours=2))
    await pass_time(3)
    assert hass_storage[KEY]["data"]["read_until"] == {"door": saved.isoformat()}


async def test_webhook_after_the_history_is_saved(
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


async def test_missed_event_is_saved(
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


async def test_constant_changes_do_not_delay_saving(
    store: EventStore, hass_storage: dict[str, Any], pass_time: Any
) -> None:
    for _ in range(3):
        store.async_schedule_save()
        await pass_time(1)
    assert KEY in hass_storage


async def test_first_history_read_of_each_device_is_saved_at_once(
    store: EventStore, hass_storage: dict[str, Any], pass_time: Any
) -> None:
    for device_id in ("door", "garden"):
        store.set_read_until(device_id, NOW)
        await pass_time(3)
    assert set(hass_storage[KEY]["data"]["read_until"]) == {"door", "garden"}
