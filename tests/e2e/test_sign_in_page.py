"""A person signs in on Ring's own page."""

from playwright.async_api import Page, expect

from script.harness.account import add_credentials
from script.harness.checkout import DOMAIN
from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage


async def test_account_is_signed_in_once_the_person_allows_it(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    await add_credentials(home_assistant.api, simulator)
    await panel.page.get_by_test_id("console-allow-listed").set_checked(True)
    await panel.save_addresses(
        redirect_uri=f"{home_assistant.url}/auth/external/callback"
    )
    await page.page.bring_to_front()
    await page.be_logged_in()
    await page.open_integrations()

    ring = await _go_to_ring(page, await panel.read("hmac-key"))
    await ring.get_by_test_id("authorize-deny").click()
    await expect(page.dialog).to_contain_text("rejected")
    await page.screenshot("sign-in-denied")
    await page.dialog.get_by_role("button", name="Close").last.click()
    assert await home_assistant.api.entries(DOMAIN) == []

    ring = await _go_to_ring(page, await panel.read("hmac-key"))
    await expect(ring.locator("main")).to_contain_text("Sign in with Ring")
    await page.screenshot("sign-in-waiting")
    await ring.get_by_test_id("authorize-allow").click()
    await expect(page.dialog).to_contain_text("Name and assign")
    await page.dialog.get_by_role("button", name="Skip and finish").click()

    (entry,) = await home_assistant.api.entries(DOMAIN)

    async def all_there() -> bool:
        devices = await shown_devices(home_assistant.api, entry["entry_id"])
        return bool(devices) and all(device.available for device in devices)

    await eventually(all_there, "All devices are available")
    await expect(panel.page.get_by_test_id("integration-status")).to_have_text(
        "completed"
    )


async def _go_to_ring(page: HomeAssistantPage, hmac_key: str) -> Page:
    """Add the integration up to Ring's page, which opens in a tab of its own."""
    await page.start_adding()
    await page.choose("Sign in with Ring")
    await expect(page.dialog).to_contain_text("The key of your Ring app")
    await page.submit_token(hmac_key)
    await expect(page.dialog).to_contain_text("Let Ring send events")
    await page.screenshot("sign-in-event-address")
    async with page.page.context.expect_page() as tab:
        await page.submit()
    return await tab.value
