"""Thumbnails of recordings."""

import asyncio
from datetime import datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

from homeassistant.util import dt as dt_util
from PIL import Image
import pytest

from custom_components.ring_partner.api import MediaNotFoundError, Picture, RingError
from custom_components.ring_partner.media import picture_cache, thumbnails
from custom_components.ring_partner.media.picture_cache import PictureCache
from custom_components.ring_partner.media.picture_files import CameraId
from custom_components.ring_partner.media.thumbnails import RETRY_INTERVAL, Thumbnails

from ..linked_home import LinkedHome
from ..media_browser_driver import PICTURES, MediaBrowserDriver, titles
from ..polling_driver import PollingDriver

JPEG = b"\xff\xd8\xff picture"


async def thumbnail_urls(browser: MediaBrowserDriver, *path: str) -> list[str]:
    """Return the thumbnails of the recordings of a camera's only day."""
    (day,) = (await browser.open(*path))["children"]
    folder = await browser.browse(day["media_content_id"])
    return [each["thumbnail"] for each in folder["children"]]


async def test_thumbnail(browser: MediaBrowserDriver) -> None:
    browser.record("Garden", 60)
    browser.record("Garden", 120, "on_demand")
    (url,) = await thumbnail_urls(browser, "Garden")
    assert browser.request_count(PICTURES) == 0
    for _ in range(3):
        response = await browser.get(url)
        assert response.status == HTTPStatus.OK
        assert response.content_type == "image/jpeg"
        picture = Image.open(BytesIO(await response.read()))
        assert picture.size == (640, 360)
    assert browser.request_count(PICTURES) == 1
    assert browser.files == [".picture"]
    headers = {"If-None-Match": response.headers["ETag"]}
    response = await browser.get(url, headers)
    assert response.status == HTTPStatus.NOT_MODIFIED
    assert browser.simulator.downloads.bearers_seen == 0


async def test_requests_for_media_lead_to_no_others(
    browser: MediaBrowserDriver, home: LinkedHome
) -> None:
    """Ring lists requests for media as events, which have no thumbnails."""
    browser.simulator.settings.on_demand_events = "all"
    browser.record("Garden", 60)
    for _ in range(3):
        urls = await thumbnail_urls(browser, "Garden")
        assert len(urls) == 1
        for url in urls:
            assert (await browser.get(url)).status == HTTPStatus.OK
        await home.pass_time(60)
    events = browser.simulator.history.of(browser.device("Garden"))
    assert [event.event_type for event in events] == ["on_demand", "motion"]
    assert browser.request_count(PICTURES) == 1


async def test_thumbnail_of_one_camera_of_several(browser: MediaBrowserDriver) -> None:
    browser.record("Garage", 60)
    contents = []
    for camera in titles(await browser.open("Garage")):
        (url,) = await thumbnail_urls(browser, "Garage", camera)
        contents.append(await (await browser.get(url)).read())
    assert contents[0] != contents[1]
    assert browser.files == [".picture", ".picture"]


async def test_missing_picture_is_not_requested_again_and_again(
    browser: MediaBrowserDriver, home: LinkedHome
) -> None:
    browser.record("Garden", 600)
    (url,) = await thumbnail_urls(browser, "Garden")
    browser.fail(PICTURES, 416)
    for _ in range(2):
        response = await browser.get(url)
        assert response.status == HTTPStatus.NOT_FOUND
        assert "has no recording" in await response.text()
    assert browser.request_count(PICTURES) == 1
    browser.simulator.faults.clear()
    home.freezer.tick(RETRY_INTERVAL - timedelta(seconds=1))
    assert (await browser.get(url)).status == HTTPStatus.NOT_FOUND
    home.freezer.tick(2)
    assert (await browser.get(url)).status == HTTPStatus.OK
    assert browser.request_count(PICTURES) == 2


