"""An account that is added with a sign-in on Ring's page."""

from functools import partial

from playwright.async_api import Page, expect

from script.harness.accounts import add_application_credentials
from script.harness.const import DOMAIN
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .helpers import all_available
from .translations import localize


async def test_account_is_added_only_if_the_user_allows_access(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    await add_application_credentials(home_assistant.api, simulator)
    await panel.tab.get_by_test_id("console-allow-listed").set_checked(True)
    await panel.save_console(
        redirect_uri=f"{home_assistant.url}/auth/external/callback"
    )
    await page.tab.bring_to_front()
    await page.log_in()
    await page.open_integrations()

    ring = await _open_ring_sign_in_page(page, await panel.console_value("hmac-key"))
    await ring.get_by_test_id("authorize-deny").click()
    await expect(page.dialog).to_contain_text("rejected")
    await page.screenshot("sign-in-denied")
    await page.close_dialog()
    assert await home_assistant.api.config_entries(DOMAIN) == []

    ring = await _open_ring_sign_in_page(page, await panel.console_value("hmac-key"))
    await expect(ring.locator("main")).to_contain_text("Sign in with Ring")
    await page.screenshot("sign-in-waiting")
    await ring.get_by_test_id("authorize-allow").click()
    await page.skip_device_names()

    (entry,) = await home_assistant.api.config_entries(DOMAIN)
    await wait_until(
        partial(all_available, home_assistant, entry["entry_id"]),
        "All devices are available",
    )
    await expect(panel.tab.get_by_test_id("integration-status")).to_have_text(
        "completed"
    )


async def _open_ring_sign_in_page(page: HomeAssistantPage, hmac_key: str) -> Page:
    """Add the integration up to the sign-in on Ring's page, and return Ring's tab."""
    await page.start_config_flow()
    await page.select_menu_option(localize("config.step.user.menu_options.sign_in"))
    await expect(page.dialog).to_contain_text(localize("config.step.hmac_key.title"))
    await page.submit_secret(hmac_key)
    await expect(page.dialog).to_contain_text(localize("config.step.webhook_url.title"))
    await page.screenshot("sign-in-webhook-url")
    async with page.tab.context.expect_page() as tab:
        await page.submit()
    return await tab.value
