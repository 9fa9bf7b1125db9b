"""Fixtures: Home Assistant, the simulator and a browser, started once for all tests."""

from collections.abc import AsyncIterator
from pathlib import Path
import re
import shutil
from typing import Any

from playwright.async_api import Browser, BrowserContext, expect
import pytest

from script.harness.accounts import (
    add_linked_account,
    add_playground_account,
    remove_accounts,
)
from script.harness.browser import open_browser
from script.harness.const import ARTIFACTS
from script.harness.home_assistant import RealHomeAssistant
from script.harness.pages import HomeAssistantPage, PanelPage
from script.harness.simulator import RealSimulator
from script.harness.stun_server import StunServer

from ..secrets import Leaks

SCREENSHOTS = ARTIFACTS / "e2e"
REPORT = pytest.StashKey[pytest.TestReport]()

expect.set_options(timeout=20_000)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remove the screenshots of the last run."""
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Store the report of each test, so that fixtures know whether it failed."""
    report: pytest.TestReport = yield
    if report.when == "call":
        item.stash[REPORT] = report
    return report


@pytest.fixture(scope="session")
async def simulator() -> AsyncIterator[RealSimulator]:
    async with RealSimulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
async def stun_server() -> AsyncIterator[StunServer]:
    """A STUN server for live views, as the browser has no internet."""
    async with StunServer() as stun_server:
        yield stun_server


@pytest.fixture(scope="session")
async def shared_home_assistant(
    simulator: RealSimulator,
    stun_server: StunServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RealHomeAssistant]:
    folder = tmp_path_factory.mktemp("home_assistant")
    async with RealHomeAssistant(
        folder, env=simulator.environment, ice_server=stun_server.url
    ) as home_assistant:
        yield home_assistant


@pytest.fixture
async def home_assistant(
    shared_home_assistant: RealHomeAssistant, simulator: RealSimulator
) -> AsyncIterator[RealHomeAssistant]:
    """Home Assistant without accounts, with the simulator in its initial state."""
    await simulator.reset()
    yield shared_home_assistant
    # The access token is for Ring's API only.
    assert (await simulator.state())["downloads"]["bearers_seen"] == 0
    leaks, secrets = Leaks(), await simulator.secrets()
    leaks.add_secrets(lambda: secrets)
    for record in shared_home_assistant.log():
        leaks.look_at(f"the log of {record.logger}", record.message)
    await simulator.reset()
    await remove_accounts(shared_home_assistant.api)
    leaks.check()


@pytest.fixture
async def entry_id(home_assistant: RealHomeAssistant, simulator: RealSimulator) -> str:
    """Config entry ID of an account that was added with a Playground token."""
    return await add_playground_account(home_assistant.api, simulator)


@pytest.fixture
async def linked_entry_id(
    home_assistant: RealHomeAssistant, simulator: RealSimulator
) -> str:
    """Config entry ID of an account that was linked with a Ring app, with webhooks."""
    return await add_linked_account(home_assistant.api, simulator)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest.fixture
async def context(
    browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[BrowserContext]:
    """A new browser profile; a failed test leaves a screenshot of each tab."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    report = request.node.stash.get(REPORT, None)
    if report is not None and report.failed:
        for number, page in enumerate(context.pages):
            await page.screenshot(path=_failure_screenshot(request.node.name, number))
    await context.close()


@pytest.fixture
def screenshots() -> Path:
    """The folder for screenshots."""
    return SCREENSHOTS


@pytest.fixture
async def page(
    context: BrowserContext, home_assistant: RealHomeAssistant
) -> HomeAssistantPage:
    """Home Assistant in the browser, not logged in."""
    return HomeAssistantPage(await context.new_page(), home_assistant, SCREENSHOTS)


@pytest.fixture
async def panel(context: BrowserContext, simulator: RealSimulator) -> PanelPage:
    """The simulator's control panel in the same browser."""
    panel = PanelPage(await context.new_page(), simulator.panel_url)
    await panel.open()
    return panel


def _failure_screenshot(test: str, number: int) -> Path:
    return SCREENSHOTS / f"failed-{re.sub(r'\W+', '-', test)}-{number}.png"
