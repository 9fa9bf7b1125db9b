"""Ring Sensors: their readings from webhooks and polls."""

from typing import Any

import pytest

from custom_components.ring_partner.account.event_status import MAX_AGE
from custom_components.ring_partner.events.delivery_health import MAX_DELIVERY_DELAY
from ring_simulator import Fault, SimDevice

from .helpers import state_of
from .linked_home import LinkedHome
from .polling_driver import PollingDriver

OPENING = "binary_sensor.back_door_opening"
FLOOD = "binary_sensor.basement_flood"
TEMPERATURE = "sensor.bedroom_temperature"


def state(home: LinkedHome, entity_id: str) -> str:
    return state_of(home.hass, entity_id)


@pytest.fixture
def basement(home: LinkedHome) -> SimDevice:
    return home.simulator.device("Basement")


@pytest.mark.parametrize(
    ("name", "reading", "entity_id"),
    [
        ("Back Door", "contact", OPENING),
        ("Back Door", "tamper", "binary_sensor.back_door_tamper"),
        ("Basement", "flood", FLOOD),
        ("Basement", "freeze", "binary_sensor.basement_freeze"),
    ],
)
async def test_alarm_from_webhooks(
    home: LinkedHome, name: str, reading: str, entity_id: str
) -> None:
    device = home.simulator.device(name)
    for on in (True, False):
        await home.pass_time(5)
        home.simulator.actions.report(device, **{reading: on})
        await home.settle()
        assert state(home, entity_id) == ("on" if on else "off")
    assert home.entry.runtime_data.delivery.tracker.missed_events == 0


@pytest.mark.parametrize(
    ("name", "reading", "value", "entity_id"),
    [
        ("Bedroom", "temperature", 36.4, "bedroom_temperature_out_of_range"),
        ("Bedroom", "temperature", 4, "bedroom_temperature_out_of_range"),
        ("Bedroom", "humidity", 75, "bedroom_humidity_out_of_range"),
        ("Kitchen Air", "pm25", 40, "kitchen_air_pm2_5_too_high"),
        ("Kitchen Air", "co", 35, "kitchen_air_carbon_monoxide"),
    ],
)
async def test_exceeded_limit_from_webhooks(
    home: LinkedHome, name: str, reading: str, value: float, entity_id: str
) -> None:
    device = home.simulator.device(name)
    before = device.readings[reading]
    for reported, expected in ((value, "on"), (before, "off")):
        await home.pass_time(5)
        home.simulator.actions.report(device, **{reading: reported})
        await home.settle()
        assert state(home, f"binary_sensor.{entity_id}") == expected
        (status,) = (
            known.status
            for known in home.entry.runtime_data.coordinator.data.values()
            if known.id == device.id
        )
        assert getattr(status, reading) == reported


async def test_measurements_from_polls(polling: PollingDriver) -> None:
    device = polling.simulator.device("Bedroom")
    device.report(temperature=23.4, humidity=51, battery=12, signal="poor")
    await polling.poll()
    assert polling.state(TEMPERATURE) == "23.4"
    assert polling.state("sensor.bedroom_humidity") == "51"
    assert polling.state("sensor.bedroom_battery") == "12"
    assert polling.state("sensor.bedroom_signal_strength") == "poor"


async def test_readings_before_the_first_report_are_unknown(
    polling: PollingDriver,
) -> None:
    attic = polling.simulator.device("Attic Window")
    entity_id = "binary_sensor.attic_window_opening"
    assert polling.state(entity_id) == "unknown"
    assert polling.state("sensor.attic_window_battery") == "unknown"
    attic.report(contact=True)
    await polling.poll()
    assert polling.state(entity_id) == "on"
    assert polling.state("sensor.attic_window_battery") == "90"


async def test_battery_after_a_start_during_an_outage(home: LinkedHome) -> None:
    """It is not known then which devices are on mains power, also after an event."""
    home.simulator.faults.add(Fault(status=503))
    await home.reload()
    assert state(home, "sensor.bedroom_battery") == "unavailable"
    assert home.hass.states.get("sensor.kitchen_air_battery") is None
    kitchen = home.simulator.device("Kitchen Air")
    home.simulator.report(kitchen, pm25=40)
    await home.settle()
    status = home.entry.runtime_data.coordinator.data[kitchen.id].status
    assert status.pm25 == 40
    assert home.hass.states.get("sensor.kitchen_air_battery") is None

    home.simulator.faults.clear()
    await home.pass_time(120)
    assert state(home, "sensor.bedroom_battery") == "90"
    assert home.hass.states.get("sensor.kitchen_air_battery") is None


async def test_battery_on_mains_power(polling: PollingDriver) -> None:
    assert polling.hass.states.get("sensor.kitchen_air_battery") is None
    polling.simulator.device("Kitchen Air").report(battery=80)
    await polling.poll()
    assert polling.state("sensor.kitchen_air_battery") == "80"
    polling.simulator.device("Kitchen Air").report(battery=255)
    await polling.poll()
    assert polling.state("sensor.kitchen_air_battery") == "unknown"


async def test_entities_appear_with_a_capability(polling: PollingDriver) -> None:
    device = polling.simulator.device("Bedroom")
    assert polling.hass.states.get("binary_sensor.bedroom_flood") is None
    device.capabilities["flood_detection"] = {"configurations": []}
    await polling.poll()
    assert polling.state("binary_sensor.bedroom_flood") == "unknown"
    device.report(flood=True)
    await polling.poll()
    assert polling.state("binary_sensor.bedroom_flood") == "on"


