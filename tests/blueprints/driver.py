"""Sets up automations, also from the blueprints, and waits for them."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.setup import async_setup_component

from ..linked_home import LinkedHome

FOLDER = Path("blueprints/automation/ring_partner").resolve()


async def automate(home: LinkedHome, config: Mapping[str, Any]) -> None:
    """Set up an automation."""
    automation = {"alias": "it", **config}
    assert await async_setup_component(
        home.hass, AUTOMATION, {AUTOMATION: [automation]}
    )
    await home.hass.async_block_till_done()
    state = home.hass.states.get("automation.it")
    assert state is not None
    assert state.state == "on"


async def use_blueprint(
    home: LinkedHome, tmp_path: Path, name: str, **inputs: object
) -> None:
    """Set up an automation that uses a blueprint."""
    shutil.copytree(FOLDER, tmp_path / "blueprints/automation/ring_partner")
    home.hass.config.config_dir = str(tmp_path)
    path = f"ring_partner/{name}.yaml"
    await automate(home, {"use_blueprint": {"path": path, "input": inputs}})


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, while an automation waits for something else.

    `async_block_till_done` would wait for the end of the automation.
    """
    while not condition():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0)
