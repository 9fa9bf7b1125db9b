"""Pictures and clips of recordings (Ring Partner API reference, 2.8 and 2.9).

Ring takes no pictures on request: there are only those of its recordings and stored
snapshots. A request for media never starts a recording.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from .clock import unix_time
from .download import download
from .errors import ResponseError
from .fields import timestamp_ms
from .limiter import Priority
from .media_errors import MediaRangeError, MediaRangeProblem, UndecodableMediaError
from .paths import device_path
from .session import Request, RingSession
from .transport import Response

MAX_AGE: Final = timedelta(days=180)
"""How long Ring keeps media."""
MAX_WINDOW: Final = timedelta(hours=24)
"""Longest time in which Ring searches the newest picture."""
MAX_CLIP_LENGTH: Final = timedelta(minutes=15)
"""Longest clip."""
MAX_WIDTH: Final = 1920
"""Widest picture in pixels."""
MAX_HEIGHT: Final = 1080
"""Highest picture in pixels."""

MAX_PICTURE_SIZE: Final = 16 * 1024 * 1024
"""Maximum size of a picture in bytes."""
MAX_CLIP_SIZE: Final = 512 * 1024 * 1024
"""Maximum size of a clip in bytes."""

CLOCK_TOLERANCE: Final = timedelta(minutes=1)
"""How far the clocks of Ring and of this machine may differ."""

_SIGNATURES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
_CLIP_TYPE: Final = "video/mp4"
# Type and length of the first box of an MP4 file.
_CLIP_SIGNATURE: Final = slice(4, 8), b"ftyp"


class PictureOrigin(StrEnum):
    """What a picture was taken from."""

    RECORDING = "recording"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Attributes:
        content: JPEG or PNG.
        content_type: `image/jpeg` or `image/png`.
        taken_at: When it was taken, in UTC.
        origin: What it was taken from.
    """

    content: bytes = field(repr=False)
    content_type: str
    taken_at: datetime | None
    origin: PictureOrigin | None


class ClipInfo(NamedTuple):
    """What Ring says about a clip.

    Attributes:
        content_type: `video/mp4`.
        starts_at: When the clip starts, in UTC.
        length: How long it lasts.
        is_partial: Whether only a part of the requested time was recorded.
        size: Size in bytes.
    """

    content_type: str
    starts_at: datetime | None
    length: timedelta | None
    is_partial: bool
    size: int | None


