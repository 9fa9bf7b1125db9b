"""The coordinator: device lists that lack devices or parts of them."""

from typing import Any

import pytest

from ring_simulator import Fault
from ring_simulator.device import SimDevice

from .conftest import DeviceListModifier
from .helpers import LIST_PATH, requested_paths
from .polling_driver import PollingDriver


@pytest.fixture
def missing_device(
    polling: PollingDriver, modify_device_list: DeviceListModifier
) -> SimDevice:
    """Return a camera that Ring's list lacks from now on."""
    garden = polling.simulator.device("Garden")

    def remove(document: dict[str, Any]) -> None:
        document["data"] = [d for d in document["data"] if d["id"] != garden.id]

    modify_device_list(remove)
    return garden


async def test_device_missing_from_the_list_is_read_before_removal(
    polling: PollingDriver, missing_device: SimDevice
) -> None:
    await polling.poll()

    assert requested_paths(polling.simulator)[-1] == f"{LIST_PATH}/{missing_device.id}"
    assert polling.state("binary_sensor.garden_connectivity") == "on"


async def test_device_missing_from_the_list_is_known_after_a_restart(
    polling: PollingDriver, missing_device: SimDevice
) -> None:
    await polling.poll()
    polling.simulator.device("Driveway").name = "Way"
    await polling.poll()
    for _ in range(2):
        await polling.hass.config_entries.async_reload(polling.entry.entry_id)
        await polling.hass.async_block_till_done()
        assert polling.state("binary_sensor.garden_connectivity") == "on"


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault(body="device_offline"), "off"),
        (Fault(status=500), "unknown"),
        (Fault(status=404), None),
        (Fault(status=403), None),
    ],
)
async def test_response_about_a_missing_device(
    polling: PollingDriver, missing_device: SimDevice, fault: Fault, state: str | None
) -> None:
    polling.simulator.faults.add(
        Fault(
            status=fault.status,
            body=fault.body,
            path=f"{LIST_PATH}/{missing_device.id}",
        )
    )
    await polling.poll()

    found = polling.hass.states.get("binary_sensor.garden_connectivity")
    assert (found.state if found else None) == state
    assert polling.state("binary_sensor.driveway_connectivity") == "on"


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (None, "on"),
        (Fault(body="device_offline"), "off"),
        (Fault(status=500), "unknown"),
        (Fault(status=403), "unknown"),
    ],
)
async def test_status_missing_from_the_list_is_read(
    polling: PollingDriver,
    modify_device_list: DeviceListModifier,
    fault: Fault | None,
    state: str,
) -> None:
    garden = polling.simulator.device("Garden")

    def remove_status(document: dict[str, Any]) -> None:
        document["included"] = [
            r for r in document["included"] if r["id"] != garden.status_id
        ]

    modify_device_list(remove_status)
    path = f"{LIST_PATH}/{garden.id}/status"
    if fault is not None:
        polling.simulator.faults.add(
            Fault(status=fault.status, body=fault.body, path=path)
        )
    await polling.poll()

    assert requested_paths(polling.simulator)[-1] == path
    assert polling.state("binary_sensor.garden_connectivity") == state
    assert polling.state("binary_sensor.driveway_connectivity") == "on"


async def test_parts_missing_from_the_list_are_kept(
    polling: PollingDriver, modify_device_list: DeviceListModifier
) -> None:
    def remove_configurations(document: dict[str, Any]) -> None:
        document["included"] = [
            r for r in document["included"] if r["type"] != "device-configurations"
        ]

    modify_device_list(remove_configurations)
    await polling.poll()

    assert polling.state("binary_sensor.garden_motion_detection") == "on"


async def test_malformed_device_does_not_affect_the_others(
    polling: PollingDriver, modify_device_list: DeviceListModifier
) -> None:
    garden = polling.simulator.device("Garden")

    def break_garden(document: dict[str, Any]) -> None:
        for device in document["data"]:
            if device["id"] == garden.id:
                device["attributes"] = "none"

    modify_device_list(break_garden)
    polling.simulator.device("Driveway").online = False
    await polling.poll()

    assert polling.coordinator.skipped == 1
    assert polling.state("binary_sensor.garden_connectivity") == "on"
    assert polling.state("binary_sensor.driveway_connectivity") == "off"
