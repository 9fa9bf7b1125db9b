"""Duration from the offer of a live view to its first frame in the browser.

The integration waits for the candidates that Home Assistant's frontend sends one by
one, completes the offer, and checks the answer; both pass through Home Assistant. The
baseline is a page that uses WHEP itself. Both run in the same browser, with the same
STUN server and the same camera of the simulator.
"""

from pathlib import Path
import statistics
import tempfile
from typing import Final
from urllib.parse import urlencode

from playwright.async_api import BrowserContext, Page

from script.harness.accounts import add_linked_account
from script.harness.browser import open_browser
from script.harness.const import ARTIFACTS
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage
from script.harness.simulator import RealSimulator
from script.harness.stun_server import StunServer
from script.harness.wait import wait_until

from .table import Row, duration_row

_ROUNDS: Final = 20
_CAMERA: Final = "Garden"
_FOLDER: Final = Path(__file__).parent
_FIRST_FRAME: Final = (_FOLDER / "first_frame.js").read_text()
_WHEP_PAGE: Final = (_FOLDER / "whep.html").read_text()


async def run() -> list[Row]:
    """Measure live views of both in turn."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            RealSimulator() as simulator,
            StunServer() as stun_server,
            RealHomeAssistant(
                Path(folder), env=simulator.environment, ice_server=stun_server.url
            ) as home_assistant,
            open_browser() as browser,
        ):
            context = await browser.new_context()
            await context.add_init_script(_FIRST_FRAME)
            whep = await _open_whep_page(context, simulator, stun_server)
            page = await _open_home_assistant(context, home_assistant, simulator)
            baseline: list[float] = []
            ours: list[float] = []
            for _ in range(_ROUNDS):
                baseline.append(await _watch_whep(whep, simulator))
                ours.append(await _watch(page, simulator))
    return [
        duration_row(
            "live view, offer to first frame (median)",
            statistics.median(ours),
            statistics.median(baseline),
            unit="ms",
            units_per_second=1_000,
        )
    ]


async def _open_whep_page(
    context: BrowserContext, simulator: RealSimulator, stun_server: StunServer
) -> Page:
    device = await simulator.device(_CAMERA)
    query = urlencode(
        {
            "iceServer": stun_server.url,
            "token": await simulator.issue_playground_token(),
            "url": f"/v1/devices/{device['id']}/media/streaming/whep/sessions",
        }
    )
    url = f"{simulator.url}/whep.html"
    page = await context.new_page()
    # The origin of the simulator, which allows no requests of other origins.
    await page.route(f"{url}*", lambda route: route.fulfill(body=_WHEP_PAGE))
    await page.goto(f"{url}?{query}")
    return page


async def _open_home_assistant(
    context: BrowserContext,
    home_assistant: RealHomeAssistant,
    simulator: RealSimulator,
) -> HomeAssistantPage:
    await add_linked_account(home_assistant.api, simulator)
    page = HomeAssistantPage(await context.new_page(), home_assistant, ARTIFACTS)
    await page.log_in()
    await page.open_device(_CAMERA)
    return page


async def _watch_whep(page: Page, simulator: RealSimulator) -> float:
    await page.bring_to_front()
    await page.get_by_role("button").click()
    seconds = await _first_frame(page)
    await page.evaluate("end()")
    await _wait_for_end(simulator)
    return seconds


async def _watch(page: HomeAssistantPage, simulator: RealSimulator) -> float:
    await page.tab.bring_to_front()
    await page.open_entity(_CAMERA)
    seconds = await _first_frame(page.tab)
    await page.tab.keyboard.press("Escape")
    await _wait_for_end(simulator)
    await page.video.wait_for(state="detached")
    return seconds


async def _first_frame(page: Page) -> float:
    """Return the seconds from the offer to the first frame."""
    await page.wait_for_function("window.firstFrame !== undefined")
    milliseconds: float = await page.evaluate("window.firstFrame")
    await page.evaluate("window.firstFrame = undefined")
    return milliseconds / 1_000


async def _wait_for_end(simulator: RealSimulator) -> None:
    async def ended() -> bool:
        return not (await simulator.live_view())["sessions"]

    await wait_until(ended, "The live view has ended")
