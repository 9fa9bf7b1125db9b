"""The supported and the newest Home Assistant, each from start to removal."""

from pathlib import Path

import pytest

from script.harness.accounts import add_playground_account
from script.harness.const import DOMAIN, NEXT_VENV, VENV
from script.harness.devices import get_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.log import LogRecord
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until


@pytest.mark.parametrize(
    "venv", [pytest.param(VENV, id="supported"), pytest.param(NEXT_VENV, id="newest")]
)
async def test_setup_restart_reload_and_removal_log_no_warnings(
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

        async def all_available() -> bool:
            devices = await get_devices(home_assistant.api, entry_id)
            available = {device.name for device in devices if device.available}
            return available.issuperset(visible)

        await wait_until(all_available, "All devices are available")
        assert _warnings(home_assistant) == []

        await home_assistant.restart()
        await wait_until(all_available, "All devices are available after the restart")
        await home_assistant.api.reload_entry(entry_id)
        await wait_until(all_available, "All devices are available after the reload")
        await home_assistant.api.remove_entry(entry_id)
        await home_assistant.stop()
        assert _warnings(home_assistant) == []


def _warnings(home_assistant: RealHomeAssistant) -> list[LogRecord]:
    """Return warnings and errors about the integration."""
    return [
        record
        for record in home_assistant.log("WARNING", "ERROR", "CRITICAL")
        if DOMAIN in f"{record.logger} {record.message}"
        # Home Assistant logs this for every custom integration.
        and not (record.logger == "homeassistant.loader" and "tested" in record.message)
        # The integration logs that the simulator's URLs are set in the environment.
        and not record.message.startswith("RING_PARTNER_")
    ]
