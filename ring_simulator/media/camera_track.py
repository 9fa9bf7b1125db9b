"""The moving picture of a camera in a live session."""

import asyncio
from collections.abc import Callable
from fractions import Fraction
import time

from aiortc import VideoStreamTrack
import av

from .drawing import draw, video_frame

_TIME_BASE = Fraction(1, 90_000)
_FRAME_RATE = 15


class CameraTrack(VideoStreamTrack):
    """Shows a clock, with 15 frames per second."""

    def __init__(self, title: str, clock: Callable[[], float]) -> None:
        """Start before the first frame.

        Args:
            title: Title of the picture.
            clock: Returns the time in epoch seconds, which the picture shows.
        """
        super().__init__()
        self._title = title
        self._clock = clock
        self._frames = 0
        self._began: float | None = None

    async def recv(self) -> av.VideoFrame:
        """Return the next frame when it is due."""
        # the real time, also while a test has frozen the clock
        now = time.perf_counter()
        if self._began is None:
            self._began = now
        due = self._began + self._frames / _FRAME_RATE
        if due > now:
            await asyncio.sleep(due - now)
        frame = video_frame(
            draw(self._title, self._clock()),
            number=self._frames,
            rate=_FRAME_RATE,
            time_base=_TIME_BASE,
        )
        self._frames += 1
        return frame
