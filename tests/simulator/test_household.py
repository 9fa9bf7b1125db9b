"""Tests of the devices of the default account."""

import pytest

from ring_simulator import DeviceKind, Simulator


@pytest.mark.parametrize("kind", list(DeviceKind))
def test_household_contains_every_kind(simulator: Simulator, kind: DeviceKind) -> None:
    assert any(device.kind is kind for device in simulator.devices.values())


def test_unknown_kind_or_relation_is_refused(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="toaster"):
        simulator.add_device("toaster", "Kitchen")
    with pytest.raises(ValueError, match="owner"):
        simulator.device("Garden").related("owner")


def test_power_source_and_camera(simulator: Simulator) -> None:
    assert simulator.device("Garden").power == "battery"
    assert simulator.device("Driveway").power == "line"
    assert simulator.device("Back Door").power is None
    assert simulator.device("Garden").is_camera
    assert not simulator.device("Hallway Chime").is_camera
