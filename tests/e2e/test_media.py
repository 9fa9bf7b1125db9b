"""Pictures and clips in the browser: a dashboard, and the media browser."""

from collections.abc import AsyncIterator

from playwright.async_api import Locator, expect
import pytest

from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .video import clock, is_playing

pytestmark = pytest.mark.usefixtures("linked_entry_id")

DASHBOARD = "front-door"
CAMERA = "camera.front_door"
LAST_EVENT = "image.front_door_last_event_picture"
PIXELS = """image => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  if (!canvas.width) return "";
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL();
}"""


@pytest.fixture
async def dashboard(home_assistant: RealHomeAssistant) -> AsyncIterator[str]:
    """The path of a dashboard with the camera and the last event of the doorbell."""
    api = home_assistant.api
    created = await api.websocket_command(
        "lovelace/dashboards/create", url_path=DASHBOARD, title="Front Door"
    )
    cards = [
        {"type": "picture-entity", "entity": each} for each in (CAMERA, LAST_EVENT)
    ]
    await api.websocket_command(
        "lovelace/config/save",
        url_path=DASHBOARD,
        config={"views": [{"title": "Front Door", "cards": cards}]},
    )
    yield DASHBOARD
    await api.websocket_command(
        "lovelace/dashboards/delete", dashboard_id=created["id"]
    )


async def test_pictures_change_after_a_press(
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
    page: HomeAssistantPage,
    dashboard: str,
) -> None:
    async def pictures() -> list[str]:
        """Return the pictures on the page, once all are there."""
        found = [await image.evaluate(PIXELS) for image in await images.all()]
        return found if len(found) == 2 and all(found) else []

    async def other_pictures() -> bool:
        return not {*await pictures()} & {*before, ""}

    await simulator.press("Front Door")
    await page.log_in()
    await page.open(dashboard)
    images: Locator = page.tab.locator("hui-image img")
    before = await wait_until(pictures, "The dashboard shows the first press")
    await page.tab.screenshot(path=page.screenshots / "pictures.png")
    await simulator.press("Front Door")
    # Home Assistant's frontend refreshes the picture of a camera every ten seconds.
    await wait_until(other_pictures, "The dashboard shows the second press")
    await page.tab.screenshot(path=page.screenshots / "pictures-changed.png")
    assert (await simulator.live_view())["started"] == 0


async def test_clip_plays_in_the_media_browser(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    await simulator.move("Garden", "human")
    await page.log_in()
    await page.open("media-browser/browser")
    for folder in ("Ring Partner", "Garden"):
        await page.tab.get_by_text(folder, exact=True).last.click()
    await page.tab.get_by_text("Today").last.click()
    recording = page.tab.locator(".title", has_text="Person")
    await expect(recording).to_be_visible()
    await page.screenshot("recordings")
    await recording.click()
    await wait_until(lambda: is_playing(page.video), "The clip plays")
    first_clock = await clock(page.video)

    async def moves() -> bool:
        return await clock(page.video) != first_clock

    await wait_until(moves, "The picture moves")
    await page.tab.screenshot(path=page.screenshots / "clip.png")
