"""Small pictures of recordings, which are fetched when a browser shows them."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
import re
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..api import MediaNotFoundError, Priority, RingError, RingSession
from ..api.media import picture_at
from .cache_files import CacheFiles
from .picture_files import CameraId

MAX_CONCURRENT: Final = 4
"""Thumbnails that are fetched at the same time."""
RETRY_INTERVAL: Final = timedelta(minutes=10)
"""How long Ring is not asked again for a picture that it does not have."""
MAX_MISSING: Final = 1_000
"""Missing pictures that are remembered."""

_HEIGHT: Final = 360
_RATIO: Final = re.compile(r"([1-9][0-9]{0,3}):([1-9][0-9]{0,3})")
_DEFAULT_RATIO: Final = 16 / 9
_MAX_RATIO: Final = 3.0
_SUFFIXES: Final = {"image/jpeg": ".jpg", "image/png": ".png"}

type _Key = tuple[CameraId, datetime]


class Thumbnails:
    """The thumbnails of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: RingSession,
        files: CacheFiles,
    ) -> None:
        """Set up the thumbnails.

        Args:
            hass: Home Assistant.
            entry: the account.
            session: requests to Ring.
            files: the folder for the thumbnails.

        """
        self._hass = hass
        self._entry = entry
        self._session = session
        self._files = files
        self._requests: dict[_Key, asyncio.Task[Path]] = {}
        self._missing: dict[_Key, tuple[datetime, RingError]] = {}
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT)

    async def async_path(
        self, camera_id: CameraId, at: datetime, ratio: str | None
    ) -> Path:
        """Return the file of the thumbnail of a time, and fetch it if it is missing.

        Args:
            camera_id: the camera.
            at: the time.
            ratio: the ratio of the camera's width and height, such as `16:9`.

        Raises:
            OSError: the file cannot be written.
            RingError: the picture could not be fetched.

        """
        for path in self._paths(camera_id, at).values():
            if await self._files.async_use(path):
                return path
        key = camera_id, at
        self._raise_if_missing(key)
        request = self._requests.get(key) or self._start(key, ratio)
        # A browser that is closed does not end it for the others.
        await asyncio.wait([request])
        if request.cancelled():
            raise RingError("The download was canceled")
        return request.result()

    def _start(self, key: _Key, ratio: str | None) -> asyncio.Task[Path]:
        request = self._requests[key] = self._entry.async_create_background_task(
            self._hass, self._async_fetch(key, _size(ratio)), "Ring thumbnail"
        )

        @callback
        def finish(request: asyncio.Task[Path]) -> None:
            del self._requests[key]
            if not request.cancelled():
                # Nobody may be left who takes the exception.
                request.exception()

        request.add_done_callback(finish)
        return request

    def _paths(self, camera_id: CameraId, at: datetime) -> dict[str, Path]:
        """Return the possible paths of a thumbnail, by content type."""
        return {
            content_type: self._files.path(camera_id, str(at.timestamp()), suffix)
            for content_type, suffix in _SUFFIXES.items()
        }

    def _raise_if_missing(self, key: _Key) -> None:
        if key in self._missing:
            until, error = self._missing[key]
            if dt_util.utcnow() < until:
                raise error
            del self._missing[key]

    async def _async_fetch(self, key: _Key, size: tuple[int, int]) -> Path:
        camera_id, at = key
        async with self._semaphore:
            try:
                picture = await picture_at(
                    self._session,
                    camera_id.device_id,
                    at,
                    component_id=camera_id.component_id,
                    size=size,
                    priority=Priority.USER,
                )
            except MediaNotFoundError as error:
                self._missing[key] = dt_util.utcnow() + RETRY_INTERVAL, error
                if len(self._missing) > MAX_MISSING:
                    del self._missing[next(iter(self._missing))]
                raise
        path = self._paths(camera_id, at)[picture.content_type]
        await self._files.async_write(path, picture.content)
        return path


def _size(ratio: str | None) -> tuple[int, int]:
    """Return width and height of a thumbnail in pixels."""
    found = _RATIO.fullmatch(ratio or "")
    width_to_height = int(found[1]) / int(found[2]) if found else _DEFAULT_RATIO
    if not 1 / _MAX_RATIO <= width_to_height <= _MAX_RATIO:
        width_to_height = _DEFAULT_RATIO
    return round(_HEIGHT * width_to_height), _HEIGHT