class PictureSource:
    """Stands in for `picture_at`."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.running = 0
        self.most_running = 0
        self.picture = Picture(JPEG, "image/jpeg", None, None)
        self.error: RingError | None = None
        self.go_on = asyncio.Event()

    async def picture_at(
        self, _session: Any, _device_id: str, at: datetime, **options: Any
    ) -> Picture:
        """Return the picture as soon as the test says so."""
        self.requests.append({"at": at, **options})
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await self.go_on.wait()
        finally:
            self.running -= 1
        if self.error is not None:
            raise self.error
        return self.picture


class ThumbnailDriver:
    """The thumbnails of an account that is set up."""

    def __init__(self, polling: PollingDriver, source: PictureSource) -> None:
        self.hass = polling.hass
        self.entry = polling.entry
        self.source = source
        self.camera_id = CameraId(polling.simulator.device("Garden").id)
        self.now = dt_util.utcnow()

    @property
    def thumbnails(self) -> Thumbnails:
        """Return the thumbnails."""
        found: Thumbnails = self.entry.runtime_data.media.thumbnails
        return found

    @property
    def pictures(self) -> PictureCache:
        """Return the pictures, to which the thumbnails belong."""
        found: PictureCache = self.entry.runtime_data.media.pictures
        return found

    def get(self, number: int = 0, ratio: str | None = None) -> asyncio.Task[Picture]:
        """Start to get a thumbnail."""
        at = self.now - timedelta(minutes=number)
        return asyncio.ensure_future(
            self.thumbnails.async_get(self.camera_id, at, ratio)
        )

    async def wait_for_requests(self, number: int) -> None:
        """Wait until there was a number of requests."""
        while len(self.source.requests) < number:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0)


@pytest.fixture
def driver(polling: PollingDriver, monkeypatch: pytest.MonkeyPatch) -> ThumbnailDriver:
    """Return the thumbnails of an account that is set up."""
    source = PictureSource()
    monkeypatch.setattr(picture_cache, "picture_at", source.picture_at)
    return ThumbnailDriver(polling, source)


async def test_few_are_fetched_at_the_same_time(driver: ThumbnailDriver) -> None:
    """Each of them once for all who wait."""
    tasks = [driver.get(number // 2) for number in range(20)]
    await driver.wait_for_requests(4)
    driver.source.go_on.set()
    await asyncio.gather(*tasks)
    assert len(driver.source.requests) == 10
    assert driver.source.most_running == 4


async def test_picture_in_full_size_is_another_one(driver: ThumbnailDriver) -> None:
    driver.source.go_on.set()
    for _ in range(2):
        await driver.get()
        await driver.pictures.async_get(driver.camera_id, driver.now)
    sizes = [request["size"] for request in driver.source.requests]
    assert sizes == [(640, 360), None]


async def test_picture_in_full_size_does_not_wait_for_thumbnails(
    driver: ThumbnailDriver,
) -> None:
    tasks = [driver.get(number) for number in range(5)]
    await driver.wait_for_requests(4)
    picture = asyncio.ensure_future(
        driver.pictures.async_get(driver.camera_id, driver.now)
    )
    await driver.wait_for_requests(5)
    assert driver.source.requests[-1]["size"] is None
    driver.source.go_on.set()
    await asyncio.gather(picture, *tasks)


async def test_png(driver: ThumbnailDriver) -> None:
    driver.source.picture = Picture(b"\x89PNG", "image/png", None, None)
    driver.source.go_on.set()
    for _ in range(2):
        assert await driver.get() == driver.source.picture
    assert len(driver.source.requests) == 1


async def test_browser_that_is_closed(
    driver: ThumbnailDriver, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = driver.get(), driver.get()
    await driver.wait_for_requests(1)
    first.cancel()
    driver.source.go_on.set()
    assert await second == driver.source.picture
    driver.source.go_on.clear()
    driver.source.error = RingError("failed")
    alone = driver.get(1)
    await driver.wait_for_requests(2)
    alone.cancel()
    driver.source.go_on.set()
    await driver.hass.async_block_till_done(wait_background_tasks=True)
    assert "never retrieved" not in caplog.text


async def test_unloaded_account(driver: ThumbnailDriver) -> None:
    waiting = driver.get()
    await driver.wait_for_requests(1)
    await driver.hass.config_entries.async_unload(driver.entry.entry_id)
    with pytest.raises(RingError, match="unloaded"):
        await waiting


async def test_number_of_remembered_failures_is_limited(
    driver: ThumbnailDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "MAX_MISSING", 2)
    driver.source.error = MediaNotFoundError()
    driver.source.go_on.set()
    for number in (0, 1, 2, 2, 1, 0):
        with pytest.raises(MediaNotFoundError):
            await driver.get(number)
    assert len(driver.source.requests) == 4


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ("16:9", (640, 360)),
        ("4:3", (480, 360)),
        ("1:1", (360, 360)),
        ("9:16", (202, 360)),
        (None, (640, 360)),
        ("16:0", (640, 360)),
        ("100:1", (640, 360)),
        ("1:100", (640, 360)),
        ("wide", (640, 360)),
    ],
)
async def test_size(
    driver: ThumbnailDriver, ratio: str | None, size: tuple[int, int]
) -> None:
    driver.source.go_on.set()
    await driver.get(0, ratio)
    assert driver.source.requests[0]["size"] == size
