"""An account with a Playground token: adding it, and changing its options."""

from playwright.async_api import expect

from script.harness.pages import HomeAssistantPage, PanelPage

from .translations import localize


async def test_account_is_added_with_a_playground_token(
    page: HomeAssistantPage, panel: PanelPage
) -> None:
    token = await panel.issue_token()
    await page.tab.bring_to_front()
    await page.log_in_with_form()
    await page.open_integrations()
    await page.start_config_flow()
    await page.select_menu_option(localize("config.step.user.menu_options.playground"))
    await expect(page.dialog).to_contain_text(
        localize("config.step.playground.description")
    )
    await page.screenshot("add-account")

    await page.submit_secret("no-token-of-anyone")
    await expect(page.dialog).to_contain_text(localize("config.error.invalid_auth"))

    await page.submit_secret(token)
    await page.skip_device_names()

    await page.open_device("Front Door")
    await expect(page.entity_row("Connectivity")).to_contain_text("Connected")
    await page.screenshot("device-online")

    late_after = page.number_field(
        localize("options.step.init.sections.events.data.late_after")
    )
    await page.open_options()
    await expect(late_after).to_have_value("60")
    await late_after.fill("150")
    await page.screenshot("settings")
    await page.submit()
    await expect(page.dialog).to_contain_text("Options successfully saved")
    await page.dialog.get_by_role("button", name="Finish").click()
    await page.open_options()
    await expect(late_after).to_have_value("150")
