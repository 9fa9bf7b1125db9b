"""Ring Sensors on their device's page."""

from playwright.async_api import expect
import pytest

from script.harness.pages import HomeAssistantPage
from script.harness.simulator import RealSimulator

pytestmark = pytest.mark.usefixtures("linked_entry_id")


async def test_flood_is_shown_on_the_open_page(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    await page.log_in()
    await page.open_device("Basement")
    row = page.entity_row("Flood")
    await expect(row).to_contain_text("Dry")
    await simulator.sensor_event("Basement", "flood_detected")
    await expect(row).to_contain_text("Wet")
    await page.screenshot("flood")
    await simulator.sensor_event("Basement", "flood_cleared")
    await expect(row).to_contain_text("Dry")