async def test_snooze(polling: PollingDriver) -> None:
    chime = polling.simulator.device("Hallway Chime")
    assert polling.hass.states.get("binary_sensor.hallway_chime_snoozed") is None
    chime.snoozed_until = polling.simulator.clock() + 3600
    await polling.poll()
    assert polling.state("binary_sensor.hallway_chime_snoozed") == "on"
    await polling.pass_time(3600)
    assert polling.state("binary_sensor.hallway_chime_snoozed") == "off"


async def test_offline_sensor_is_unavailable(home: LinkedHome) -> None:
    door = home.simulator.device("Back Door")
    home.simulator.actions.set_online(door, online=False)
    await home.settle()
    assert state(home, OPENING) == "unavailable"
    # A sensor that reports is online.
    await home.pass_time(5)
    home.simulator.actions.report(door, contact=True)
    await home.settle()
    assert state(home, OPENING) == "on"


async def test_status_that_is_older_than_the_event_changes_nothing(
    home: LinkedHome, basement: SimDevice
) -> None:
    """Ring's status may lag behind its webhooks."""
    await home.deliver(home.envelope("flood_detected", basement))
    assert state(home, FLOOD) == "on"
    await home.pass_time(60)
    await home.entry.runtime_data.coordinator.async_refresh()
    assert state(home, FLOOD) == "on"
    # Ring still has no newer status after half an hour: it is the authority.
    await home.pass_time(MAX_AGE.total_seconds())
    await home.entry.runtime_data.coordinator.async_refresh()
    assert state(home, FLOOD) == "off"


async def test_newer_status_corrects_an_event(
    home: LinkedHome, basement: SimDevice
) -> None:
    await home.deliver(home.envelope("flood_detected", basement))
    assert state(home, FLOOD) == "on"
    await home.pass_time(5)
    basement.report(flood=False)
    await home.entry.runtime_data.coordinator.async_refresh()
    assert state(home, FLOOD) == "off"


async def test_event_that_is_older_than_the_status_changes_nothing(
    home: LinkedHome, basement: SimDevice
) -> None:
    await home.pass_time(60)
    basement.report(flood=False)
    await home.entry.runtime_data.coordinator.async_refresh()
    await home.deliver(home.envelope("flood_detected", basement, ago=10))
    assert state(home, FLOOD) == "off"


async def test_events_out_of_order(home: LinkedHome, basement: SimDevice) -> None:
    await home.pass_time(60)
    await home.deliver(home.envelope("flood_cleared", basement, request_id="2"))
    await home.deliver(home.envelope("flood_detected", basement, request_id="1", ago=5))
    assert state(home, FLOOD) == "off"
    kitchen = home.simulator.device("Kitchen Air")
    await home.deliver(home.envelope("co_cleared", kitchen, request_id="4", co=2))
    await home.deliver(
        home.envelope("co_exceeded", kitchen, request_id="3", ago=5, co=80)
    )
    assert state(home, "binary_sensor.kitchen_air_carbon_monoxide") == "off"
    assert state(home, "sensor.kitchen_air_carbon_monoxide") == "2"


@pytest.mark.parametrize("value", [None, "high", True])
async def test_event_without_a_usable_value(home: LinkedHome, value: Any) -> None:
    kitchen = home.simulator.device("Kitchen Air")
    values = {} if value is None else {"co": value}
    await home.deliver(home.envelope("co_exceeded", kitchen, **values))
    assert state(home, "binary_sensor.kitchen_air_carbon_monoxide") == "on"
    assert state(home, "sensor.kitchen_air_carbon_monoxide") == "0"


async def test_alert_outlives_a_restart(home: LinkedHome) -> None:
    kitchen = home.simulator.device("Kitchen Air")
    await home.deliver(home.envelope("pm25_exceeded", kitchen, pm25=50))
    await home.reload()
    assert state(home, "binary_sensor.kitchen_air_pm2_5_too_high") == "on"


async def test_change_without_a_webhook_is_a_missed_event(
    home: LinkedHome, basement: SimDevice
) -> None:
    tracker = home.entry.runtime_data.delivery.tracker
    home.simulator.settings.webhook_drop_share = 1.0
    for flood, missed in ((True, 1), (False, 2)):
        await home.pass_time(60)
        home.simulator.actions.report(basement, flood=flood)
        await home.entry.runtime_data.coordinator.async_refresh()
        assert tracker.missed_events == missed - 1
        await home.pass_time(MAX_DELIVERY_DELAY.total_seconds())
        assert tracker.missed_events == missed
    assert state(home, "sensor.alex_morgan_event_delivery") == "missing"
    # An event shows that delivery works again.
    home.simulator.settings.webhook_drop_share = 0.0
    home.simulator.actions.report(basement, flood=True)
    await home.settle()
    assert state(home, "sensor.alex_morgan_event_delivery") == "working"


async def test_webhook_after_the_poll_is_not_missed(
    home: LinkedHome, basement: SimDevice
) -> None:
    await home.pass_time(60)
    at = home.envelope("flood_detected", basement)
    basement.report(flood=True)
    await home.entry.runtime_data.coordinator.async_refresh()
    await home.pass_time(30)
    await home.deliver(at)
    await home.pass_time(MAX_DELIVERY_DELAY.total_seconds())
    assert home.entry.runtime_data.delivery.tracker.missed_events == 0
    assert state(home, FLOOD) == "on"
