"""The dispatcher: each event from Ring reaches the right entities once."""

import asyncio
from datetime import timedelta
from typing import Any, Literal

from freezegun.api import FrozenDateTimeFactory
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ring_partner.account.device_registry import async_get_device
from ring_simulator import Fault

from ..helpers import state_of, states
from ..linked_home import MOTION, RING, LinkedHome

LAST_EVENT = "sensor.front_door_last_event"
ONLINE = "binary_sensor.front_door_connectivity"


async def test_press_fires_a_ring_event(home: LinkedHome) -> None:
    # Ring's times are in milliseconds.
    now = dt_util.utcnow().replace(microsecond=0)
    home.freezer.move_to(now)
    await home.press()

    state = home.hass.states.get(RING)
    assert state is not None
    assert state.attributes["event_type"] == "ring"
    assert state.attributes["time"] == now
    assert state.attributes["sub_type"] is None
    assert home.event_ids(RING) == [
        f"{home.door.id}_button_press_{int(now.timestamp() * 1000)}"
    ]
    last = home.hass.states.get(LAST_EVENT)
    assert last is not None
    assert last.state == now.isoformat()
    assert last.attributes["type"] == "button_press"
    assert last.attributes["event_id"] == state.attributes["event_id"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("place", ["data", "attributes"])
async def test_all_forms_of_the_envelope_are_read(
    home: LinkedHome,
    version: Literal["1.0", "1.1"],
    place: Literal["data", "attributes"],
) -> None:
    home.simulator.settings.webhook_version = version
    home.simulator.settings.sub_type_location = place
    await home.move("human")
    assert home.fired_types(MOTION) == ["person"]


async def test_repeated_webhook_fires_once(home: LinkedHome) -> None:
    home.simulator.settings.webhook_duplicate_share = 1.0
    await home.press()
    assert [d.attempts for d in home.simulator.webhooks.deliveries] == [2]
    assert len(home.event_ids(RING)) == 1


@pytest.mark.parametrize(
    ("place", "name"),
    [("meta", "request_id"), ("data", "id")],
    ids=["request", "event"],
)
async def test_known_request_id_or_event_id_is_a_repetition(
    home: LinkedHome, freezer: FrozenDateTimeFactory, place: str, name: str
) -> None:
    first = home.envelope("button_press", request_id="a")
    freezer.tick(20)
    second = home.envelope("button_press", request_id="b")
    second[place][name] = first[place][name]

    assert [await home.deliver(first), await home.deliver(second)] == [200, 200]

    assert home.event_ids(RING) == [first["data"]["id"]]


async def test_events_without_ids_are_different_events(
    home: LinkedHome, freezer: FrozenDateTimeFactory
) -> None:
    for _ in range(2):
        freezer.tick(20)
        body = home.envelope("button_press")
        del body["data"]["id"], body["meta"]["request_id"]
        assert await home.deliver(body) == 200
    assert len(home.event_ids(RING)) == 2


async def test_event_in_webhook_and_history_fires_once(home: LinkedHome) -> None:
    await home.press()
    home.simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(3600)
    assert len(home.event_ids(RING)) == 1
    assert home.late == []


async def test_webhook_after_the_history_does_not_fire_again(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    home.simulator.history.add(home.door, "ding")
    await home.pass_time(56)
    assert len(home.event_ids(RING)) == 1

    assert await home.deliver(body) == 200

    assert len(home.event_ids(RING)) == 1


async def test_lost_webhook_is_not_paired_with_the_next(
    home: LinkedHome, freezer: FrozenDateTimeFactory
) -> None:
    """The history has two presses 5 s apart; only the second has a webhook."""
    home.simulator.settings.webhook_drop_share = 1.0
    await home.press()
    lost = home.simulator.history.of(home.door)[0]
    freezer.tick(5)
    home.simulator.settings.webhook_drop_share = 0.0
    await home.press()
    assert len(home.event_ids(RING)) == 1

    await home.pass_time(3600)

    assert len(home.event_ids(RING)) == 1
    assert [event.data["event_id"] for event in home.late] == [lost.id]


@pytest.mark.parametrize(("ago", "fired", "late"), [(59.0, 1, 0), (61.0, 0, 1)])
async def test_only_recent_event_fires(
    home: LinkedHome, ago: float, fired: int, late: int
) -> None:
    await home.pass_time(120)
    await home.deliver(home.envelope("button_press", ago=ago))
    await home.hass.async_block_till_done()

    assert (len(home.event_ids(RING)), len(home.late)) == (fired, late)
    happened = dt_util.utcnow() - timedelta(seconds=ago)
    shown = dt_util.parse_datetime(state_of(home.hass, LAST_EVENT))
    assert shown is not None
    assert abs(shown - happened) <= timedelta(seconds=1)


async def test_last_event_is_the_latest_event(home: LinkedHome) -> None:
    later = home.envelope("button_press", request_id="later", ago=10)
    earlier = home.envelope("motion_detected", request_id="earlier", ago=20)
    for body in (later, earlier):
        await home.deliver(body)
    await home.pass_time(1)
    state = home.hass.states.get(LAST_EVENT)
    assert state is not None
    assert state.attributes["event_id"] == later["data"]["id"]


async def test_event_from_the_future_fires_with_the_current_time(
    home: LinkedHome,
) -> None:
    await home.deliver(home.envelope("button_press", ago=-3600))
    state = home.hass.states.get(RING)
    assert state is not None
    assert state.attributes["time"] == dt_util.utcnow()


async def test_event_without_a_time_fires(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    del body["data"]["attributes"]["timestamp"], body["meta"]["time"]
    await home.deliver(body)
    assert len(home.event_ids(RING)) == 1


async def test_presses_fire_during_an_outage(
    home: LinkedHome,
) -> None:
    home.simulator.faults.add(Fault(status=500))
    for minutes in range(1, 31):
        await home.pass_time(60)
        await home.press()
        assert len(home.event_ids(RING)) == minutes
    assert state_of(home.hass, ONLINE) == "unavailable"


async def test_other_event_types_change_no_entity(home: LinkedHome) -> None:
    before = states(home.hass, "")
    odd = home.envelope("teleported", request_id="1")
    account = home.envelope("app_integration_added", request_id="2")
    account["data"]["attributes"] = {
        "source": home.simulator.account.id,
        "source_type": "users",
    }
    subscription = home.envelope("subscription_activated", request_id="3")
    subscription["data"]["attributes"] = {
        "source": "subscriptions",
        "source_id": "s",
        "sub_type": "trial",
        "plan_id": None,
    }
    subscription["data"]["relationships"] = {
        "devices": {"data": [{"type": "device", "id": home.door.id}]}
    }
    for body in (odd, account, subscription):
        assert await home.deliver(body) == 200
    await home.settle()
    changed = {
        key for key, state in states(home.hass, "").items() if before[key] != state
    }
    assert changed <= {"sensor.alex_morgan_event_delivery"}


async def test_failing_listener_does_not_affect_the_others(
    home: LinkedHome, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_event: Any) -> None:
        raise RuntimeError("broken on purpose")

    stop = home.entry.runtime_data.dispatcher.async_listen(fail)
    await home.press()
    stop()

    assert len(home.event_ids(RING)) == 1
    assert "An event of type button_press could not be handled" in caplog.text


async def test_event_during_a_reload_is_not_lost(
    home: LinkedHome,
) -> None:
    """Ring repeats the webhook."""
    repeat = asyncio.Event()

    async def rest(_seconds: float) -> None:
        await repeat.wait()

    home.simulator._sleep = rest
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    (delivery,) = home.simulator.press(home.door)
    await home.settle()
    assert delivery.last_status == 503

    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    repeat.set()
    while delivery.last_status != 200:
        await home.settle()

    assert len(home.event_ids(RING)) == 1


async def test_burst_of_a_thousand_events(
    home: LinkedHome, freezer: FrozenDateTimeFactory
) -> None:
    """They arrive within a minute, some twice, and the history has them too."""
    home.simulator.settings.history_page_size = 100
    bodies = []
    for number in range(1000):
        freezer.tick(0.05)
        device = (home.door, home.garden)[number % 2]
        home.simulator.history.add(device, "motion")
        bodies.append(home.envelope("motion_detected", device, request_id=str(number)))
        assert await home.deliver(bodies[-1]) == 200
        if number % 10 == 0:
            assert await home.deliver(bodies[number // 10]) == 200
    ids = [*home.event_ids("event.front_door_motion"), *home.event_ids(MOTION)]
    assert sorted(ids) == sorted(body["data"]["id"] for body in bodies)

    await home.pass_time(3600)

    assert len(home.event_ids(MOTION)) == 500
    assert home.late == []


async def test_removed_device_leaves_no_listener(home: LinkedHome) -> None:
    listeners = home.entry.runtime_data.dispatcher._device_listeners
    before = set(listeners)
    shed = home.simulator.add_device("camera", "Shed")
    home.simulator.actions.send_device_added(shed)
    await home.settle()
    await home.pass_time(11)
    assert set(listeners) == before | {shed.id}
    home.simulator.actions.remove(shed)
    await home.settle()
    await home.pass_time(11)
    assert set(listeners) == before


async def test_many_events_between_two_reads_of_the_history(home: LinkedHome) -> None:
    """The history is read once an hour and has all events too."""
    home.simulator.settings.history_page_size = 100
    await home.press()
    await home.pass_time(60)
    doors = "event.front_door_motion"
    for number in range(1300):
        home.freezer.tick(2)
        device = (home.door, home.garden)[number % 2]
        home.simulator.history.add(device, "motion")
        body = home.envelope("motion_detected", device, request_id=str(number))
        await home.deliver(body)
    fired = len(home.event_ids(doors)), len(home.event_ids(MOTION))
    assert fired == (650, 650)
    for _ in range(70):
        await home.pass_time(60)
    assert (len(home.event_ids(doors)), len(home.event_ids(MOTION))) == fired
    assert home.late == []
    assert home.entry.runtime_data.delivery.tracker.missed_events == 0


async def test_event_with_an_impossible_time_fires(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    body["data"]["attributes"]["timestamp"] = -62135596800000
    body["meta"]["time"] = "0001-01-01T00:00:00Z"
    await home.deliver(body)
    assert len(home.event_ids(RING)) == 1


async def test_late_event_of_a_removed_device_is_not_recorded(
    home: LinkedHome,
) -> None:
    await home.pass_time(120)
    bodies = [
        home.envelope("button_press", request_id=str(number), ago=90 + 60 * number)
        for number in range(3)
    ]
    await home.deliver(bodies[0])
    home.door.shared = False
    await home.pass_time(120)
    await home.deliver(bodies[1])
    home.door.shared = True
    await home.pass_time(120)
    # Ring delivers the first once more; with the device, its ID was forgotten.
    for body in (bodies[0], bodies[2]):
        await home.deliver(body)
    assert home.late_ids == [bodies[0]["data"]["id"]]


async def test_late_event_has_the_name_set_by_the_user(home: LinkedHome) -> None:
    await home.pass_time(120)
    device = async_get_device(home.hass, home.entry, home.door.id)
    assert device is not None
    dr.async_get(home.hass).async_update_device(device.id, name_by_user="Gate")
    await home.deliver(home.envelope("button_press", ago=90))
    await home.hass.async_block_till_done()
    assert [event.data["name"] for event in home.late] == ["Gate"]


async def test_event_of_an_unshared_device_is_for_no_other_device(
    home: LinkedHome,
) -> None:
    """A device that is not shared is pressed before a doorbell is added."""
    await home.press()
    unshared = home.simulator.add_device("doorbell", "Cabin")
    unshared.shared = False
    await home.deliver(home.envelope("button_press", unshared))
    shed = home.simulator.add_device("doorbell", "Shed")
    home.simulator.actions.send_device_added(shed)
    await home.settle()
    await home.pass_time(11)
    assert state_of(home.hass, "event.shed_doorbell") == "unknown"
