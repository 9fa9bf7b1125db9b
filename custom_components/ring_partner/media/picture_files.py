"""Pictures on disk, so that the last one is there after a restart.

A file has a line of JSON that describes the picture, followed by the picture.
"""

from collections.abc import Container, Iterable
from datetime import datetime
from hashlib import sha256
import logging
from pathlib import Path
from typing import Any, Final, NamedTuple

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from homeassistant.util.file import write_utf8_file_atomic
import orjson
import voluptuous as vol

from ..api.media import Picture, PictureOrigin
from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

MAX_FILE_SIZE: Final = 20 * 1024 * 1024


class CameraId(NamedTuple):
    """A camera: a device, or one of the cameras of a device.

    Attributes:
        device_id: ID of the device.
        component_id: ID of the camera; None if the device has one camera.

    """

    device_id: str
    component_id: str | None = None


class StoredPicture(NamedTuple):
    """A picture of a camera.

    Attributes:
        picture: the picture.
        event_id: ID of the event that it shows; None for a snapshot.
        event_type: type of that event.
        event_time: time of that event.

    """

    picture: Picture
    event_id: str | None = None
    event_type: str | None = None
    event_time: datetime | None = None


_TIME_OR_NONE: Final = vol.Any(None, vol.All(str, dt_util.parse_datetime))
_HEADER_SCHEMA: Final = vol.Schema(
    {
        vol.Required("content_type"): vol.In(["image/jpeg", "image/png"]),
        vol.Required("taken_at"): _TIME_OR_NONE,
        vol.Required("origin"): vol.Any(None, vol.Coerce(PictureOrigin)),
        vol.Required("event_id"): vol.Any(None, str),
        vol.Required("event_type"): vol.Any(None, str),
        vol.Required("event_time"): _TIME_OR_NONE,
    }
)


def media_folder(hass: HomeAssistant, entry_id: str) -> Path:
    """Return the folder for the media of an account."""
    return Path(hass.config.cache_path(DOMAIN, entry_id))


class PictureFiles:
    """The picture files of one account."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._folder = media_folder(hass, entry_id) / "pictures"
        self._names: set[str] = set()
        """The names of the files, those that were deleted included."""
        self._is_listed = False

    async def async_load(self, camera: CameraId, kind: str) -> StoredPicture | None:
        """Return a stored picture; None if there is none that can be used."""
        if not self._is_listed:
            # Most cameras have no file. Looking for each one takes longer.
            self._names |= await self._hass.async_add_executor_job(_names, self._folder)
            self._is_listed = True
        path = self._path(camera, kind)
        if path.name not in self._names:
            return None
        try:
            return await self._hass.async_add_executor_job(_read, path)
        except (OSError, ValueError, vol.Invalid) as error:
            if not isinstance(error, FileNotFoundError):
                _LOGGER.warning("Ignored the file %s: %s", path, error)
            return None

    async def async_save(
        self, camera: CameraId, kind: str, stored: StoredPicture
    ) -> None:
        """Store a picture. If it cannot be written, only a restart loses it."""
        path = self._path(camera, kind)
        self._names.add(path.name)
        try:
            await self._hass.async_add_executor_job(_write, path, stored)
        except (OSError, HomeAssistantError) as error:
            _LOGGER.debug("A picture could not be stored: %s", error)

    async def async_remove(self, camera: CameraId, *kinds: str) -> None:
        """Delete the pictures of a camera."""
        paths = [self._path(camera, kind) for kind in kinds]
        await self._hass.async_add_executor_job(_remove, paths)

    async def async_remove_others(self, cameras: Iterable[CameraId]) -> None:
        """Delete the pictures of all cameras other than these."""
        kept = {_name_of(camera) for camera in cameras}
        await self._hass.async_add_executor_job(_remove_others, self._folder, kept)

    def _path(self, camera: CameraId, kind: str) -> Path:
        return self._folder / f"{_name_of(camera)}.{kind}"


def _name_of(camera: CameraId) -> str:
    # IDs come from Ring and are not suitable as names of files.
    return sha256("\n".join(map(str, camera)).encode()).hexdigest()[:32]


def decode_picture(file: bytes) -> StoredPicture:
    """Return the picture of a file.

    Raises:
        ValueError, vol.Invalid: the file has another format.

    """
    line, _, content = file.partition(b"\n")
    header: dict[str, Any] = _HEADER_SCHEMA(orjson.loads(line))
    return StoredPicture(
        Picture(content, header["content_type"], header["taken_at"], header["origin"]),
        header["event_id"],
        header["event_type"],
        header["event_time"],
    )


def encode_picture(stored: StoredPicture) -> bytes:
    """Return the file of a picture."""
    picture = stored.picture
    header = {
        "content_type": picture.content_type,
        "taken_at": _isoformat(picture.taken_at),
        "origin": picture.origin,
        "event_id": stored.event_id,
        "event_type": stored.event_type,
        "event_time": _isoformat(stored.event_time),
    }
    return orjson.dumps(header) + b"\n" + picture.content


def _isoformat(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*")}


def _read(path: Path) -> StoredPicture:
    if path.stat().st_size > MAX_FILE_SIZE:
        raise ValueError("too large")
    return decode_picture(path.read_bytes())


def _write(path: Path, stored: StoredPicture) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_utf8_file_atomic(str(path), encode_picture(stored), private=True, mode="wb")


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _remove_others(folder: Path, kept: Container[str]) -> None:
    _remove(path for path in folder.glob("*") if path.stem not in kept)
