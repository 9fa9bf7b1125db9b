"""The repair issue for a wrong clock of this machine."""

from datetime import timedelta
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from ring_simulator import Fault

from ..conftest import DeviceListModifier
from ..polling_driver import PollingDriver


def shift(modify_device_list: DeviceListModifier, seconds: float | None) -> None:
    """Let Ring's clock differ; None for a response without a time."""

    def change(document: dict[str, Any]) -> None:
        if seconds is None:
            del document["meta"]["time"]
            return
        time = dt_util.utcnow() + timedelta(seconds=seconds)
        document["meta"]["time"] = time.isoformat()

    modify_device_list(change)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(3900, "1:05:00"), (-90, "0:01:30"), (-86_400 * 2, "2 days, 0:00:00")],
)
async def test_wrong_clock(
    polling: PollingDriver,
    modify_device_list: DeviceListModifier,
    seconds: float,
    shown: str,
) -> None:
    shift(modify_device_list, seconds)
    await polling.poll()
    assert "clock_wrong" not in polling.issues
    await polling.poll()
    placeholders = polling.issues["clock_wrong"].translation_placeholders
    assert placeholders == {"account": polling.entry.title, "difference": shown}
    # A failed poll, or a response without a time, says nothing about the clock.
    fault = await polling.fail(Fault(status=500))
    polling.simulator.faults.remove(fault)
    shift(modify_device_list, None)
    await polling.poll(3)
    assert "clock_wrong" in polling.issues
    shift(modify_device_list, 0)
    await polling.poll()
    assert "clock_wrong" not in polling.issues


async def test_small_difference(
    polling: PollingDriver, modify_device_list: DeviceListModifier
) -> None:
    for seconds in (59, -59):
        shift(modify_device_list, seconds)
        await polling.poll(3)
        assert "clock_wrong" not in polling.issues


async def test_single_wrong_times(
    polling: PollingDriver, modify_device_list: DeviceListModifier
) -> None:
    for seconds in (500, 0, 500, 0):
        shift(modify_device_list, seconds)
        await polling.poll()
    assert "clock_wrong" not in polling.issues


async def test_unloaded_account(
    polling: PollingDriver, modify_device_list: DeviceListModifier
) -> None:
    shift(modify_device_list, 500)
    await polling.poll(2)
    assert "clock_wrong" in polling.issues
    await polling.hass.config_entries.async_unload(polling.entry.entry_id)
    assert "clock_wrong" not in polling.issues
