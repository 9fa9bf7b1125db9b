"""Serves clips to browsers and media players.

Ring's URLs and tokens do not leave Home Assistant. A user needs the permission to read
the camera entities of the device.
"""

from abc import abstractmethod
from http import HTTPStatus
from pathlib import Path
from typing import Final, override

from aiohttp import hdrs, web
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.http import HomeAssistantView

from ..api import (
    SERVICE_FAILURES,
    CircuitOpenError,
    DeviceOfflineError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    MediaRangeError,
    NotFoundError,
    RateLimitError,
    RingError,
)
from ..const import DOMAIN
from .action_input import async_check_permission
from .cameras import MediaCamera, async_get_media_camera, unknown_item
from .clip_download import ClipDownload
from .identifiers import ClipIdentifier, PictureIdentifier, parse_identifier

CLIP_TYPE: Final = "video/mp4"
CHUNK_SIZE: Final = 256 * 1024
"""Bytes of a clip that are sent at once."""

_STATUSES: Final[dict[HTTPStatus, tuple[type[RingError], ...]]] = {
    HTTPStatus.FORBIDDEN: (ForbiddenError,),
    HTTPStatus.NOT_FOUND: (MediaNotFoundError, MediaRangeError, NotFoundError),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        CircuitOpenError,
        DeviceOfflineError,
        MediaNotReadyError,
        RateLimitError,
        *SERVICE_FAILURES,
    ),
}


def clip_url(identifier: ClipIdentifier) -> str:
    """Return the path of a clip, which Home Assistant signs when it is played."""
    return f"/api/{DOMAIN}/clip/{identifier}"


class MediaView[T: (ClipIdentifier, PictureIdentifier)](HomeAssistantView):
    """Serves something of a camera.

    Attributes:
        identifier_type: what it serves.

    """

    identifier_type: type[T]

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    async def get(self, request: web.Request, identifier: str) -> web.StreamResponse:
        """Return the media, or a sentence that tells why that is not possible."""
        try:
            parsed = parse_identifier(identifier)
            if not isinstance(parsed, self.identifier_type):
                raise unknown_item()
            camera = async_get_media_camera(self._hass, parsed.camera)
        except ValueError:
            return _error(unknown_item(), HTTPStatus.NOT_FOUND)
        except HomeAssistantError as error:
            return _error(error, HTTPStatus.NOT_FOUND)
        try:
            await async_check_permission(
                self._hass, self.context(request), camera.device.registered, POLICY_READ
            )
        except HomeAssistantError as error:
            return _error(error, HTTPStatus.FORBIDDEN)
        try:
            return await self._async_respond(request, camera, parsed)
        except HomeAssistantError as error:
            return _error(error, HTTPStatus.NOT_FOUND)
        except (RingError, OSError) as error:
            return _error(camera.device.error(error), _status(error))

    async def head(self, request: web.Request, identifier: str) -> web.StreamResponse:
        """Return the same without the content."""
        return await self.get(request, identifier)

    @abstractmethod
    async def _async_respond(
        self, request: web.Request, camera: MediaCamera, identifier: T
    ) -> web.StreamResponse:
        """Return the response.

        Raises:
            HomeAssistantError: Ring cannot have it, or only in encrypted form.
            OSError: a file cannot be written.
            RingError: Ring does not provide it.

        """


class ClipView(MediaView[ClipIdentifier]):
    """Serves clips."""

    identifier_type = ClipIdentifier
    url = f"/api/{DOMAIN}/clip/{{identifier:.+}}"
    name = f"api:{DOMAIN}:clip"

    @override
    async def _async_respond(
        self, request: web.Request, camera: MediaCamera, identifier: ClipIdentifier
    ) -> web.StreamResponse:
        clips = camera.device.media.clips
        async with clips.async_open(camera.clip_id(identifier)) as clip:
            if isinstance(clip, Path):
                return web.FileResponse(clip)
            if clip.total is None and _has_range(request):
                # The answer needs the size.
                await clip.async_wait_until_complete()
            return await _async_send(request, clip)


async def _async_send(request: web.Request, clip: ClipDownload) -> web.StreamResponse:
    """Send a clip, or the part that was asked for, while it is being downloaded."""
    response = web.StreamResponse(headers={hdrs.ACCEPT_RANGES: "bytes"})
    response.content_type = CLIP_TYPE
    start, end = 0, clip.total
    if clip.total is not None and _has_range(request):
        try:
            start, stop = _range(request, clip.total)
        except ValueError:
            return web.Response(
                status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                headers={hdrs.CONTENT_RANGE: f"bytes */{clip.total}"},
            )
        response.set_status(HTTPStatus.PARTIAL_CONTENT)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{clip.total}"
        end = stop
    if end is not None:
        response.content_length = end - start
    await response.prepare(request)
    if request.method == hdrs.METH_HEAD:
        return response
    try:
        await _async_copy(response, clip, start, end)
    except RingError, OSError:
        # The response has begun. Its end has to be missing, so that nobody takes it
        # for complete.
        if request.transport is not None:
            request.transport.abort()
    return response


async def _async_copy(
    response: web.StreamResponse, clip: ClipDownload, start: int, end: int | None
) -> None:
    position = start
    while end is None or position < end:
        available = await clip.async_wait(position)
        if available <= position:
            break
        size = min(CHUNK_SIZE, (available if end is None else end) - position)
        content = await clip.async_read(position, size)
        await response.write(content)
        position += len(content)


def _has_range(request: web.Request) -> bool:
    """Return whether a part is asked for.

    With `If-Range`, it is asked for only of a file that the client knows already, and
    not of one that is being downloaded.
    """
    return hdrs.RANGE in request.headers and hdrs.IF_RANGE not in request.headers


def _range(request: web.Request, total: int) -> tuple[int, int]:
    """Return start and end of the part of a file that is asked for.

    Raises:
        ValueError: there is no such part.

    """
    start, end, _ = request.http_range.indices(total)
    if start >= end:
        raise ValueError
    return start, end


def _status(error: RingError | OSError) -> HTTPStatus:
    if isinstance(error, OSError):
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return next(
        (status for status, types in _STATUSES.items() if isinstance(error, types)),
        HTTPStatus.BAD_GATEWAY,
    )


def _error(error: HomeAssistantError, status: HTTPStatus) -> web.Response:
    return web.Response(status=status, text=str(error))
