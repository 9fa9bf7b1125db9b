"""Downloads clips and pictures for actions, as soon as Ring has them.

Ring lists a recording when it has ended, and has to receive it before it can be
downloaded (Ring Partner API reference, 2.7 to 2.9).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import chain, repeat
import logging
from pathlib import Path
from typing import Final, NamedTuple, Self

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..api import (
    SERVICE_FAILURES,
    CircuitOpenError,
    MediaNotFoundError,
    MediaNotReadyError,
    Picture,
    Priority,
    RateLimitError,
    RingError,
    RingSession,
)
from ..api.clock import Sleep
from ..api.media import (
    MAX_CLIP_LENGTH,
    MAX_WINDOW,
    latest_picture,
    open_clip,
    picture_at,
)
from ..events.history_reader import MAX_RECORDING
from ..events.pairing import MAX_TIME_DIFFERENCE
from .new_file import async_new_file
from .picture_files import CameraId
from .recent_events import RecentEvent
from .recordings import Recording, Recordings

_LOGGER = logging.getLogger(__name__)

PAUSES: Final = (2.0, 3.0, 5.0, 10.0, 15.0)
"""Seconds between the first requests; the last value applies to all that follow."""
READY_AFTER: Final = timedelta(minutes=5)
"""How long it takes at most until Ring has received a recording that has ended. Until
then, Ring can answer that there is none."""
UNKNOWN_LENGTH: Final = timedelta(minutes=1)
"""Length of a clip if Ring does not report when its recording ended."""
_MIN_LENGTH: Final = timedelta(seconds=1)

_WORTH_A_RETRY: Final = (
    CircuitOpenError,
    MediaNotReadyError,
    RateLimitError,
    *SERVICE_FAILURES,
)


class Waiting(NamedTuple):
    """How an action waits for Ring.

    Attributes:
        timeout: how long, once the recording has ended. The last request is sent at
            its end.
        sleep: waits for seconds.
        check: raises an exception if there is nothing to wait for any more.

    """

    timeout: timedelta
    sleep: Sleep
    check: Callable[[], None]

    async def async_pause(self, seconds: float) -> None:
        """Wait for seconds."""
        await self.sleep(seconds)
        self.check()


class ClipRange(NamedTuple):
    """The clip to download.

    Attributes:
        start: when it starts.
        duration: how long it lasts.

    """

    start: datetime
    duration: timedelta

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """Return the clip of a whole recording, or the longest from its start."""
        end = recording.end or recording.start + UNKNOWN_LENGTH
        length = max(end - recording.start, _MIN_LENGTH)
        return cls(recording.start, min(length, MAX_CLIP_LENGTH))


class SavedClip(NamedTuple):
    """A clip that was downloaded.

    Attributes:
        start: when it starts.
        duration: how long it lasts.
        size: size in bytes.
        content_type: `video/mp4`.

    """

    start: datetime
    duration: timedelta
    size: int
    content_type: str


async def async_when_ready[T](
    fetch: Callable[[], Awaitable[T]], ended: datetime, waiting: Waiting
) -> T:
    """Fetch something of a recording, again and again until Ring has received it.

    Args:
        fetch: sends the request.
        ended: when the recording ended, or will end.
        waiting: how to wait.

    Raises:
        RingError: Ring has no such recording, or the time is up.

    """
    if (remaining := (ended - dt_util.utcnow()).total_seconds()) > 0:
        await waiting.async_pause(remaining)
    until = dt_util.utcnow() + waiting.timeout
    pauses = chain(PAUSES, repeat(PAUSES[-1]))
    while True:
        try:
            return await fetch()
        except RingError as error:
            now = dt_util.utcnow()
            is_new = now < ended + READY_AFTER
            remaining = (until - now).total_seconds()
            if (
                not isinstance(error, _WORTH_A_RETRY)
                and not (isinstance(error, MediaNotFoundError) and is_new)
            ) or remaining <= (error.retry_after or 0.0):
                raise
            pause = min(max(next(pauses), error.retry_after or 0.0), remaining)
            _LOGGER.debug("Waiting %.0f s for a recording: %s", pause, error)
        await waiting.async_pause(pause)


async def async_find_recording(
    recordings: Recordings, device_id: str, event: RecentEvent, waiting: Waiting
) -> Recording:
    """Return the recording of an event, as soon as Ring lists it.

    Raises:
        MediaNotFoundError: there is none.
        MediaNotReadyError: Ring has not listed it in time.
        RingError: the history could not be read.

    """

    async def find() -> Recording:
        listed = await recordings.async_list(
            device_id,
            event.at - MAX_TIME_DIFFERENCE,
            event.at + MAX_TIME_DIFFERENCE,
            types=(event.type,),
        )
        found = min(
            listed,
            key=lambda recording: abs(recording.start - event.at),
            default=None,
        )
        if found is None and dt_util.utcnow() < event.at + MAX_RECORDING:
            raise MediaNotReadyError("Ring has not listed the recording yet")
        if found is None:
            raise MediaNotFoundError("Ring lists no recording of the event")
        # The history does not tell which camera of a device it was.
        component_id = next(iter(event.component_ids), found.component_id)
        return found._replace(component_id=component_id)

    return await async_when_ready(find, event.at, waiting)


async def async_download_clip(
    hass: HomeAssistant,
    session: RingSession,
    camera_id: CameraId,
    clip_range: ClipRange,
    path: Path,
    waiting: Waiting,
) -> SavedClip:
    """Download a clip to a file, in parts.

    Raises:
        OSError: the file could not be written.
        RingError: the clip could not be downloaded.

    """

    async def download() -> SavedClip:
        async with (
            open_clip(
                session,
                camera_id.device_id,
                start=clip_range.start,
                duration=clip_range.duration,
                component_id=camera_id.component_id,
                priority=Priority.USER,
            ) as clip,
            async_new_file(hass, path) as file,
        ):
            async for chunk in clip.chunks():
                await file.async_write(chunk)
        return SavedClip(
            start=clip.info.starts_at or clip_range.start,
            duration=clip.info.length or clip_range.duration,
            size=file.size,
            content_type=clip.info.content_type,
        )

    return await async_when_ready(
        download, clip_range.start + clip_range.duration, waiting
    )


async def async_fetch_picture(
    session: RingSession,
    camera_id: CameraId,
    at: datetime | None,
    size: tuple[int, int] | None,
    waiting: Waiting,
) -> Picture:
    """Return the picture of a time, or the newest one of the last 24 hours.

    Raises:
        RingError: there is none, or it could not be downloaded.

    """

    async def fetch() -> Picture:
        component_id, priority = camera_id.component_id, Priority.USER
        if at is None:
            return await latest_picture(
                session,
                camera_id.device_id,
                start=dt_util.utcnow() - MAX_WINDOW,
                component_id=component_id,
                size=size,
                priority=priority,
            )
        return await picture_at(
            session,
            camera_id.device_id,
            at,
            component_id=component_id,
            size=size,
            priority=priority,
        )

    # Any picture is the newest until there is another one.
    return await (fetch() if at is None else async_when_ready(fetch, at, waiting))
