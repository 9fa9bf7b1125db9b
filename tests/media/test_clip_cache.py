"""Clips on disk: downloaded once, kept, and deleted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ring_partner.api import CommunicationError, Priority, RingError
from custom_components.ring_partner.media.clip_cache import (
    LIMITS_INTERVAL,
    UNUSED_TIMEOUT,
    ClipCache,
    ClipId,
)
from custom_components.ring_partner.media.clip_download import ClipDownload
from custom_components.ring_partner.media.picture_files import CameraId, media_folder

from ..helpers import PassTime
from ..linked_home import LinkedHome
from ..polling_driver import PollingDriver
from .clip_source import START, ClipSource

DURATION = timedelta(seconds=20)


class CacheDriver:
    """The clips of an account that is set up."""

    def __init__(
        self,
        polling: PollingDriver,
        source: ClipSource,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        self.hass = polling.hass
        self.entry = polling.entry
        self.simulator = polling.simulator
        self.pass_time = polling.pass_time
        self.source = source
        self.freezer = freezer
        self.garden = self.simulator.device("Garden")
        self.start = dt_util.utcnow() - timedelta(hours=1)

    @property
    def clips(self) -> ClipCache:
        """Return the cache."""
        clips: ClipCache = self.entry.runtime_data.media.clips
        return clips

    def clip_id(self, number: int = 0, component_id: str | None = None) -> ClipId:
        """Return a clip of the garden."""
        camera = CameraId(self.garden.id, component_id)
        return ClipId(camera, self.start + timedelta(minutes=number), DURATION)

    @property
    def files(self) -> list[str]:
        """Return the suffixes of all files of the account."""
        folder = media_folder(self.hass, self.entry.entry_id) / "clips"
        return sorted(path.suffix for path in folder.rglob("*") if path.is_file())

    async def tick(self, seconds: float) -> None:
        """Let seconds pass, without waiting for downloads that run."""
        self.freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done()

    async def settle(self) -> None:
        """Wait until all downloads that can end have ended."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def download(self, number: int = 0) -> Path:
        """Download a clip."""
        task = asyncio.ensure_future(self.clips.async_path(self.clip_id(number)))
        while len(self.source.streams) <= number:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0)
        self.source.streams[number].finish()
        path = await task
        await self.settle()
        return path


