"""Small pictures of recordings, which are fetched when a browser shows them."""

from datetime import datetime, timedelta
import re
from typing import Final

from homeassistant.util import dt as dt_util

from ..api import MediaNotFoundError, Picture, Priority
from .picture_cache import PictureCache
from .picture_files import CameraId

RETRY_INTERVAL: Final = timedelta(minutes=10)
"""How long Ring is not asked again for a picture that it does not have."""
MAX_MISSING: Final = 1_000
"""Missing pictures that are remembered."""

_HEIGHT: Final = 360
_RATIO: Final = re.compile(r"([1-9][0-9]{0,3}):([1-9][0-9]{0,3})")
_DEFAULT_RATIO: Final = 16 / 9
_MAX_RATIO: Final = 3.0


class Thumbnails:
    """The thumbnails of one account."""

    def __init__(self, pictures: PictureCache) -> None:
        """Set up the thumbnails, which are kept with other pictures."""
        self._pictures = pictures
        self._missing: dict[
            tuple[CameraId, datetime], tuple[datetime, MediaNotFoundError]
        ] = {}

    async def async_get(
        self, camera_id: CameraId, at: datetime, ratio: str | None
    ) -> Picture:
        """Return the thumbnail of a time.

        A browser shows many of them, and shows them again. Ring is therefore not asked
        again at once for those that it does not have.

        Args:
            camera_id: the camera.
            at: the time.
            ratio: the ratio of the camera's width and height, such as `16:9`.

        Raises:
            RingError: the picture could not be fetched.

        """
        key = camera_id, at
        if key in self._missing:
            until, error = self._missing[key]
            if dt_util.utcnow() < until:
                raise error
            del self._missing[key]
        try:
            return await self._pictures.async_get(
                camera_id, at, _size(ratio), priority=Priority.USER
            )
        except MediaNotFoundError as error:
            self._missing[key] = dt_util.utcnow() + RETRY_INTERVAL, error
            if len(self._missing) > MAX_MISSING:
                del self._missing[next(iter(self._missing))]
            raise


def _size(ratio: str | None) -> tuple[int, int]:
    """Return width and height of a thumbnail in pixels."""
    found = _RATIO.fullmatch(ratio or "")
    width_to_height = int(found[1]) / int(found[2]) if found else _DEFAULT_RATIO
    if not 1 / _MAX_RATIO <= width_to_height <= _MAX_RATIO:
        width_to_height = _DEFAULT_RATIO
    return round(_HEIGHT * width_to_height), _HEIGHT
