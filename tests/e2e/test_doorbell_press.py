"""A doorbell press: the entity on an open page, and the notification blueprint."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.async_api import expect
import pytest

from script.harness.accounts import add_linked_account
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.phone import Phone
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

# No other test uses this doorbell: Home Assistant restores the state of event entities,
# also after their account was removed.
DOORBELL = "event.gate_doorbell"
AUTOMATION = "automation.somebody_is_at_the_door"


@pytest.fixture
async def phone(home_assistant: RealHomeAssistant) -> AsyncIterator[Phone]:
    """A phone that is registered with Home Assistant."""
    async with Phone("Pocket") as phone:
        await home_assistant.api.post("mobile_app/registrations", phone.registration)
        yield phone
        api = home_assistant.api
        for entry in await api.config_entries("mobile_app"):
            await api.remove_entry(entry["entry_id"])


async def test_press_updates_the_open_page_and_triggers_an_automation(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    phone: Phone,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    api = home_assistant.api

    async def entities_added() -> bool:
        return {DOORBELL, AUTOMATION} <= (await api.states()).keys()

    async def notified() -> bool:
        return len(phone.notifications) == presses

    (device_id,) = [
        device["id"]
        for device in await api.websocket_command("config/device_registry/list")
        if device["name"] == phone.name
    ]
    await simulator.add_device("doorbell", "Gate")
    await add_linked_account(api, simulator)
    await api.post(
        "config/automation/config/doorbell",
        {
            "alias": "Somebody is at the door",
            "use_blueprint": {
                "path": "ring_partner/doorbell_notification.yaml",
                "input": {
                    "doorbell": DOORBELL,
                    "notify_device": device_id,
                    "picture": False,
                },
            },
        },
    )
    await wait_until(entities_added, "The doorbell and the automation are added")
    await page.log_in()
    await page.open_device("Gate")
    row = page.entity_row("Doorbell")
    await expect(row).to_contain_text("Unknown")
    assert not phone.notifications

    presses = 1
    await panel.click("device-gate-press")
    await expect(row).to_contain_text("second")
    await page.screenshot("doorbell-pressed")
    await wait_until(notified, "The phone is notified")
    (notification,) = phone.notifications
    pressed_at = datetime.fromisoformat(
        (await api.states())[DOORBELL].attributes["time"]
    )
    clock = pressed_at.astimezone(ZoneInfo("Europe/Amsterdam")).strftime("%H:%M")
    assert (notification["title"], notification["message"]) == (
        "Somebody is at the door",
        f"Gate was rung at {clock}.",
    )

    # While Home Assistant is stopped, Ring's webhook fails and Ring repeats it. The
    # event is also in the history. The automation is triggered once.
    presses = 2
    await home_assistant.stop()
    await panel.click("device-gate-press")
    await home_assistant.start()
    await wait_until(notified, "The phone is notified of the press during the restart")
