"""What the panel's buttons do to Ring's cloud, and what the person sees of it."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage

STATUS = "sensor.alex_morgan_api_status"


@pytest.fixture
async def shared_home_assistant(
    simulator: RealSimulator, tmp_path: Path
) -> AsyncIterator[RealHomeAssistant]:
    """A Home Assistant of one's own: the pauses that Ring asks for outlast a test."""
    async with RealHomeAssistant(tmp_path, env=simulator.environment) as fresh:
        yield fresh


@pytest.mark.usefixtures("entry_id")
@pytest.mark.parametrize(
    ("button", "state", "shown"),
    [
        ("fault-429", "rate_limited", "Too many requests"),
        ("fault-503", "outage", "Outage"),
        ("fault-406", "refused", "Network refused"),
    ],
)
async def test_button_shows_in_the_status(
    home_assistant: RealHomeAssistant,
    page: HomeAssistantPage,
    panel: PanelPage,
    button: str,
    state: str,
    shown: str,
) -> None:
    async def is_noticed() -> bool:
        await home_assistant.api.act(
            "homeassistant.update_entity",
            entity_id="binary_sensor.garden_connectivity",
        )
        return (await home_assistant.api.states())[STATUS].state == state

    await page.be_logged_in()
    # The account's name heads its entry, too; the device comes after it.
    await page.open("config/integrations/integration/ring_partner")
    await page.page.get_by_text("Alex Morgan", exact=True).last.click()
    await panel.press(button)
    await eventually(is_noticed, f"The status is {state}", within=60)
    await expect(page.entity_row("API status")).to_contain_text(shown)
    await page.screenshot(f"status-{state}")
    if state == "refused":
        await page.open("config/repairs")
        await expect(
            page.page.get_by_text("Ring refuses connections from this network")
        ).to_be_visible()
        await page.screenshot("repairs-refused")
