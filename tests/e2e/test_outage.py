"""The notification about an outage of Ring's service or of the connection to it."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .helpers import api_status_is
from .translations import localize


@pytest.fixture
async def shared_home_assistant(
    simulator: RealSimulator, tmp_path: Path
) -> AsyncIterator[RealHomeAssistant]:
    """A new Home Assistant for each test: an open circuit breaker outlasts a test."""
    async with RealHomeAssistant(tmp_path, env=simulator.environment) as home_assistant:
        yield home_assistant


@pytest.mark.usefixtures("entry_id")
async def test_outage_shows_a_notification_until_ring_answers_again(
    home_assistant: RealHomeAssistant, page: HomeAssistantPage, panel: PanelPage
) -> None:
    outage = partial(api_status_is, home_assistant, "outage")
    ok = partial(api_status_is, home_assistant, "ok")
    title = localize("common.notification_outage_title")

    await page.log_in()
    await page.open("config/dashboard")
    await panel.click("fault-500")
    await wait_until(outage, "The API status is outage", within=60)
    await page.tab.get_by_text("Notifications", exact=True).click()
    drawer = page.tab.locator("notification-drawer")
    await expect(drawer).to_contain_text(title)
    await page.screenshot("outage")

    await panel.click("fault-clear")
    # The circuit breaker stays open for half a minute.
    await wait_until(ok, "The API status is OK", within=150, every=1)
    await expect(drawer).not_to_contain_text(title)


@pytest.mark.usefixtures("linked_entry_id")
async def test_lost_connection_is_shown_with_what_to_do(
    home_assistant: RealHomeAssistant, simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    outage = partial(api_status_is, home_assistant, "outage")

    await page.log_in()
    await page.open("config/dashboard")
    await simulator.add_fault(body="reset")
    await wait_until(outage, "The API status is outage", within=60)
    await page.tab.get_by_text("Notifications", exact=True).click()
    drawer = page.tab.locator("notification-drawer")
    await expect(drawer).to_contain_text("check the internet connection")
    await page.screenshot("connection-lost")
