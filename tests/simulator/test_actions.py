"""Tests of the actions and the events that they send."""

from typing import Any

import pytest

from ring_simulator import Simulator

from .helpers import HttpClient, PartnerServer


async def sent_events(
    simulator: Simulator, partner: PartnerServer
) -> list[tuple[str, dict[str, Any]]]:
    """Return types and additional attributes of the events since the last call."""
    await simulator.webhooks.wait_until_idle()
    found = []
    for received in partner.webhooks:
        data = received.json["data"]
        plain = ("source", "source_type", "timestamp")
        values = {k: v for k, v in data["attributes"].items() if k not in plain}
        found.append((data["type"], values))
    partner.received.clear()
    return found


async def test_set_online(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Garden")

    simulator.set_online(device, online=False)
    assert await sent_events(simulator, partner) == [("device_offline", {})]
    assert not device.online
    simulator.set_online(device, online=False)
    assert await sent_events(simulator, partner) == []
    simulator.set_online(device, online=True)
    assert await sent_events(simulator, partner) == [("device_online", {})]
    # setting the attribute sends no event
    device.online = False
    assert await sent_events(simulator, partner) == []


async def test_set_shared(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Garden")

    simulator.actions.set_shared(device, shared=False)
    simulator.actions.set_shared(device, shared=False)
    assert await sent_events(simulator, partner) == [("device_removed", {})]
    simulator.actions.set_shared(device, shared=True)
    assert await sent_events(simulator, partner) == [("device_added", {})]


async def test_remove(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Garden")

    simulator.actions.remove(device)

    assert await sent_events(simulator, partner) == [("device_removed", {})]
    assert (await linked_client.get(f"/v1/devices/{device.id}")).status == 404


@pytest.mark.parametrize(
    ("name", "reading", "on", "off"),
    [
        ("Back Door", "contact", "contact_sensor_faulted", "contact_sensor_cleared"),
        ("Back Door", "tamper", "tamper_detected", "tamper_cleared"),
        ("Basement", "flood", "flood_detected", "flood_cleared"),
        ("Basement", "freeze", "freeze_detected", "freeze_cleared"),
    ],
)
async def test_alarm_readings_and_events(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    name: str,
    reading: str,
    on: str,
    off: str,
) -> None:
    device = simulator.device(name)

    simulator.report(device, **{reading: True})
    assert await sent_events(simulator, partner) == [(on, {})]
    simulator.report(device, **{reading: True, "battery": 80})
    assert await sent_events(simulator, partner) == []
    simulator.report(device, **{reading: False})
    assert await sent_events(simulator, partner) == [(off, {})]

    # an event sets the reading
    simulator.sensor_event(device, on)
    assert await sent_events(simulator, partner) == [(on, {})]
    assert device.readings[reading] is True
    simulator.sensor_event(device, off)
    assert device.readings[reading] is False


@pytest.mark.parametrize(
    ("name", "reading", "value", "threshold"),
    [
        ("Bedroom", "temperature", 36, "max"),
        ("Bedroom", "temperature", 4.5, "min"),
        ("Bedroom", "humidity", 71, "max"),
        ("Kitchen Air", "pm25", 36, "max"),
        ("Kitchen Air", "co", 31, "max"),
    ],
)
async def test_threshold_readings_send_events(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    name: str,
    reading: str,
    value: float,
    threshold: str,
) -> None:
    device = simulator.device(name)
    normal = device.readings[reading]

    simulator.report(device, **{reading: value})
    assert await sent_events(simulator, partner) == [
        (f"{reading}_exceeded", {reading: value, "threshold_type": threshold})
    ]
    simulator.report(device, **{reading: value})
    assert await sent_events(simulator, partner) == []
    simulator.report(device, **{reading: normal})
    assert await sent_events(simulator, partner) == [
        (f"{reading}_cleared", {reading: normal, "threshold_type": threshold})
    ]


async def test_first_reading_above_threshold(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    simulator.report(simulator.device("Bedroom"), pm25=36, co=2, tamper=False)

    values = {"pm25": 36, "threshold_type": "max"}
    assert await sent_events(simulator, partner) == [("pm25_exceeded", values)]


async def test_reading_from_max_to_min_threshold(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Bedroom")
    simulator.report(device, temperature=40)
    await sent_events(simulator, partner)

    simulator.report(device, temperature=0)

    assert await sent_events(simulator, partner) == [
        ("temperature_cleared", {"temperature": 0, "threshold_type": "max"}),
        ("temperature_exceeded", {"temperature": 0, "threshold_type": "min"}),
    ]


async def test_sensor_event_with_values(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Bedroom")
    values: dict[str, Any] = {"temperature": 36, "threshold_type": "max"}

    simulator.sensor_event(device, "temperature_exceeded", **values)

    assert await sent_events(simulator, partner) == [("temperature_exceeded", values)]
    assert device.readings["temperature"] == 36
    with pytest.raises(ValueError, match="temperature: must be"):
        simulator.sensor_event(device, "temperature_exceeded", temperature="hot")
    assert await sent_events(simulator, partner) == []


def test_action_that_device_does_not_support(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="only doorbells"):
        simulator.press(simulator.device("Garden"))
    with pytest.raises(ValueError, match="only cameras"):
        simulator.motion(simulator.device("Back Door"))


async def test_hidden_devices_send_no_events(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    simulator.device("Garden").shared = False
    for name in ("Safe Room", "Garden"):
        device = simulator.device(name)
        simulator.motion(device)
        simulator.set_online(device, online=False)
        simulator.actions.remove(device)
    simulator.motion(simulator.device("Nursery"))

    assert await sent_events(simulator, partner) == [("motion_detected", {})]
