"""Each Home Assistant that is supported starts with the integration, without a word."""

from pathlib import Path

import pytest

from script.harness.account import add_playground_account
from script.harness.checkout import DOMAIN, NEXT_VENV, VENV
from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.log import LogRecord
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually


@pytest.mark.parametrize(
    "venv", [pytest.param(VENV, id="supported"), pytest.param(NEXT_VENV, id="newest")]
)
async def test_account_works_before_and_after_a_restart_and_nothing_is_complained_of(
    venv: Path, simulator: RealSimulator, tmp_path: Path
) -> None:
    await simulator.reset()
    visible = [
        device["name"]
        for device in (await simulator.state())["devices"]
        if device["visible"]
    ]
    async with RealHomeAssistant(
        tmp_path / "config", venv=venv, env=simulator.environment
    ) as home_assistant:
        entry_id = await add_playground_account(home_assistant.api, simulator)

        async def all_there() -> bool:
            devices = await shown_devices(home_assistant.api, entry_id)
            there = {device.name for device in devices if device.available}
            return there.issuperset(visible)

        await eventually(all_there, "All devices are available")
        assert _complaints(home_assistant) == []

        await home_assistant.restart()
        await eventually(all_there, "All devices are available after the restart")
        await home_assistant.api.post(
            f"config/config_entries/entry/{entry_id}/reload", {}
        )
        await eventually(all_there, "All devices are available after the reload")
        await home_assistant.api.delete(f"config/config_entries/entry/{entry_id}")
        await home_assistant.stop()
        assert _complaints(home_assistant) == []


def _complaints(home_assistant: RealHomeAssistant) -> list[LogRecord]:
    """Return what the log holds against the integration."""
    return [
        record
        for record in home_assistant.log("", "WARNING", "ERROR", "CRITICAL")
        if DOMAIN in f"{record.logger} {record.message}"
        # Home Assistant says this of every custom integration …
        and not (record.logger == "homeassistant.loader" and "tested" in record.message)
        # … and this integration that it doesn't talk to Ring's own cloud.
        and "stands in for Ring's cloud" not in record.message
    ]
