"""A person adds an account by clicking."""

from playwright.async_api import expect

from .pages import HomeAssistantPage, PanelPage


async def test_account_is_added_with_a_playground_token(
    page: HomeAssistantPage, panel: PanelPage
) -> None:
    token = await panel.new_token()
    await page.page.bring_to_front()
    await page.log_in()
    await page.open_integrations()
    await page.start_adding()
    await page.choose("Try with a Playground token")
    await expect(page.dialog).to_contain_text("Developer Playground")
    await page.screenshot("add-account")

    await page.submit_token("no-token-of-anyone")
    await expect(page.dialog).to_contain_text("Ring does not accept this sign-in")

    await page.submit_token(token)
    await expect(page.dialog).to_contain_text("Name and assign")
    await page.dialog.get_by_role("button", name="Skip and finish").click()

    await page.open_device("Front Door")
    await expect(page.entity_row("Connectivity")).to_contain_text("Connected")
    await page.screenshot("device-online")

    await page.open_settings()
    await expect(page.field("Events are late after")).to_have_value("60")
    await page.field("Events are late after").fill("150")
    await page.screenshot("settings")
    await page.submit()
    await expect(page.dialog).to_contain_text("Options successfully saved")
    await page.dialog.get_by_role("button", name="Finish").click()
    await page.open_settings()
    await expect(page.field("Events are late after")).to_have_value("150")
