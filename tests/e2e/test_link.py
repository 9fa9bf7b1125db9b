"""A person links an account with an app of their own, from the first click on."""

from pathlib import Path

from playwright.async_api import expect

from script.harness.checkout import DOMAIN
from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage


async def test_account_is_linked_by_installing_the_app(
    home_assistant: RealHomeAssistant,
    page: HomeAssistantPage,
    panel: PanelPage,
    screenshots: Path,
) -> None:
    await page.be_logged_in()
    await page.page.bring_to_front()
    await page.open_integrations()
    await page.start_adding()
    await page.choose("Link with my Ring app")
    await expect(page.credentials_dialog).to_contain_text("Ring's developer console")
    await page.fill_in_credentials(
        "Ring", await panel.read("client-id"), await panel.read("client-secret")
    )
    await page.screenshot("link-1-credentials")
    await page.add_credentials()

    await expect(page.dialog).to_contain_text("How do you want to connect")
    await page.screenshot("link-2-menu")
    await page.choose("Link with my Ring app")
    await expect(page.dialog).to_contain_text("The key of your Ring app")
    await page.screenshot("link-3-hmac-key")
    await page.submit_token(await panel.read("hmac-key"))

    await expect(page.dialog).to_contain_text("Connect Ring's console")
    await page.screenshot("link-4-addresses")
    token_exchange, account_link, webhook, homepage = await page.addresses()
    await panel.page.bring_to_front()
    await panel.save_addresses(
        token_exchange_url=token_exchange,
        account_link_url=account_link,
        webhook_url=webhook,
        homepage_url=homepage,
    )
    await page.page.bring_to_front()
    await page.submit()
    await expect(page.dialog).to_contain_text("Waiting for Ring")
    await page.screenshot("link-5-waiting")

    await panel.page.bring_to_front()
    appstore = await panel.open_appstore()
    await appstore.screenshot(path=screenshots / "link-6-appstore.png")
    await appstore.get_by_test_id("appstore-install").click()
    await expect(appstore.locator("h1")).to_have_text("Your Ring account is here")
    assert appstore.url.startswith(account_link)
    await appstore.screenshot(path=screenshots / "link-7-arrived.png")

    await page.page.bring_to_front()
    await expect(page.dialog).to_contain_text("Is this your Ring account?")
    await expect(page.dialog).to_contain_text("Alex Morgan")
    await page.screenshot("link-8-confirm")
    await page.submit()
    await expect(page.dialog).to_contain_text("Name and assign")
    await page.screenshot("link-9-devices")
    await page.dialog.get_by_role("button", name="Skip and finish").click()

    (entry,) = await home_assistant.api.entries(DOMAIN)

    async def all_there() -> bool:
        devices = await shown_devices(home_assistant.api, entry["entry_id"])
        return bool(devices) and all(device.available for device in devices)

    await eventually(all_there, "All devices are available")
    await page.open_device("Front Door")
    await expect(page.entity_row("Connectivity")).to_contain_text("Connected")
    # what follows the link, and proves that the address for events is right
    await expect(panel.page.get_by_test_id("deliveries")).to_contain_text(
        "app_integration_added"
    )
    await panel.page.bring_to_front()
    await expect(panel.page.get_by_test_id("integration-status")).to_have_text(
        "completed"
    )
