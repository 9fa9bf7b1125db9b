"""Live views: the moving picture in the browser, and its end."""

from pathlib import Path
from typing import Any

from playwright.async_api import expect
import pytest

from script.harness.pages import HomeAssistantPage
from script.harness.simulator import RealSimulator
from script.harness.wait import wait_until

from .video import clock, frames, is_playing

pytestmark = pytest.mark.usefixtures("linked_entry_id")

CANDIDATES = Path(__file__).with_name("candidates.js").read_text()


async def watch(page: HomeAssistantPage, simulator: RealSimulator) -> None:
    """Open the live view of the camera, and wait until it plays."""
    await page.open_device("Garden")
    assert (await simulator.live_view())["started"] == 0
    await page.open_entity("Garden")
    await wait_until(lambda: is_playing(page.video), "The live view plays")


async def test_picture_plays_until_it_is_closed(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    await page.log_in()
    await watch(page, simulator)
    first_frames, first_clock = await frames(page.video), await clock(page.video)

    async def moves() -> bool:
        return (
            await frames(page.video) > first_frames + 10
            and await clock(page.video) != first_clock
        )

    async def ended() -> bool:
        live_view = await simulator.live_view()
        return live_view["deleted"] == 1 and not live_view["sessions"]

    await wait_until(moves, "The picture moves")
    await page.tab.screenshot(path=page.screenshots / "live-view.png")
    await page.tab.keyboard.press("Escape")
    await wait_until(ended, "The live view has ended")
    live_view = await simulator.live_view()
    assert (live_view["started"], live_view["expired"]) == (1, 0)


async def test_end_of_the_time_is_shown(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    await page.log_in()
    await watch(page, simulator)
    message = page.tab.get_by_text("The live view of Garden has ended")
    await expect(message).to_be_visible(timeout=40_000)
    await page.tab.screenshot(path=page.screenshots / "live-view-ended.png")
    # The frontend does not start another one by itself.
    await page.tab.wait_for_timeout(5_000)
    await expect(message).to_be_visible()
    live_view = await simulator.live_view()
    assert (live_view["started"], live_view["expired"]) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        {"live_answer_direction": "sendrecv"},
        {"live_answer_direction": "recvonly", "live_answer_order": "reversed"},
        {"live_answer_audio": "missing"},
        {"live_answer_audio": "missing", "live_answer_direction": "sendrecv"},
    ],
    ids=lambda answer: "-".join(answer.values()),
)
async def test_picture_of_other_answers(
    simulator: RealSimulator, page: HomeAssistantPage, answer: dict[str, Any]
) -> None:
    await simulator.change_settings(**answer)
    await page.log_in()
    await watch(page, simulator)


@pytest.mark.parametrize("timing", ["before", "during", "after"])
async def test_candidates_in_relation_to_the_offer(
    simulator: RealSimulator, page: HomeAssistantPage, timing: str
) -> None:
    await page.log_in()
    await page.tab.add_init_script(f"({CANDIDATES})({timing!r})")
    await watch(page, simulator)


async def test_reason_why_there_is_no_picture(
    simulator: RealSimulator, page: HomeAssistantPage
) -> None:
    await page.log_in()
    await simulator.add_fault(status=403, path="*/whep/sessions")
    await page.open_device("Garden")
    await page.open_entity("Garden")
    await expect(
        page.tab.get_by_text("Ring does not allow Home Assistant to see videos")
    ).to_be_visible()
    await page.tab.screenshot(path=page.screenshots / "live-view-forbidden.png")
