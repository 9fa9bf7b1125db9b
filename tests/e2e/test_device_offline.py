"""Entities of a device that is offline."""

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage

from .helpers import poll_ring
from .translations import localize


@pytest.mark.usefixtures("entry_id")
async def test_offline_camera_is_unavailable_until_it_is_online_again(
    home_assistant: RealHomeAssistant, page: HomeAssistantPage, panel: PanelPage
) -> None:
    motion_detection = "entity.binary_sensor.motion_detection"
    await page.log_in()
    await page.open_device("Garden")
    connectivity_row = page.entity_row("Connectivity")
    motion_detection_row = page.entity_row(localize(f"{motion_detection}.name"))
    await expect(connectivity_row).to_contain_text("Connected")
    await expect(motion_detection_row).to_contain_text(
        localize(f"{motion_detection}.state.on")
    )

    await panel.set_online("garden", online=False)
    await poll_ring(home_assistant)
    await expect(connectivity_row).to_contain_text("Disconnected")
    await expect(motion_detection_row).to_contain_text("Unavailable")
    await page.screenshot("device-offline")

    await panel.set_online("garden", online=True)
    await poll_ring(home_assistant)
    await expect(connectivity_row).to_contain_text("Connected")
    await expect(motion_detection_row).to_contain_text(
        localize(f"{motion_detection}.state.on")
    )
