"""Somebody rings, and Home Assistant knows at once."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.async_api import expect
import pytest

from script.harness.account import add_linked_account
from script.harness.home_assistant import RealHomeAssistant
from script.harness.phone import Phone
from script.harness.simulator import RealSimulator
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage

# A door of its own: Home Assistant remembers a ring beyond the life of an account.
BELL = "event.gate_doorbell"
AUTOMATION = "automation.somebody_is_at_the_door"


@pytest.fixture
async def phone(home_assistant: RealHomeAssistant) -> AsyncIterator[Phone]:
    """A phone whose app is registered with Home Assistant."""
    async with Phone("Pocket") as phone:
        await home_assistant.api.post("mobile_app/registrations", phone.registration)
        yield phone
        api = home_assistant.api
        for entry in await api.entries("mobile_app"):
            await api.delete(f"config/config_entries/entry/{entry['entry_id']}")


async def test_ring_is_shown_on_the_open_page_and_starts_an_automation(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    phone: Phone,
    page: HomeAssistantPage,
    panel: PanelPage,
) -> None:
    api = home_assistant.api

    async def set_up() -> bool:
        return {BELL, AUTOMATION} <= (await api.states()).keys()

    async def notified() -> bool:
        return len(phone.pushed) == rung

    (device_id,) = [
        device["id"]
        for device in await api.command("config/device_registry/list")
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
                "input": {"doorbell": BELL, "notify_device": device_id},
            },
        },
    )
    await eventually(set_up, "Doorbell and automation are there")
    await page.be_logged_in()
    await page.open_device("Gate")
    row = page.entity_row("Doorbell")
    await expect(row).to_contain_text("Unknown")
    assert not phone.pushed

    rung = 1
    await panel.press("device-gate-press")
    await expect(row).to_contain_text("second")
    await page.screenshot("doorbell-rung")
    await eventually(notified, "The phone is notified")
    (pushed,) = phone.pushed
    pressed_at = datetime.fromisoformat((await api.states())[BELL].attributes["time"])
    clock = pressed_at.astimezone(ZoneInfo("Europe/Amsterdam")).strftime("%H:%M")
    assert (pushed["title"], pushed["message"]) == (
        "Somebody is at the door",
        f"Gate was rung at {clock}.",
    )

    # While Home Assistant restarts, Ring's delivery fails and is repeated, and the
    # history has it, too. The automation runs all the same, and once.
    rung = 2
    await home_assistant.stop()
    await panel.press("device-gate-press")
    await home_assistant.start()
    await eventually(notified, "The phone is notified of what rang meanwhile")
