"""An account after Home Assistant was killed, for example by a power failure."""

from functools import partial
from pathlib import Path

from script.harness.accounts import add_playground_account
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .helpers import garden_available


async def test_account_works_after_a_kill(
    simulator: RealSimulator, tmp_path: Path
) -> None:
    await simulator.reset()
    async with RealHomeAssistant(
        tmp_path / "config", env=simulator.environment
    ) as home_assistant:
        entry_id = await add_playground_account(home_assistant.api, simulator)
        camera_available = partial(garden_available, home_assistant, entry_id)

        async def entry_stored() -> bool:
            return entry_id in home_assistant.read_storage("core.config_entries")

        await wait_until(camera_available, "The camera is available")
        await wait_until(entry_stored, "The config entry is stored on disk")
        await home_assistant.kill()
        await home_assistant.start()
        await wait_until(camera_available, "The camera is available again")
