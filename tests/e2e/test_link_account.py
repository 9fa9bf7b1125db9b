"""An account that is linked with a Ring app, from "Add integration" to its devices."""

from functools import partial
from pathlib import Path

from playwright.async_api import expect

from script.harness.const import DOMAIN
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.wait import wait_until

from .helpers import all_available
from .translations import localize


async def test_account_is_linked_by_installing_the_app(
    home_assistant: RealHomeAssistant,
    page: HomeAssistantPage,
    panel: PanelPage,
    screenshots: Path,
) -> None:
    await page.log_in()
    await page.tab.bring_to_front()
    await page.open_integrations()
    await page.start_config_flow()
    await page.select_menu_option(localize("config.step.user.menu_options.link"))
    await expect(page.credentials_dialog).to_contain_text(
        localize("application_credentials.description")
    )
    await page.fill_in_credentials(
        "Ring",
        await panel.console_value("client-id"),
        await panel.console_value("client-secret"),
    )
    await page.screenshot("link-1-credentials")
    await page.add_credentials()

    await expect(page.dialog).to_contain_text(localize("config.step.user.description"))
    await page.screenshot("link-2-menu")
    await page.select_menu_option(localize("config.step.user.menu_options.link"))
    await expect(page.dialog).to_contain_text(localize("config.step.hmac_key.title"))
    await page.screenshot("link-3-hmac-key")
    await page.submit_secret(await panel.console_value("hmac-key"))

    await expect(page.dialog).to_contain_text(localize("config.step.public_urls.title"))
    await page.screenshot("link-4-public-urls")
    token_exchange, account_link, webhook, homepage = await page.copy_public_urls()
    await panel.tab.bring_to_front()
    await panel.save_console(
        token_exchange_url=token_exchange,
        account_link_url=account_link,
        webhook_url=webhook,
        homepage_url=homepage,
    )
    await page.tab.bring_to_front()
    await page.submit()
    await expect(page.dialog).to_contain_text(localize("config.progress.wait"))
    await page.screenshot("link-5-waiting")

    await panel.tab.bring_to_front()
    app_store = await panel.open_app_store()
    await app_store.screenshot(path=screenshots / "link-6-app-store.png")
    await app_store.get_by_test_id("appstore-install").click()
    await expect(app_store.locator("h1")).to_have_text(
        localize("common.link_page_arrived_title")
    )
    assert app_store.url.startswith(account_link)
    await app_store.screenshot(path=screenshots / "link-7-arrived.png")

    await page.tab.bring_to_front()
    await expect(page.dialog).to_contain_text(localize("config.step.confirm.title"))
    await expect(page.dialog).to_contain_text("Alex Morgan")
    await page.screenshot("link-8-confirm")
    await page.submit()
    await page.skip_device_names("link-9-devices")

    (entry,) = await home_assistant.api.config_entries(DOMAIN)
    await wait_until(
        partial(all_available, home_assistant, entry["entry_id"]),
        "All devices are available",
    )
    await page.open_device("Front Door")
    await expect(page.entity_row("Connectivity")).to_contain_text("Connected")
    # Ring sends this event after linking; its arrival shows that the Webhook URL works.
    await expect(panel.tab.get_by_test_id("deliveries")).to_contain_text(
        "app_integration_added"
    )
    await panel.tab.bring_to_front()
    await expect(panel.tab.get_by_test_id("integration-status")).to_have_text(
        "completed"
    )
