"""What happens in a household, and which events it causes."""

from typing import Any

import pytest

from ring_simulator import Simulator

from .tools import Partner, Web


async def told(sim: Simulator, partner: Partner) -> list[tuple[str, dict[str, Any]]]:
    """Return the types of the events and what they measured."""
    await sim.webhooks.idle()
    found = []
    for received in partner.webhooks:
        data = received.json["data"]
        plain = ("source", "source_type", "timestamp")
        values = {k: v for k, v in data["attributes"].items() if k not in plain}
        found.append((data["type"], values))
    partner.received.clear()
    return found


async def test_online_and_offline(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    device = sim.device("Garden")

    sim.set_online(device, online=False)
    assert await told(sim, partner) == [("device_offline", {})]
    assert not device.online
    sim.set_online(device, online=False)
    assert await told(sim, partner) == []
    sim.set_online(device, online=True)
    assert await told(sim, partner) == [("device_online", {})]
    # nobody hears of an attribute
    device.online = False
    assert await told(sim, partner) == []


async def test_sharing(sim: Simulator, partner: Partner, linked: Web) -> None:
    device = sim.device("Garden")

    sim.happenings.set_shared(device, shared=False)
    sim.happenings.set_shared(device, shared=False)
    assert await told(sim, partner) == [("device_removed", {})]
    sim.happenings.set_shared(device, shared=True)
    assert await told(sim, partner) == [("device_added", {})]


async def test_removing(sim: Simulator, partner: Partner, linked: Web) -> None:
    device = sim.device("Garden")

    sim.happenings.remove(device)

    assert await told(sim, partner) == [("device_removed", {})]
    assert (await linked.get(f"/v1/devices/{device.id}")).status == 404


@pytest.mark.parametrize(
    ("name", "reading", "on", "off"),
    [
        ("Back Door", "contact", "contact_sensor_faulted", "contact_sensor_cleared"),
        ("Back Door", "tamper", "tamper_detected", "tamper_cleared"),
        ("Basement", "flood", "flood_detected", "flood_cleared"),
        ("Basement", "freeze", "freeze_detected", "freeze_cleared"),
    ],
)
async def test_alarms(
    sim: Simulator,
    partner: Partner,
    linked: Web,
    name: str,
    reading: str,
    on: str,
    off: str,
) -> None:
    device = sim.device(name)

    sim.report(device, **{reading: True})
    assert await told(sim, partner) == [(on, {})]
    sim.report(device, **{reading: True, "battery": 80})
    assert await told(sim, partner) == []
    sim.report(device, **{reading: False})
    assert await told(sim, partner) == [(off, {})]

    # the other way round
    sim.sensor_event(device, on)
    assert await told(sim, partner) == [(on, {})]
    assert device.readings[reading] is True
    sim.sensor_event(device, off)
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
async def test_thresholds(
    sim: Simulator,
    partner: Partner,
    linked: Web,
    name: str,
    reading: str,
    value: float,
    threshold: str,
) -> None:
    device = sim.device(name)
    normal = device.readings[reading]

    sim.report(device, **{reading: value})
    assert await told(sim, partner) == [
        (f"{reading}_exceeded", {reading: value, "threshold_type": threshold})
    ]
    sim.report(device, **{reading: value})
    assert await told(sim, partner) == []
    sim.report(device, **{reading: normal})
    assert await told(sim, partner) == [
        (f"{reading}_cleared", {reading: normal, "threshold_type": threshold})
    ]


async def test_a_first_reading(sim: Simulator, partner: Partner, linked: Web) -> None:
    sim.report(sim.device("Bedroom"), pm25=36, co=2, tamper=False)

    values = {"pm25": 36, "threshold_type": "max"}
    assert await told(sim, partner) == [("pm25_exceeded", values)]


async def test_from_one_threshold_to_the_other(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    device = sim.device("Bedroom")
    sim.report(device, temperature=40)
    await told(sim, partner)

    sim.report(device, temperature=0)

    assert await told(sim, partner) == [
        ("temperature_cleared", {"temperature": 0, "threshold_type": "max"}),
        ("temperature_exceeded", {"temperature": 0, "threshold_type": "min"}),
    ]


async def test_an_event_with_values(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    device = sim.device("Bedroom")
    values: dict[str, Any] = {"temperature": 36, "threshold_type": "max"}

    sim.sensor_event(device, "temperature_exceeded", **values)

    assert await told(sim, partner) == [("temperature_exceeded", values)]
    assert device.readings["temperature"] == 36
    with pytest.raises(ValueError, match="temperature: must be"):
        sim.sensor_event(device, "temperature_exceeded", temperature="hot")
    assert await told(sim, partner) == []


def test_what_a_device_can_not(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="only doorbells"):
        sim.press(sim.device("Garden"))
    with pytest.raises(ValueError, match="only cameras"):
        sim.motion(sim.device("Back Door"))


async def test_nobody_hears_of_hidden_devices(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    sim.device("Garden").shared = False
    for name in ("Safe Room", "Garden"):
        device = sim.device(name)
        sim.motion(device)
        sim.set_online(device, online=False)
        sim.happenings.remove(device)
    sim.motion(sim.device("Nursery"))

    assert await told(sim, partner) == [("motion_detected", {})]
