"""What Home Assistant shows when permissions or webhooks are lost."""

from functools import partial

from playwright.async_api import Locator, expect
import pytest

from script.harness.pages import HomeAssistantPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .translations import localize


def repair(page: HomeAssistantPage, key: str, **placeholders: str) -> Locator:
    """Return a repair issue in the list of all."""
    title = localize(f"issues.{key}.title", **placeholders)
    return page.tab.locator("ha-config-repairs").get_by_text(title)


async def refresh(page: HomeAssistantPage) -> None:
    """Press the button that reads devices and events now."""
    await page.open_device("Alex Morgan")
    await page.tab.get_by_role("button", name="Press", exact=True).click()


@pytest.mark.usefixtures("linked_entry_id")
async def test_missing_permission_is_shown_until_it_is_granted(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    garden = await simulator.device("Garden")
    await simulator.add_fault(status=403, path=f"/v1/history/devices/{garden['id']}/*")
    issue = partial(repair, page, "missing_permission_history", devices="Garden")

    await page.log_in()
    await refresh(page)
    await page.open("config/repairs")
    await expect(issue()).to_be_visible()
    await page.screenshot("repairs")
    await issue().click()
    step = "issues.missing_permission_history.fix_flow"
    await expect(page.dialog).to_contain_text(
        localize(f"{step}.step.check.description", devices="Garden")
    )
    await page.screenshot("repair-missing-permission")
    await page.submit()
    await expect(page.dialog).to_contain_text(localize(f"{step}.error.not_solved"))
    await page.screenshot("repair-not-solved")
    await simulator.clear_faults()
    await page.submit()
    await expect(page.dialog).to_contain_text("The issue is repaired!")
    await page.close_dialog()
    await expect(issue()).not_to_be_visible()


@pytest.mark.usefixtures("linked_entry_id")
async def test_missing_webhooks_are_shown_until_one_arrives(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    issue = partial(repair, page, "events_missing")

    async def cause_events() -> None:
        await simulator.press("Front Door")
        await simulator.move("Garden")

    async def now() -> float:
        return float((await simulator.state())["time"])

    await cause_events()
    # Webhooks and history records within 15 seconds can be the same event.
    later = await now() + 16

    async def is_later() -> bool:
        return await now() > later

    await wait_until(is_later, "Other events do not count as the same", every=1)
    await simulator.change_settings(webhook_drop_share=1)
    await cause_events()

    await page.log_in()
    await refresh(page)
    await page.open("config/repairs")
    # A webhook counts as missing after 90 seconds, which is checked every minute.
    await expect(issue()).to_be_visible(timeout=180_000)
    await issue().click()
    text = page.tab.locator("dialog-repairs-issue")
    await expect(text).to_contain_text(
        localize("issues.events_missing.description", account="Alex Morgan")
    )
    await page.screenshot("repair-events-missing")
    await simulator.change_settings(webhook_drop_share=0)
    await simulator.press("Front Door")
    await expect(issue()).not_to_be_visible()
