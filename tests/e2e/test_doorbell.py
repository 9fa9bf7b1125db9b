"""Somebody rings, and Home Assistant knows at once."""

from playwright.async_api import expect

from script.harness.account import add_linked_account
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage

# A door of its own: Home Assistant remembers a ring beyond the life of an account.
BELL = "event.gate_doorbell"
AUTOMATION = "automation.somebody_is_at_the_door"


async def test_ring_is_shown_on_the_open_page_and_starts_an_automation(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    api = home_assistant.api

    async def set_up() -> bool:
        return {BELL, AUTOMATION} <= (await api.states()).keys()

    async def notified() -> bool:
        notifications = await api.command("persistent_notification/get")
        return any(
            notification["title"] == "Somebody is at the door"
            and notification["message"].startswith("Gate was rung at")
            for notification in notifications
        )

    await simulator.add_device("doorbell", "Gate")
    await add_linked_account(api, simulator)
    await api.post(
        "config/automation/config/doorbell",
        {
            "alias": "Somebody is at the door",
            "use_blueprint": {
                "path": "ring_partner/doorbell_notification.yaml",
                "input": {
                    "doorbell": BELL,
                    "notify_action": "notify.persistent_notification",
                },
            },
        },
    )
    await eventually(set_up, "Doorbell and automation are there")
    await page.be_logged_in()
    await page.open_device("Gate")
    row = page.entity_row("Doorbell")
    await expect(row).to_contain_text("Unknown")
    assert not await notified()

    await panel.press("device-gate-press")
    await expect(row).to_contain_text("second")
    await page.screenshot("doorbell-rung")
    await eventually(notified, "The automation's notification is there")
    await page.page.get_by_text("Notifications", exact=True).click()
    drawer = page.page.locator("notification-drawer")
    await expect(drawer).to_contain_text("Gate was rung at")
    await page.screenshot("doorbell-notification")
