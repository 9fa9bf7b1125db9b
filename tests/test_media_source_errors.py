"""What the media browser says if recordings cannot be shown."""

from datetime import timedelta
from typing import Any

from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from .helpers import PassTime
from .link_flow_driver import linked_account
from .linked_home import LinkedHome
from .media_browser_driver import HISTORY, ROOT, MediaBrowserDriver, child, titles


async def test_known_recordings_are_shown_while_ring_is_down(
    browser: MediaBrowserDriver, pass_time: PassTime
) -> None:
    browser.record("Garden", 600, sub_type="human")
    (day,) = (await browser.open("Garden"))["children"]
    (recording,) = titles(await browser.browse(day["media_content_id"]))
    assert recording.endswith("Person")
    browser.fail("/v1/*")
    assert len(titles(await browser.open("Garden"))) == 1
    assert titles(await browser.browse(day["media_content_id"])) == [recording]
    driveway = child(await browser.browse(), "Driveway")["media_content_id"]
    assert "has problems" in await browser.browse_error(driveway)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "Sign in again"),
        (403, "Ring does not allow Home Assistant to see videos of Garden"),
        (404, "Ring no longer has Garden"),
    ],
)
async def test_known_recordings_are_hidden_without_permission(
    browser: MediaBrowserDriver, status: int, sentence: str
) -> None:
    browser.record("Garden", 600)
    garden = child(await browser.browse(), "Garden")["media_content_id"]
    assert len(titles(await browser.browse(garden))) == 1
    browser.fail(HISTORY, status)
    assert sentence in await browser.browse_error(garden)


async def test_encrypted_device(browser: MediaBrowserDriver) -> None:
    nursery = child(await browser.browse(), "Nursery (end-to-end encrypted)")
    media_content_id = nursery["media_content_id"]
    assert nursery["thumbnail"] is None
    now = int(dt_util.utcnow().timestamp() * 1000)
    for sentence in (
        await browser.browse_error(media_content_id),
        await browser.browse_error(f"{media_content_id}/-"),
        await browser.search_error(media_content_id),
        await browser.resolve_error(f"{media_content_id}/-/clip/{now - 1000}/1000"),
    ):
        assert sentence.startswith("Home Assistant cannot show Nursery")


class Identifiers:
    """Media content IDs of a camera, also invalid ones."""

    def __init__(self, browser: MediaBrowserDriver, garden: dict[str, Any]) -> None:
        self.garden: str = garden["media_content_id"]
        self.browser = browser

    @classmethod
    async def create(cls, browser: MediaBrowserDriver) -> Identifiers:
        """Read the ID of the camera."""
        return cls(browser, child(await browser.browse(), "Garden"))

    def clip(self, ago: timedelta, length: timedelta = timedelta(seconds=1)) -> str:
        """Return the ID of a clip that began some time ago."""
        start = int((dt_util.utcnow() - ago).timestamp() * 1000)
        return f"{self.garden}/clip/{start}/{length // timedelta(milliseconds=1)}"

    def day(self, ago: timedelta) -> str:
        """Return the ID of a day."""
        return f"{self.garden}/day/{(dt_util.now() - ago).date()}"


@pytest.mark.parametrize(
    "part",
    [
        "",
        "/../../secrets.yaml",
        "/%2e%2e/secrets",
        "/day/tomorrow",
        "/day/1999-01-01",
        "/day/9999-12-31",
        "/before/0001-01-01",
        "/before/9999-12-31",
        "/clip/1",
        "/clip/-1/1",
        "/film/1/1",
        "/picture/1",
    ],
)
async def test_malformed_identifiers(browser: MediaBrowserDriver, part: str) -> None:
    identifiers = await Identifiers.create(browser)
    media_content_id = identifiers.garden + part
    if part:
        sentence = await browser.browse_error(media_content_id)
        assert sentence.startswith("This item does not exist.")
    sentence = await browser.resolve_error(media_content_id)
    assert sentence.startswith("This item does not exist.")


async def test_identifiers_of_something_else(
    browser: MediaBrowserDriver, home: LinkedHome
) -> None:
    simulator = home.simulator
    other = simulator.add_account("Sam", "Lee", "sam.lee@example.com")
    simulator.add_device("camera", "Barn", account=other)
    entry = linked_account(home.hass, simulator, other)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    barn = child(await browser.open(entry.title), "Barn")["media_content_id"]
    own, foreign = browser.entry.entry_id, entry.entry_id
    chime = dr.async_get(home.hass).async_get_device_by_identifier(
        ("ring_partner", browser.device("Hallway Chime").id), own
    )
    assert chime is not None
    for media_content_id in (
        f"{ROOT}/unknown",
        f"{ROOT}/{own}/unknown",
        f"{ROOT}/{own}/{chime.id}",
        barn.replace(foreign, own),
        barn.replace("/-", "/31"),
        f"{barn.replace(foreign, own)}/clip/1/1",
    ):
        sentence = await browser.browse_error(media_content_id)
        assert sentence.startswith("This item does not exist.")
        sentence = await browser.resolve_error(media_content_id)
        assert sentence.startswith("This item does not exist.")
    assert await home.hass.config_entries.async_unload(entry.entry_id)
    for media_content_id in (f"{ROOT}/{foreign}", barn, f"{barn}/clip/1/1"):
        sentence = await browser.browse_error(media_content_id)
        assert sentence.startswith(f"The account {entry.title} is not set up")


async def test_removed_device(browser: MediaBrowserDriver, home: LinkedHome) -> None:
    identifiers = await Identifiers.create(browser)
    browser.simulator.remove_device(browser.device("Garden").id)
    await home.pass_time(15 * 60)
    assert "Garden" not in titles(await browser.browse())
    for sentence in (
        await browser.browse_error(identifiers.garden),
        await browser.resolve_error(identifiers.clip(timedelta(minutes=1))),
    ):
        assert sentence.startswith("This item does not exist.")


async def test_times_of_which_ring_has_nothing(browser: MediaBrowserDriver) -> None:
    identifiers = await Identifiers.create(browser)
    minute = timedelta(minutes=1)
    for media_content_id, sentence in (
        (identifiers.clip(-minute), "is in the future"),
        (identifiers.clip(timedelta(days=181)), "Ring keeps recordings for 180 days"),
        (identifiers.clip(minute, timedelta()), "up to 15 minutes"),
        (identifiers.clip(minute * 30, minute * 15 + minute / 60), "up to 15 minutes"),
    ):
        assert sentence in await browser.browse_error(media_content_id)
        assert sentence in await browser.resolve_error(media_content_id)
    for ago in (timedelta(days=-3), timedelta(days=182)):
        sentence = await browser.browse_error(identifiers.day(ago))
        assert sentence.startswith("This item does not exist.")
    assert browser.request_count("download") == 0