@pytest.fixture
def cache(
    polling: PollingDriver, source: ClipSource, freezer: FrozenDateTimeFactory
) -> CacheDriver:
    """Return the clips of an account that is set up."""
    return CacheDriver(polling, source, freezer)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Yield a stack for clips that are open during a test."""
    async with AsyncExitStack() as stack:
        yield stack


def content(path: Path) -> bytes:
    """Return the content of a file."""
    return path.read_bytes()


async def test_clip_is_requested_once_and_kept(cache: CacheDriver) -> None:
    path = await cache.download()
    assert content(path) == START
    assert cache.source.requests == [
        {
            "device_id": cache.garden.id,
            "start": cache.start,
            "duration": DURATION,
            "component_id": None,
            "priority": Priority.USER,
        }
    ]
    assert await cache.clips.async_path(cache.clip_id()) == path
    async with cache.clips.async_open(cache.clip_id()) as clip:
        assert clip == path
    assert await cache.hass.config_entries.async_reload(cache.entry.entry_id)
    assert await cache.clips.async_path(cache.clip_id()) == path
    assert len(cache.source.requests) == 1
    assert cache.files == [".mp4"]


async def test_clip_of_each_camera_is_another(
    cache: CacheDriver, stack: AsyncExitStack
) -> None:
    clip_ids = [cache.clip_id(), cache.clip_id(1), cache.clip_id(0, "2")]
    clip_ids.append(clip_ids[0]._replace(duration=DURATION * 2))
    for clip_id in clip_ids:
        await stack.enter_async_context(cache.clips.async_open(clip_id))
    assert len(cache.source.requests) == 4
    assert cache.source.requests[2]["component_id"] == "2"


async def test_those_who_open_it_meanwhile_share_a_download(
    cache: CacheDriver, stack: AsyncExitStack
) -> None:
    first, second = await asyncio.gather(
        *(
            stack.enter_async_context(cache.clips.async_open(cache.clip_id()))
            for _ in range(2)
        )
    )
    third = await stack.enter_async_context(cache.clips.async_open(cache.clip_id()))
    assert isinstance(first, ClipDownload)
    assert first is second
    assert first is third
    assert len(cache.source.streams) == 1
    cache.source.streams[0].finish()
    await cache.settle()
    # Meanwhile, others get the file.
    async with cache.clips.async_open(cache.clip_id()) as clip:
        assert isinstance(clip, Path)
    assert await first.async_read(0, 4) == START[:4]
    await stack.aclose()
    with pytest.raises(OSError, match="Bad file descriptor"):
        await first.async_read(0, 4)


async def test_download_ends_when_nobody_reads_it(cache: CacheDriver) -> None:
    async with cache.clips.async_open(cache.clip_id()):
        pass
    await cache.tick(UNUSED_TIMEOUT - 1)
    stream = cache.source.streams[0]
    assert stream.is_open
    # Somebody is there again.
    async with cache.clips.async_open(cache.clip_id()):
        await cache.tick(UNUSED_TIMEOUT + 1)
        assert stream.is_open
    await cache.pass_time(UNUSED_TIMEOUT + 1)
    assert not stream.is_open
    assert cache.files == []
    async with cache.clips.async_open(cache.clip_id()):
        assert len(cache.source.streams) == 2
        assert cache.files == [".part"]


async def test_reader_that_leaves_does_not_end_it_for_others(
    cache: CacheDriver, stack: AsyncExitStack
) -> None:
    await stack.enter_async_context(cache.clips.async_open(cache.clip_id()))
    async with cache.clips.async_open(cache.clip_id()):
        pass
    await cache.tick(UNUSED_TIMEOUT + 1)
    assert cache.source.streams[0].is_open


async def test_download_goes_on_for_a_while_without_readers(cache: CacheDriver) -> None:
    """A browser interrupts its first request."""
    async with cache.clips.async_open(cache.clip_id()):
        pass
    cache.source.streams[0].finish()
    await cache.settle()
    assert cache.files == [".mp4"]
    await cache.pass_time(UNUSED_TIMEOUT + 1)
    assert cache.files == [".mp4"]


async def test_failed_download_is_not_kept(cache: CacheDriver) -> None:
    cache.source.error = CommunicationError("refused")
    for _ in range(2):
        with pytest.raises(CommunicationError):
            await cache.clips.async_path(cache.clip_id())
    assert len(cache.source.requests) == 2
    cache.source.error = None
    async with cache.clips.async_open(cache.clip_id()) as clip:
        assert isinstance(clip, ClipDownload)
        cache.source.streams[0].fail(CommunicationError("reset"))
        with pytest.raises(CommunicationError):
            await clip.async_wait_until_complete()
    await cache.settle()
    assert cache.files == []
    await cache.pass_time(UNUSED_TIMEOUT + 1)


async def test_removed_device(cache: CacheDriver, stack: AsyncExitStack) -> None:
    await cache.download()
    clip = await stack.enter_async_context(cache.clips.async_open(cache.clip_id(1)))
    assert isinstance(clip, ClipDownload)
    assert cache.files == [".mp4", ".part"]
    cache.simulator.remove_device(cache.garden.id)
    await cache.pass_time(60)
    assert cache.files == []
    assert not cache.source.streams[1].is_open
    with pytest.raises(RingError, match="canceled"):
        await clip.async_wait_until_complete()


async def test_device_that_was_removed_while_not_set_up(cache: CacheDriver) -> None:
    await cache.download()
    assert await cache.hass.config_entries.async_unload(cache.entry.entry_id)
    assert cache.files == [".mp4"]
    cache.simulator.remove_device(cache.garden.id)
    assert await cache.hass.config_entries.async_setup(cache.entry.entry_id)
    await cache.settle()
    assert cache.files == []


async def test_unloaded_account(cache: CacheDriver, stack: AsyncExitStack) -> None:
    await cache.download()
    clip = await stack.enter_async_context(cache.clips.async_open(cache.clip_id(1)))
    assert isinstance(clip, ClipDownload)
    assert await cache.hass.config_entries.async_unload(cache.entry.entry_id)
    assert cache.files == [".mp4"]
    with pytest.raises(RingError, match="canceled"):
        await clip.async_wait_until_complete()


async def test_removed_account(cache: CacheDriver) -> None:
    await cache.download()
    await cache.hass.config_entries.async_remove(cache.entry.entry_id)
    assert cache.files == []


async def test_unlinked_account(home: LinkedHome, source: ClipSource) -> None:
    clips: ClipCache = home.entry.runtime_data.media.clips
    clip_id = ClipId(CameraId(home.garden.id), dt_util.utcnow(), DURATION)
    async with clips.async_open(clip_id):
        source.streams[0].finish()
        await home.settle()
    folder = media_folder(home.hass, home.entry.entry_id)
    assert [path.suffix for path in folder.rglob("*.*")] == [".mp4"]
    home.simulator.linking.uninstall(home.simulator.client, home.simulator.account)
    await home.settle()
    assert home.entry.state is ConfigEntryState.SETUP_ERROR
    assert not folder.exists()


async def test_limits_are_enforced(
    hass: HomeAssistant, cache: CacheDriver, pass_time: PassTime
) -> None:
    """After each download, at the start and at intervals."""
    for number in range(2):
        await cache.download(number)
    cache.source.size = None
    hass.config_entries.async_update_entry(
        cache.entry, options={"clip_cache_size": 0, "clip_cache_days": 1}
    )
    assert await hass.config_entries.async_reload(cache.entry.entry_id)
    await cache.settle()
    assert cache.files == [".mp4"]
    await cache.download(2)
    assert cache.files == [".mp4"]
    await pass_time(timedelta(days=1).total_seconds() - 60)
    assert cache.files == [".mp4"]
    await pass_time(LIMITS_INTERVAL.total_seconds() + 60)
    assert cache.files == []
