"""Events on their way from Ring to the entities: each counts once, in its place."""

import asyncio
from datetime import timedelta
from typing import Any, Literal

from freezegun.api import FrozenDateTimeFactory
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ring_partner.registry import async_registered
from ring_simulator import Fault

from .helpers import state_of, states
from .house import MOTION, RING, House

LAST_EVENT = "sensor.front_door_last_event"
ONLINE = "binary_sensor.front_door_connectivity"


async def test_a_press_rings(house: House) -> None:
    now = dt_util.utcnow()
    await house.press()

    state = house.hass.states.get(RING)
    assert state is not None
    assert state.attributes["event_type"] == "ring"
    assert abs(state.attributes["time"] - now) < timedelta(milliseconds=1)
    assert state.attributes["sub_type"] is None
    assert house.event_ids(RING) == [
        f"{house.door.id}_button_press_{round(now.timestamp() * 1000)}"
    ]
    last = house.hass.states.get(LAST_EVENT)
    assert last is not None
    assert last.state == now.replace(microsecond=0).isoformat()
    assert last.attributes["type"] == "button_press"
    assert last.attributes["event_id"] == state.attributes["event_id"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("place", ["data", "attributes"])
async def test_every_form_of_the_envelope(
    house: House, version: Literal["1.0", "1.1"], place: Literal["data", "attributes"]
) -> None:
    house.simulator.behaviour.webhook_version = version
    house.simulator.behaviour.sub_type_place = place
    await house.move("human")
    assert house.fired_types(MOTION) == ["person"]


async def test_repeated_deliveries_count_once(house: House) -> None:
    house.simulator.behaviour.webhook_duplicate_share = 1.0
    await house.press()
    assert [d.attempts for d in house.simulator.webhooks.deliveries] == [2]
    assert len(house.event_ids(RING)) == 1


@pytest.mark.parametrize(
    ("place", "name"),
    [("meta", "request_id"), ("data", "id")],
    ids=["request", "event"],
)
async def test_one_known_id_is_enough(
    house: House, freezer: FrozenDateTimeFactory, place: str, name: str
) -> None:
    first = house.envelope("button_press", request_id="a")
    freezer.tick(20)
    second = house.envelope("button_press", request_id="b")
    second[place][name] = first[place][name]

    assert [await house.deliver(first), await house.deliver(second)] == [200, 200]

    assert house.event_ids(RING) == [first["data"]["id"]]


async def test_events_without_ids_are_not_taken_for_each_other(
    house: House, freezer: FrozenDateTimeFactory
) -> None:
    for _ in range(2):
        freezer.tick(20)
        body = house.envelope("button_press")
        del body["data"]["id"], body["meta"]["request_id"]
        assert await house.deliver(body) == 200
    assert len(house.event_ids(RING)) == 2


async def test_history_and_webhook_tell_of_one_event(house: House) -> None:
    await house.press()
    house.simulator.behaviour.webhook_drop_share = 1.0
    await house.pass_time(3600)
    assert len(house.event_ids(RING)) == 1
    assert house.late == []


async def test_a_webhook_that_comes_after_the_history(house: House) -> None:
    body = house.envelope("button_press")
    house.simulator.history.add(house.door, "ding")
    await house.pass_time(56)
    assert len(house.event_ids(RING)) == 1

    assert await house.deliver(body) == 200

    assert len(house.event_ids(RING)) == 1


async def test_a_lost_neighbour_is_not_mistaken(
    house: House, freezer: FrozenDateTimeFactory
) -> None:
    """The history tells of two presses 5 s apart, a webhook only of the second."""
    house.simulator.behaviour.webhook_drop_share = 1.0
    await house.press()
    lost = house.simulator.history.of(house.door)[0]
    freezer.tick(5)
    house.simulator.behaviour.webhook_drop_share = 0.0
    await house.press()
    assert len(house.event_ids(RING)) == 1

    await house.pass_time(3600)

    assert len(house.event_ids(RING)) == 1
    assert [event.data["event_id"] for event in house.late] == [lost.id]


@pytest.mark.parametrize(("ago", "rings", "late"), [(59.0, 1, 0), (61.0, 0, 1)])
async def test_only_news_rings(house: House, ago: float, rings: int, late: int) -> None:
    await house.deliver(house.envelope("button_press", ago=ago))
    await house.hass.async_block_till_done()

    assert (len(house.event_ids(RING)), len(house.late)) == (rings, late)
    happened = dt_util.utcnow() - timedelta(seconds=ago)
    shown = dt_util.parse_datetime(state_of(house.hass, LAST_EVENT))
    assert shown is not None
    assert abs(shown - happened) <= timedelta(seconds=1)


async def test_the_last_event_is_the_one_that_happened_last(house: House) -> None:
    later = house.envelope("button_press", request_id="later", ago=10)
    earlier = house.envelope("motion_detected", request_id="earlier", ago=20)
    for body in (later, earlier):
        await house.deliver(body)
    await house.pass_time(1)
    state = house.hass.states.get(LAST_EVENT)
    assert state is not None
    assert state.attributes["event_id"] == later["data"]["id"]


async def test_a_clock_that_is_ahead_does_not_hold_events_back(house: House) -> None:
    await house.deliver(house.envelope("button_press", ago=-3600))
    state = house.hass.states.get(RING)
    assert state is not None
    assert state.attributes["time"] == dt_util.utcnow()


async def test_an_event_without_a_time_happened_now(house: House) -> None:
    body = house.envelope("button_press")
    del body["data"]["attributes"]["timestamp"], body["meta"]["time"]
    await house.deliver(body)
    assert len(house.event_ids(RING)) == 1


async def test_presses_keep_ringing_while_ring_answers_nothing(house: House) -> None:
    house.simulator.faults.add(Fault(status=500))
    for minutes in range(1, 31):
        await house.pass_time(60)
        await house.press()
        assert len(house.event_ids(RING)) == minutes
    assert state_of(house.hass, ONLINE) == "unavailable"


async def test_what_no_one_knows_is_taken_and_forgotten(house: House) -> None:
    before = states(house.hass, "")
    odd = house.envelope("teleported", request_id="1")
    account = house.envelope("app_integration_added", request_id="2")
    account["data"]["attributes"] = {
        "source": house.simulator.account.id,
        "source_type": "users",
    }
    subscription = house.envelope("subscription_activated", request_id="3")
    subscription["data"]["attributes"] = {
        "source": "subscriptions",
        "source_id": "s",
        "sub_type": "trial",
        "plan_id": None,
    }
    subscription["data"]["relationships"] = {
        "devices": {"data": [{"type": "device", "id": house.door.id}]}
    }
    for body in (odd, account, subscription):
        assert await house.deliver(body) == 200
    await house.settle()
    changed = {
        key for key, state in states(house.hass, "").items() if before[key] != state
    }
    assert changed <= {"sensor.alex_morgan_event_delivery"}


async def test_one_that_fails_to_listen_costs_nobody_else_the_event(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_told: Any) -> None:
        raise RuntimeError("broken on purpose")

    stop = house.entry.runtime_data.events.async_observe(fail)
    await house.press()
    stop()

    assert len(house.event_ids(RING)) == 1
    assert "An event of type button_press could not be shown" in caplog.text


async def test_what_comes_while_the_account_is_reloaded_is_not_lost(
    house: House,
) -> None:
    """Ring is asked to deliver it again."""
    again = asyncio.Event()

    async def rest(_seconds: float) -> None:
        await again.wait()

    house.simulator._sleep = rest
    assert await house.hass.config_entries.async_unload(house.entry.entry_id)
    (delivery,) = house.simulator.press(house.door)
    await house.settle()
    assert delivery.last_status == 503

    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    again.set()
    while delivery.last_status != 200:
        await house.settle()

    assert len(house.event_ids(RING)) == 1


async def test_a_burst_of_a_thousand(
    house: House, freezer: FrozenDateTimeFactory
) -> None:
    """They come within a minute, some twice, and the history has them all, too."""
    house.simulator.behaviour.history_page_size = 100
    bodies = []
    for number in range(1000):
        freezer.tick(0.05)
        device = (house.door, house.garden)[number % 2]
        house.simulator.history.add(device, "motion")
        bodies.append(house.envelope("motion_detected", device, request_id=str(number)))
        assert await house.deliver(bodies[-1]) == 200
        if number % 10 == 0:
            assert await house.deliver(bodies[number // 10]) == 200
    ids = [*house.event_ids("event.front_door_motion"), *house.event_ids(MOTION)]
    assert sorted(ids) == sorted(body["data"]["id"] for body in bodies)

    await house.pass_time(3600)

    assert len(house.event_ids(MOTION)) == 500
    assert house.late == []


async def test_devices_that_come_and_go_leave_nothing(house: House) -> None:
    listeners = house.entry.runtime_data.events._listeners
    before = set(listeners)
    shed = house.simulator.add_device("camera", "Shed")
    house.simulator.happenings.added(shed)
    await house.settle()
    await house.pass_time(11)
    assert set(listeners) == before | {shed.id}
    house.simulator.happenings.remove(shed)
    await house.settle()
    await house.pass_time(11)
    assert set(listeners) == before


async def test_a_thousand_in_an_hour_and_more(house: House) -> None:
    """The history is read once an hour, and knows them all, too."""
    house.simulator.behaviour.history_page_size = 100
    await house.press()
    await house.pass_time(60)
    doors = "event.front_door_motion"
    for number in range(1300):
        house.freezer.tick(2)
        device = (house.door, house.garden)[number % 2]
        house.simulator.history.add(device, "motion")
        body = house.envelope("motion_detected", device, request_id=str(number))
        await house.deliver(body)
    fired = len(house.event_ids(doors)), len(house.event_ids(MOTION))
    assert fired == (650, 650)
    for _ in range(70):
        await house.pass_time(60)
    assert (len(house.event_ids(doors)), len(house.event_ids(MOTION))) == fired
    assert house.late == []
    assert house.entry.runtime_data.webhooks.deliveries.missed_events == 0


async def test_a_time_before_there_was_ring_is_none(house: House) -> None:
    body = house.envelope("button_press")
    body["data"]["attributes"]["timestamp"] = -62135596800000
    body["meta"]["time"] = "0001-01-01T00:00:00Z"
    await house.deliver(body)
    assert len(house.event_ids(RING)) == 1


async def test_a_late_event_bears_the_name_that_a_person_gave(house: House) -> None:
    device = async_registered(house.hass, house.entry, house.door.id)
    assert device is not None
    dr.async_get(house.hass).async_update_device(device.id, name_by_user="Gate")
    await house.deliver(house.envelope("button_press", ago=90))
    await house.hass.async_block_till_done()
    assert [event.data["name"] for event in house.late] == ["Gate"]


async def test_what_nobody_has_shown_is_not_another_device_s(house: House) -> None:
    """A press at a device that is not shared, then a doorbell that is new."""
    await house.press()
    stranger = house.simulator.add_device("doorbell", "Cabin")
    stranger.shared = False
    await house.deliver(house.envelope("button_press", stranger))
    shed = house.simulator.add_device("doorbell", "Shed")
    house.simulator.happenings.added(shed)
    await house.settle()
    await house.pass_time(11)
    assert state_of(house.hass, "event.shed_doorbell") == "unknown"
