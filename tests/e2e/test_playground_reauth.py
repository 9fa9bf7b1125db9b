"""Reauthentication of an account with a Playground token."""

from playwright.async_api import expect

from script.harness.devices import get_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.wait import wait_until

from .helpers import poll_ring
from .translations import localize


async def test_new_token_after_revocation_makes_all_devices_available(
    home_assistant: RealHomeAssistant,
    entry_id: str,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    async def availability() -> set[bool]:
        devices = await get_devices(home_assistant.api, entry_id)
        return {device.available for device in devices if device.name != "Alex Morgan"}

    async def all_available() -> bool:
        return await availability() == {True}

    async def all_unavailable() -> bool:
        return await availability() == {False}

    await wait_until(all_available, "All devices are available")

    await panel.click("token-revoke")
    await poll_ring(home_assistant)
    await wait_until(all_unavailable, "All devices are unavailable")
    await page.log_in()
    await page.open_integrations()
    await page.start_reauth_flow("signed-out")
    await expect(page.dialog).to_contain_text(
        localize("config.step.reauth_playground.title")
    )
    await page.submit_secret(await panel.issue_token())
    await expect(page.dialog).to_contain_text("Re-authentication was successful")
    await wait_until(all_available, "All devices are available again")
