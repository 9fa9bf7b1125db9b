"""A power cut costs nothing but the time that the power is gone."""

from pathlib import Path

from script.harness.account import add_playground_account
from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually


async def test_account_works_after_a_power_cut(
    simulator: RealSimulator, tmp_path: Path
) -> None:
    await simulator.reset()
    async with RealHomeAssistant(
        tmp_path / "config", env=simulator.environment
    ) as home_assistant:
        entry_id = await add_playground_account(home_assistant.api, simulator)

        async def on_disk() -> bool:
            return entry_id in home_assistant.stored("core.config_entries")

        async def garden_is_available() -> bool:
            devices = await shown_devices(home_assistant.api, entry_id)
            return any(
                device.name == "Garden" and device.available for device in devices
            )

        await eventually(garden_is_available, "The camera is available")
        await eventually(on_disk, "The account is on disk")
        await home_assistant.kill()
        await home_assistant.start()
        await eventually(garden_is_available, "The camera is available again")
