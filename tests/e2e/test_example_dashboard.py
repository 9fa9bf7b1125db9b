"""The dashboard of the documentation, with which script/develop opens."""

from collections.abc import AsyncIterator

from playwright.async_api import expect
import pytest
import yaml

from script.harness.dashboard import EXAMPLE, URL_PATH, add_example_dashboard
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

CAMERAS = ("camera.front_door", "camera.garden")

pytestmark = pytest.mark.usefixtures("linked_entry_id")


@pytest.fixture
async def dashboard(home_assistant: RealHomeAssistant) -> AsyncIterator[None]:
    api = home_assistant.api
    await add_example_dashboard(api)
    yield
    await api.websocket_command("frontend/set_system_data", key="core", value=None)
    for each in await api.websocket_command("lovelace/dashboards/list"):
        if each["url_path"] == URL_PATH:
            await api.websocket_command(
                "lovelace/dashboards/delete", dashboard_id=each["id"]
            )


@pytest.mark.usefixtures("dashboard")
async def test_dashboard_opens_first_and_shows_the_household(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    page: HomeAssistantPage,
) -> None:
    await simulator.press("Front Door")
    await simulator.move("Garden")

    async def has_pictures() -> bool:
        states = await home_assistant.api.states()
        return all("picture_taken_at" in states[each].attributes for each in CAMERAS)

    await wait_until(has_pictures, "The cameras have pictures")
    await page.tab.set_viewport_size({"width": 1440, "height": 1000})
    await page.log_in()
    await page.open("")
    tab = page.tab
    await expect(tab.get_by_text("Front door", exact=True)).to_be_visible()
    await expect(tab.locator("hui-picture-entity-card")).to_have_count(3)
    for card in ("hui-warning", "hui-error-card"):
        await expect(tab.locator(card)).to_have_count(0)
    for image in await tab.locator("hui-image img").all():
        await expect(image).to_have_js_property("complete", value=True)
        assert await image.evaluate("image => image.naturalWidth") > 0
    await page.screenshot("dashboard")
    states = await home_assistant.api.states()
    assert _entities(yaml.safe_load(EXAMPLE.read_text())) <= states.keys()

    await page.open(f"{URL_PATH}/1")
    await expect(page.video).to_be_visible()


def _entities(config: object) -> set[str]:
    """Return all entities of a dashboard."""
    match config:
        case {"entity": str(entity), **rest}:
            return {entity} | _entities(list(rest.values()))
        case {"entity_id": list(entities)}:
            return set(entities)
        case dict():
            return _entities(list(config.values()))
        case list():
            return set().union(*map(_entities, config))
    return set()
