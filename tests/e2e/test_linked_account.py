"""A linked account: linking it again, changing its keys, and removing it."""

from playwright.async_api import expect

from script.harness.const import DOMAIN
from script.harness.devices import get_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.wait import wait_until

from .translations import localize


async def test_reinstalling_the_app_restores_the_same_devices(
    home_assistant: RealHomeAssistant,
    linked_entry_id: str,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    async def availability() -> set[tuple[str, bool]]:
        devices = await get_devices(home_assistant.api, linked_entry_id)
        return {(device.id, device.available) for device in devices}

    async def all_available() -> set[tuple[str, bool]]:
        devices = await availability()
        return devices if {available for _, available in devices} == {True} else set()

    async def all_unavailable() -> bool:
        return {available for _, available in await availability()} == {False}

    before = await wait_until(all_available, "All devices are available")
    await page.log_in()
    await page.open_integrations()
    await panel.tab.bring_to_front()
    await panel.click("uninstall")
    await wait_until(all_unavailable, "All devices are unavailable")

    await page.tab.bring_to_front()
    await page.start_reauth_flow("unlinked")
    step = "config.step.reauth_confirm"
    await expect(page.dialog).to_contain_text(localize(f"{step}.title"))
    await expect(page.dialog).to_contain_text(
        localize(f"{step}.description", account="Alex Morgan")
    )
    await page.screenshot("link-again")
    await page.submit()
    await expect(page.dialog).to_contain_text(localize("config.step.public_urls.title"))
    await page.submit()
    await expect(page.dialog).to_contain_text(localize("config.progress.wait"))

    await panel.tab.bring_to_front()
    app_store = await panel.open_app_store()
    await app_store.get_by_test_id("appstore-install").click()
    await expect(app_store.locator("h1")).to_have_text(
        localize("common.link_page_arrived_title")
    )
    await page.tab.bring_to_front()
    await expect(page.dialog).to_contain_text(localize("config.step.confirm.title"))
    await page.submit()
    await expect(page.dialog).to_contain_text("Re-authentication was successful")

    async def same_available() -> bool:
        return await all_available() == before

    await wait_until(same_available, "The same devices are available again")


async def test_new_keys_apply_at_once_and_removal_deletes_all_data(
    home_assistant: RealHomeAssistant,
    linked_entry_id: str,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    api = home_assistant.api
    doorbell = "event.front_door_doorbell"

    async def loaded() -> bool:
        (entry,) = await api.config_entries(DOMAIN)
        return entry["state"] == "loaded" and doorbell in await api.states()

    async def last_press() -> str:
        return (await api.states())[doorbell].state

    async def pressed() -> bool:
        return await last_press() not in (before, "unavailable")

    async def change_hmac_key(key: str) -> None:
        await page.open_integration()
        await page.select_account_action("Reconfigure")
        step = "config.step.reconfigure"
        await expect(page.dialog).to_contain_text(localize(f"{step}.description"))
        await page.select_menu_option(localize(f"{step}.menu_options.keys"))
        await page.dialog.locator("input[type=password]").first.fill(key)
        await page.screenshot("new-keys")
        await page.submit()
        await expect(page.dialog).to_contain_text(
            localize("config.abort.reconfigure_successful")
        )
        await page.close_dialog()
        await wait_until(loaded, "The account is loaded again")

    await page.log_in()
    await wait_until(loaded, "The account is loaded")
    # Home Assistant restores the state of an event entity from an earlier test.
    before = await last_press()
    await change_hmac_key("not-the-key-of-this-app")
    await panel.click("device-front-door-press")
    latest_delivery = panel.tab.get_by_test_id("deliveries").locator("tr").first
    await expect(latest_delivery).to_contain_text("button_press")
    await expect(latest_delivery).to_contain_text("401")
    assert not await pressed()

    await change_hmac_key(await panel.console_value("hmac-key"))
    await panel.click("device-front-door-press")
    await expect(latest_delivery).to_contain_text("delivered")
    await wait_until(pressed, "The doorbell press arrives")

    async def stored_files() -> list[str]:
        storage = home_assistant.folder / ".storage"
        return [file.name for file in storage.glob(f"{DOMAIN}.*")]

    async def all_data_deleted() -> bool:
        entries = home_assistant.read_storage("core.config_entries")
        return await stored_files() == [] and linked_entry_id not in entries

    assert f"{DOMAIN}.public_urls" in await stored_files()
    assert len(await _webhook_names(home_assistant)) == 3
    await page.select_account_action("Delete")
    question = page.tab.locator("dialog-box")
    await question.get_by_role("button", name="Delete").click()
    await wait_until(all_data_deleted, "All data of the account is deleted")
    assert await api.config_entries(DOMAIN) == []
    assert await _webhook_names(home_assistant) == []


async def _webhook_names(home_assistant: RealHomeAssistant) -> list[str]:
    """Return the names of the webhooks that the integration has registered."""
    return [
        webhook["name"]
        for webhook in await home_assistant.api.websocket_command("webhook/list")
        if webhook["domain"] == DOMAIN
    ]
