"""When Ring's cloud fails, the person is told, and told when it is over."""

from playwright.async_api import expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.waiting import eventually

from .pages import HomeAssistantPage, PanelPage

STATUS = "sensor.alex_morgan_api_status"


@pytest.mark.usefixtures("entry_id")
async def test_outage_shows_a_notification_until_ring_is_back(
    home_assistant: RealHomeAssistant, page: HomeAssistantPage, panel: PanelPage
) -> None:
    async def ring_is(state: str) -> bool:
        await home_assistant.api.act(
            "homeassistant.update_entity",
            entity_id="binary_sensor.garden_connectivity",
        )
        return (await home_assistant.api.states())[STATUS].state == state

    async def lost() -> bool:
        return await ring_is("outage")

    async def back() -> bool:
        return await ring_is("ok")

    await page.be_logged_in()
    await page.open("config/dashboard")
    await panel.press("fault-500")
    await eventually(lost, "The outage is noticed", within=60)
    await page.page.get_by_text("Notifications", exact=True).click()
    drawer = page.page.locator("notification-drawer")
    await expect(drawer).to_contain_text("Ring's service is not answering")
    await page.screenshot("outage")

    await panel.press("fault-clear")
    # the breaker lets the next request pass after half a minute
    await eventually(back, "The outage is over", within=150, every=1)
    await expect(drawer).not_to_contain_text("Ring's service is not answering")
