"""A linked account is linked again, gets other keys, and is removed."""

from playwright.async_api import expect

from script.harness.checkout import DOMAIN
from script.harness.devices import shown_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage


async def test_app_that_was_removed_is_installed_again_and_no_device_is_lost(
    home_assistant: RealHomeAssistant,
    linked_entry_id: str,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    async def available() -> set[tuple[str, bool]]:
        devices = await shown_devices(home_assistant.api, linked_entry_id)
        return {(device.id, device.available) for device in devices}

    async def all_there() -> set[tuple[str, bool]]:
        devices = await available()
        return devices if {there for _, there in devices} == {True} else set()

    async def all_gone() -> bool:
        return {there for _, there in await available()} == {False}

    before = await eventually(all_there, "All devices are available")
    await page.be_logged_in()
    await page.open_integrations()
    await panel.page.bring_to_front()
    await panel.press("uninstall")
    await eventually(all_gone, "No device is available")

    await page.page.bring_to_front()
    await expect(page.page.get_by_text("Discovered")).to_be_visible()
    await page.screenshot("unlinked")
    await page.page.get_by_role("button", name="Reconfigure").click()
    await expect(page.dialog).to_contain_text("Link your Ring account again")
    await expect(page.dialog).to_contain_text("no longer accepts the sign-in of Alex")
    await page.screenshot("link-again")
    await page.submit()
    await expect(page.dialog).to_contain_text("Connect Ring's console")
    await page.submit()
    await expect(page.dialog).to_contain_text("Waiting for Ring")

    await panel.page.bring_to_front()
    appstore = await panel.open_appstore()
    await appstore.get_by_test_id("appstore-install").click()
    await expect(appstore.locator("h1")).to_have_text("Your Ring account is here")
    await page.page.bring_to_front()
    await expect(page.dialog).to_contain_text("Is this your Ring account?")
    await page.submit()
    await expect(page.dialog).to_contain_text("Re-authentication was successful")

    async def all_back() -> bool:
        return await all_there() == before

    await eventually(all_back, "The same devices are available again")


async def test_new_keys_count_at_once_and_nothing_is_left_of_a_removed_account(
    home_assistant: RealHomeAssistant,
    linked_entry_id: str,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    api = home_assistant.api
    bell = "event.front_door_doorbell"

    async def loaded() -> bool:
        (entry,) = await api.entries(DOMAIN)
        return entry["state"] == "loaded" and bell in await api.states()

    async def last_ring() -> str:
        return (await api.states())[bell].state

    async def rung() -> bool:
        return await last_ring() not in (before, "unavailable")

    async def change_key(key: str) -> None:
        await page.open(f"config/integrations/integration/{DOMAIN}")
        await page.choose_for_account("Reconfigure")
        await expect(page.dialog).to_contain_text("What do you want to change?")
        await page.choose("Enter new keys of my Ring app")
        await page.dialog.locator("input[type=password]").first.fill(key)
        await page.screenshot("new-keys")
        await page.submit()
        await expect(page.dialog).to_contain_text("Reconfiguration was successful")
        await page.dialog.get_by_role("button", name="Close").last.click()
        await eventually(loaded, "The account is set up again")

    await page.be_logged_in()
    await eventually(loaded, "The account is set up")
    # Home Assistant may remember a ring of an account that was here earlier
    before = await last_ring()
    await change_key("not-the-key-of-this-app")
    await panel.press("device-front-door-press")
    newest = panel.page.get_by_test_id("deliveries").locator("tr").first
    await expect(newest).to_contain_text("button_press")
    await expect(newest).to_contain_text("401")
    assert not await rung()

    await change_key(await panel.read("hmac-key"))
    await panel.press("device-front-door-press")
    await expect(newest).to_contain_text("delivered")
    await eventually(rung, "The doorbell has rung")

    async def kept() -> list[str]:
        storage = home_assistant.folder / ".storage"
        return [file.name for file in storage.glob(f"{DOMAIN}.*")]

    async def nothing_kept() -> bool:
        entries = home_assistant.stored("core.config_entries")
        return await kept() == [] and linked_entry_id not in entries

    assert f"{DOMAIN}.addresses" in await kept()
    assert len(await _addresses(home_assistant)) == 3
    await page.choose_for_account("Delete")
    question = page.page.locator("dialog-box")
    await question.get_by_role("button", name="Delete").click()
    await eventually(nothing_kept, "Nothing is kept of the account")
    assert await api.entries(DOMAIN) == []
    assert await _addresses(home_assistant) == []


async def _addresses(home_assistant: RealHomeAssistant) -> list[str]:
    """Return the names of the addresses that answer for the integration."""
    return [
        webhook["name"]
        for webhook in await home_assistant.api.command("webhook/list")
        if webhook["domain"] == DOMAIN
    ]
