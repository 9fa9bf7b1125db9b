"""Pictures of recordings, which are kept on disk for a while.

A picture is requested from Ring once for all who need it at the same time, and then
read from its file.
"""

import asyncio
from contextlib import nullcontext
from datetime import datetime
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import voluptuous as vol

from ..api import Picture, Priority, RingSession
from ..api.media import picture_at
from ..helpers.shared_tasks import SharedTasks
from .cache_files import CacheFiles
from .picture_files import CameraId, StoredPicture, decode_picture, encode_picture

_LOGGER = logging.getLogger(__name__)

MAX_CONCURRENT: Final = 4
"""Thumbnails that are requested at the same time."""

_SUFFIX: Final = ".picture"

type _Size = tuple[int, int]
type _Key = tuple[CameraId, datetime, _Size | None]


class PictureCache:
    """The pictures of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: RingSession,
        files: CacheFiles,
    ) -> None:
        """Set up the pictures.

        Args:
            hass: Home Assistant.
            entry: the account.
            session: requests to Ring.
            files: the folder for the pictures.

        """
        self._session = session
        self._files = files
        self._requests = SharedTasks[_Key, Picture](hass, entry, "Ring picture")
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT)

    async def async_get(
        self,
        camera_id: CameraId,
        at: datetime,
        size: _Size | None = None,
        *,
        priority: Priority = Priority.BACKGROUND,
    ) -> Picture:
        """Return the picture of a time, and request it if there is no file of it.

        Args:
            camera_id: the camera.
            at: the time.
            size: width and height of a thumbnail in pixels; None for Ring's size.
            priority: whether a person waits for the picture.

        Raises:
            RingError: the picture could not be fetched.

        """
        # URLs and requests to Ring have whole milliseconds.
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        key = camera_id, at, size
        return await self._requests.async_run(
            key, lambda: self._async_read_or_request(key, priority)
        )

    async def _async_read_or_request(self, key: _Key, priority: Priority) -> Picture:
        if (picture := await self._async_read(key)) is not None:
            return picture
        camera_id, at, size = key
        # The picture of an event does not wait for the thumbnails of a whole page.
        async with nullcontext() if size is None else self._semaphore:
            picture = await picture_at(
                self._session,
                camera_id.device_id,
                at,
                component_id=camera_id.component_id,
                size=size,
                priority=priority,
            )
        await self._async_write(key, picture)
        return picture

    async def _async_read(self, key: _Key) -> Picture | None:
        path = self._files.path(*_file_name(key))
        try:
            content = await self._files.async_read(path)
            return None if content is None else decode_picture(content).picture
        except (OSError, ValueError, vol.Invalid) as error:
            _LOGGER.warning("Ignored the file %s: %s", path, error)
            return None

    async def _async_write(self, key: _Key, picture: Picture) -> None:
        """Keep a picture. If that is not possible, it is requested again next time."""
        path = self._files.path(*_file_name(key))
        try:
            await self._files.async_write(path, encode_picture(StoredPicture(picture)))
        except OSError as error:
            _LOGGER.debug("A picture could not be stored: %s", error)


def _file_name(key: _Key) -> tuple[CameraId, str, str]:
    """Return the arguments of `CacheFiles.path`."""
    camera_id, at, size = key
    return camera_id, f"{at.timestamp()} {size}", _SUFFIX
