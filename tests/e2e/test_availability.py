"""What is out of reach is shown as out of reach."""

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant

from .pages import HomeAssistantPage, PanelPage


@pytest.mark.usefixtures("entry_id")
async def test_camera_taken_offline_in_the_panel_is_unavailable_until_it_is_back(
    home_assistant: RealHomeAssistant, page: HomeAssistantPage, panel: PanelPage
) -> None:
    await page.be_logged_in()
    await page.open_device("Garden")
    await expect(page.entity_row("Connectivity")).to_contain_text("Connected")
    await expect(page.entity_row("Motion detection")).to_contain_text("On")

    await panel.set_online("garden", online=False)
    await _look_again(home_assistant)
    await expect(page.entity_row("Connectivity")).to_contain_text("Disconnected")
    await expect(page.entity_row("Motion detection")).to_contain_text("Unavailable")
    await page.screenshot("device-offline")

    await panel.set_online("garden", online=True)
    await _look_again(home_assistant)
    await expect(page.entity_row("Connectivity")).to_contain_text("Connected")
    await expect(page.entity_row("Motion detection")).to_contain_text("On")


async def _look_again(home_assistant: RealHomeAssistant) -> None:
    """Have Home Assistant ask Ring now, rather than at the next poll."""
    await home_assistant.api.act(
        "homeassistant.update_entity", entity_id="binary_sensor.garden_connectivity"
    )
