"""A sign-in that ended is renewed by the person, and everything is back."""

from playwright.async_api import expect

from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage


async def test_revoked_token_asks_for_a_new_one_and_everything_is_back(
    home_assistant: RealHomeAssistant,
    entry_id: str,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    async def available() -> set[bool]:
        devices = await shown_devices(home_assistant.api, entry_id)
        return {device.available for device in devices if device.name != "Alex Morgan"}

    async def all_back() -> bool:
        return await available() == {True}

    await eventually(all_back, "All devices are available")

    await panel.press("token-revoke")
    await home_assistant.api.act(
        "homeassistant.update_entity", entity_id="binary_sensor.garden_connectivity"
    )

    async def all_gone() -> bool:
        return await available() == {False}

    await eventually(all_gone, "No device is available")
    await page.be_logged_in()
    await page.open_integrations()
    await expect(page.page.get_by_text("Discovered")).to_be_visible()
    await page.screenshot("signed-out")

    await page.page.get_by_role("button", name="Reconfigure").click()
    await expect(page.dialog).to_contain_text("Sign in to Ring again")
    await page.submit_token(await panel.new_token())
    await expect(page.dialog).to_contain_text("Re-authentication was successful")
    await eventually(all_back, "All devices are available again")
