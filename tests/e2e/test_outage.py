"""The notification about an outage of Ring's service."""

from functools import partial

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.wait import wait_until

from .helpers import api_status_is
from .translations import localize


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
