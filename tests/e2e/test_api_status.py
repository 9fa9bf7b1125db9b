"""The API status sensor while Ring answers with errors."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .helpers import api_status_is
from .translations import localize


@pytest.fixture
async def shared_home_assistant(
    simulator: RealSimulator, tmp_path: Path
) -> AsyncIterator[RealHomeAssistant]:
    """A new Home Assistant for each test: pauses that Ring asks for outlast a test."""
    async with RealHomeAssistant(tmp_path, env=simulator.environment) as home_assistant:
        yield home_assistant


@pytest.mark.usefixtures("entry_id")
@pytest.mark.parametrize(
    ("button", "state"),
    [("fault-429", "rate_limited"), ("fault-503", "outage"), ("fault-406", "refused")],
)
async def test_fault_changes_the_api_status(
    home_assistant: RealHomeAssistant,
    page: HomeAssistantPage,
    panel: PanelPage,
    button: str,
    state: str,
) -> None:
    await page.log_in()
    await page.open_device("Alex Morgan")
    await panel.click(button)
    await wait_until(
        partial(api_status_is, home_assistant, state),
        f"The API status is {state}",
        within=60,
    )
    row = page.entity_row(localize("entity.sensor.api_status.name"))
    await expect(row).to_contain_text(
        localize(f"entity.sensor.api_status.state.{state}")
    )
    await page.screenshot(f"status-{state}")
    if state == "refused":
        await page.open("config/repairs")
        await expect(
            page.tab.get_by_text(localize("issues.network_refused.title"))
        ).to_be_visible()
        await page.screenshot("repairs-refused")
