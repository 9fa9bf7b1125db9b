"""Home Assistant's oldest, tested and newest version, each from start to removal."""

import json
from pathlib import Path

import pytest

from script.harness.accounts import add_playground_account
from script.harness.const import NEXT_VENV, OLDEST_VENV, ROOT, VENV
from script.harness.devices import get_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .helpers import warnings


@pytest.mark.parametrize(
    "venv",
    [
        pytest.param(OLDEST_VENV, id="oldest"),
        pytest.param(VENV, id="tested"),
        pytest.param(NEXT_VENV, id="newest"),
    ],
)
async def test_setup_restart_reload_and_removal_log_nowarnings(
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
        version = (await home_assistant.api.get("config"))["version"]
        oldest = json.loads((ROOT / "hacs.json").read_text())["homeassistant"]
        assert (version == oldest) == (venv == OLDEST_VENV)
        entry_id = await add_playground_account(home_assistant.api, simulator)

        async def all_available() -> bool:
            devices = await get_devices(home_assistant.api, entry_id)
            available = {device.name for device in devices if device.available}
            return available.issuperset(visible)

        await wait_until(all_available, "All devices are available")
        assert warnings(home_assistant) == []

        await home_assistant.restart()
        await wait_until(all_available, "All devices are available after the restart")
        await home_assistant.api.reload_entry(entry_id)
        await wait_until(all_available, "All devices are available after the reload")
        await home_assistant.api.remove_entry(entry_id)
        await home_assistant.stop()
        assert warnings(home_assistant) == []
