"""Downloads the clips of one account, and keeps them on disk for a while."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..api import Priority, RingSession
from ..api.media import open_clip
from ..helpers.timer import Timer
from .cache_files import CacheFiles
from .clip_download import ClipDownload
from .picture_files import CameraId

UNUSED_TIMEOUT: Final = 15.0
"""Seconds until a download is canceled that nobody reads. A browser interrupts its
first request, and continues with requests for parts of the clip."""
LIMITS_INTERVAL: Final = timedelta(hours=1)
"""How often files that became too old are deleted."""


class ClipId(NamedTuple):
    """A clip.

    Attributes:
        camera_id: the camera.
        start: when it starts.
        duration: how long it lasts.

    """

    camera_id: CameraId
    start: datetime
    duration: timedelta


@dataclass(slots=True, eq=False)
class _Running:
    """A download that runs.

    Attributes:
        download: the download.
        device_id: ID of the device.
        timer: cancels it when nobody reads it any more.
        task: performs it.
        users: number of those who read it.

    """

    download: ClipDownload
    device_id: str
    timer: Timer
    task: asyncio.Task[None] | None = None
    users: int = 0


class ClipCache:
    """The clips of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: RingSession,
        files: CacheFiles,
    ) -> None:
        """Set up the clips.

        Args:
            hass: Home Assistant.
            entry: the account.
            session: requests to Ring.
            files: the folder for the clips.

        """
        self._hass = hass
        self._entry = entry
        self._session = session
        self._files = files
        self._running: dict[Path, _Running] = {}

    @callback
    def async_start(self, device_ids: Iterable[str]) -> None:
        """Delete what is too old, now and at intervals, and files of other devices.

        Args:
            device_ids: the devices of the account.

        """
        self._create_task(self._files.async_remove_other_devices(device_ids))

        @callback
        def enforce_limits(_now: datetime) -> None:
            self._create_task(self._files.async_enforce_limits())

        self._entry.async_on_unload(
            async_track_time_interval(
                self._hass, enforce_limits, LIMITS_INTERVAL, cancel_on_shutdown=True
            )
        )

    @asynccontextmanager
    async def async_open(self, clip_id: ClipId) -> AsyncIterator[Path | ClipDownload]:
        """Open a clip: its file, or its download if there is no file yet.

        A clip is downloaded once for all who open it meanwhile. The download has begun
        when this returns.

        Raises:
            OSError: the file cannot be written.
            RingError: the clip cannot be downloaded.

        """
        path = self._path(clip_id)
        if self._unfinished(path) is None and await self._files.async_use(path):
            yield path
            return
        running = self._unfinished(path) or self._start(path, clip_id)
        running.users += 1
        running.timer.async_cancel()
        try:
            await running.download.async_wait(0)
            yield running.download
        finally:
            running.users -= 1
            if not running.users and self._running.get(path) is running:
                running.timer.async_start(UNUSED_TIMEOUT)
            await self._async_close_unused(running)

    async def async_path(self, clip_id: ClipId) -> Path:
        """Return the complete file of a clip; raises as `async_open`."""
        async with self.async_open(clip_id) as clip:
            if isinstance(clip, Path):
                return clip
            await clip.async_wait_until_complete()
            return clip.path

    async def async_remove_device(self, device_id: str) -> None:
        """Delete all files of a device that was removed."""
        await self._async_cancel(
            each for each in self._running.values() if each.device_id == device_id
        )
        await self._files.async_remove_device(device_id)

    async def async_stop(self) -> None:
        """Cancel all downloads."""
        await self._async_cancel(self._running.values())

    def _unfinished(self, path: Path) -> _Running | None:
        """Return the download of a file, unless it has just ended."""
        running = self._running.get(path)
        return None if running is None or running.download.is_done else running

    def _path(self, clip_id: ClipId) -> Path:
        name = f"{clip_id.start.timestamp()}+{clip_id.duration.total_seconds()}"
        return self._files.path(clip_id.camera_id, name, ".mp4")

    def _start(self, path: Path, clip_id: ClipId) -> _Running:
        running = self._running[path] = _Running(
            ClipDownload(self._hass, path),
            clip_id.camera_id.device_id,
            Timer(self._hass, lambda _now: self._async_cancel_unused(path)),
        )
        running.task = self._create_task(self._async_download(path, clip_id, running))
        return running

    def _create_task(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._entry.async_create_background_task(
            self._hass, coroutine, "Ring clips"
        )

    @callback
    def _async_cancel_unused(self, path: Path) -> None:
        # Who asks for the clip from now on gets a new download.
        running = self._running.pop(path)
        if running.task is not None:
            running.task.cancel()

    async def _async_download(
        self, path: Path, clip_id: ClipId, running: _Running
    ) -> None:
        source = open_clip(
            self._session,
            clip_id.camera_id.device_id,
            start=clip_id.start,
            duration=clip_id.duration,
            component_id=clip_id.camera_id.component_id,
            priority=Priority.USER,
        )
        try:
            is_complete = await running.download.async_run(source)
        finally:
            running.timer.async_cancel()
            if self._running.get(path) is running:
                del self._running[path]
            await self._async_close_unused(running)
        if is_complete:
            await self._files.async_added(path)

    @staticmethod
    async def _async_close_unused(running: _Running) -> None:
        """Close the file of a download that has ended and that nobody reads."""
        if running.download.is_done and not running.users:
            await running.download.async_close()

    @staticmethod
    async def _async_cancel(downloads: Iterable[_Running]) -> None:
        tasks = [each.task for each in downloads if each.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