class Clip:
    """A clip that is being downloaded."""

    def __init__(
        self, info: ClipInfo, start: bytes, rest: AsyncIterator[bytes]
    ) -> None:
        """Initialize the clip.

        Args:
            info: What Ring says about it.
            start: Its first bytes, which are already received.
            rest: The following bytes.
        """
        self.info = info
        self._start = start
        self._rest = rest

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the clip in parts, in no particular sizes. It can be read once.

        Raises:
            CommunicationError: The connection broke, so that the clip is incomplete.
            ResponseError: The clip is larger than MAX_CLIP_SIZE.
        """
        yield self._start
        async for chunk in self._rest:
            yield chunk


async def latest_picture(
    session: RingSession,
    device_id: str,
    *,
    start: datetime,
    end: datetime | None = None,
    component_id: str | None = None,
    size: tuple[int, int] | None = None,
    priority: Priority = Priority.BACKGROUND,
) -> Picture:
    """Return the newest picture of a time range (2.8).

    Args:
        session: Session of the account.
        device_id: ID of the device.
        start: Start of the time range. Has a time zone.
        end: Its end, at most 24 hours later. Has a time zone; None for now.
        component_id: The camera of a device with several.
        size: Width and height in pixels, None for Ring's choice.
        priority: Whether a user waits for the picture.

    Raises:
        MediaRangeError: The request exceeds Ring's limits, and wasn't sent.
        MediaNotFoundError: There is no picture of that time.
        MediaNotReadyError: Ring has not yet received the recording.
        UndecodableMediaError: It isn't a picture, as with end-to-end encryption.
        ForbiddenError: The user hasn't granted access to that time.
        RingError: The request failed in another way; the subclass tells why.
    """
    now = _now()
    _check_time(start, now)
    if end is not None:
        _check_time(end, now)
        if not start < end <= start + MAX_WINDOW:
            raise MediaRangeError(
                "The time range is longer than 24 hours or ends before its start",
                MediaRangeProblem.WINDOW,
            )
    elif start < now - MAX_WINDOW - CLOCK_TOLERANCE:
        raise MediaRangeError(
            "The time range is longer than 24 hours", MediaRangeProblem.WINDOW
        )
    else:
        # To Ring, the range is longer by the time that the request takes.
        start = max(start, now - MAX_WINDOW + CLOCK_TOLERANCE)
    body = {"type": "latest_in_range", "start_timestamp": _milliseconds(start)}
    if end is not None:
        body["end_timestamp"] = _milliseconds(end)
    return await _picture(session, device_id, body, component_id, size, priority)


async def picture_at(
    session: RingSession,
    device_id: str,
    at: datetime,
    *,
    component_id: str | None = None,
    size: tuple[int, int] | None = None,
    priority: Priority = Priority.BACKGROUND,
) -> Picture:
    """Return the picture of a time, which Ring has up to 10 seconds around it (2.8).

    Args:
        session: Session of the account.
        device_id: ID of the device.
        at: The time. Has a time zone.
        component_id: The camera of a device with several.
        size: Width and height in pixels, None for Ring's choice.
        priority: Whether a user waits for the picture.

    Raises:
        RingError: As `latest_picture`.
    """
    _check_time(at, _now())
    body = {"type": "at_timestamp", "timestamp": _milliseconds(at)}
    return await _picture(session, device_id, body, component_id, size, priority)


@asynccontextmanager
async def open_clip(
    session: RingSession,
    device_id: str,
    *,
    start: datetime,
    duration: timedelta,
    component_id: str | None = None,
    priority: Priority = Priority.BACKGROUND,
) -> AsyncIterator[Clip]:
    """Open a clip with sound (2.9), to be read within the context.

    Args:
        session: Session of the account.
        device_id: ID of the device.
        start: Start of the clip. Has a time zone.
        duration: How long it lasts, up to 15 minutes.
        component_id: The camera of a device with several.
        priority: Whether a user waits for the clip.

    Raises:
        MediaRangeError: The request exceeds Ring's limits, and wasn't sent.
        MediaNotFoundError: Nothing was recorded at that time.
        MediaNotReadyError: Ring has not yet received the recording.
        UndecodableMediaError: It isn't a clip, as with end-to-end encryption.
        ForbiddenError: The user hasn't granted access to that time.
        RingError: The request failed in another way; the subclass tells why.
    """
    _check_time(start, _now())
    if not timedelta(milliseconds=1) <= duration <= MAX_CLIP_LENGTH:
        raise MediaRangeError(
            "A clip lasts up to 15 minutes", MediaRangeProblem.DURATION
        )
    body = {
        "timestamp": _milliseconds(start),
        "duration": duration // timedelta(milliseconds=1),
        "video_options": {"codec": "avc"},
        "audio_options": {"audio_enabled": True},
        **_components(component_id),
    }
    request = _request(
        device_path(device_id, "media/video/download"), body, streamed=True
    )
    response = await download(session, request, priority=priority)
    try:
        info = _clip_info(response)
        async with aclosing(response.chunks(MAX_CLIP_SIZE)) as chunks:
            position, signature = _CLIP_SIGNATURE
            beginning = b""
            async for chunk in chunks:
                beginning += chunk
                if len(beginning) >= position.stop:
                    break
            if beginning[position] != signature:
                raise _not_media(response, beginning)
            yield Clip(info, beginning, chunks)
    finally:
        response.close()


async def _picture(
    session: RingSession,
    device_id: str,
    body: dict[str, Any],
    component_id: str | None,
    size: tuple[int, int] | None,
    priority: Priority,
) -> Picture:
    path = device_path(device_id, "media/image/download")
    body |= _image_options(size) | _components(component_id)
    response = await download(session, _request(path, body), priority=priority)
    content = response.body
    for signature, content_type in _SIGNATURES.items():
        if content.startswith(signature):
            return Picture(
                content=content,
                content_type=content_type,
                taken_at=timestamp_ms(_integer(response.headers, "X-Media-Timestamp")),
                origin=_origin(response.headers),
            )
    raise _not_media(response, content)


def _request(path: str, body: dict[str, Any], *, streamed: bool = False) -> Request:
    return Request(
        "POST",
        path,
        json=body,
        accept="*/*",
        about_device=True,
        redirect_ok=True,
        max_size=MAX_PICTURE_SIZE,
        streamed=streamed,
    )


def _image_options(size: tuple[int, int] | None) -> dict[str, Any]:
    options: dict[str, Any] = {"format": "jpeg"}
    if size is not None:
        width, height = size
        if not (1 <= width <= MAX_WIDTH and 1 <= height <= MAX_HEIGHT):
            raise MediaRangeError(
                f"A picture has up to {MAX_WIDTH} x {MAX_HEIGHT} pixels",
                MediaRangeProblem.SIZE,
            )
        options["resolution"] = {"width": width, "height": height}
    return {"image_options": options}


def _components(component_id: str | None) -> dict[str, Any]:
    if component_id is None:
        return {}
    return {"components": [{"component_id": component_id}]}


def _check_time(time: datetime, now: datetime) -> None:
    if time > now + CLOCK_TOLERANCE:
        raise MediaRangeError("The time is in the future", MediaRangeProblem.FUTURE)
    if time < now - MAX_AGE:
        raise MediaRangeError(
            f"The time is more than {MAX_AGE.days} days ago", MediaRangeProblem.TOO_OLD
        )


def _now() -> datetime:
    return datetime.fromtimestamp(unix_time(), UTC)


def _milliseconds(time: datetime) -> int:
    """Return a time as Ring expects it, in milliseconds since 1970."""
    return int(time.timestamp() * 1000)


def _clip_info(response: Response) -> ClipInfo:
    headers = response.headers
    # The documentation has both names (6, 7).
    length = _integer(headers, "X-Media-Length", "X-Media-Duration")
    size = _integer(headers, "Content-Length")
    if size is not None and size > MAX_CLIP_SIZE:
        raise ResponseError(f"The clip is larger than {MAX_CLIP_SIZE} bytes")
    return ClipInfo(
        content_type=_CLIP_TYPE,
        starts_at=timestamp_ms(_integer(headers, "X-Media-Timestamp")),
        length=None if length is None else timedelta(milliseconds=length),
        is_partial=response.status == 206,
        size=size,
    )


def _integer(headers: Mapping[str, str], *names: str) -> int | None:
    """Return the first header that contains an integer."""
    for name in names:
        value = headers.get(name, "").strip()
        if len(value) <= 15 and value.isascii() and value.isdigit():
            return int(value)
    return None


def _origin(headers: Mapping[str, str]) -> PictureOrigin | None:
    try:
        return PictureOrigin(headers.get("X-Media-Origin", "").strip().lower())
    except ValueError:
        return None


def _not_media(response: Response, content: bytes) -> ResponseError:
    """Return the error for content that is neither a picture nor a clip."""
    content_type = response.headers.get("Content-Type", "").lower()
    if not content or "json" in content_type or content_type.startswith("text/"):
        return ResponseError(
            "Ring's response contains no media", status=response.status
        )
    return UndecodableMediaError(
        "Ring's media can't be decoded; it may be end-to-end encrypted",
        status=response.status,
    )
