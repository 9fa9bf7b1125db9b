"""Clips of Ring whose arrival a test controls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from custom_components.ring_partner.api import Clip, ClipInfo

START = b"\x00\x00\x00\x18ftypmp42"


class ClipStream:
    """A clip on its way from Ring."""

    def __init__(self, size: int | None) -> None:
        """Start the clip; `size` is what Ring says about it."""
        self.is_open = True
        self._info = ClipInfo("video/mp4", None, None, is_partial=False, size=size)
        self._queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()

    @property
    def clip(self) -> Clip:
        """Return the clip as the API client does."""
        return Clip(self._info, START, self._rest())

    @property
    def waiting(self) -> int:
        """Return how many parts were not yet read."""
        return self._queue.qsize()

    def send(self, content: bytes) -> None:
        """Let bytes arrive."""
        self._queue.put_nowait(content)

    def finish(self) -> None:
        """Let the end arrive."""
        self._queue.put_nowait(None)

    def fail(self, error: Exception) -> None:
        """Break the connection."""
        self._queue.put_nowait(error)

    async def _rest(self) -> AsyncIterator[bytes]:
        while (item := await self._queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item


class ClipSource:
    """Stands in for `open_clip`.

    Attributes:
        streams: the clips that were opened.
        size: what Ring says about the size of the next clips.
        error: what happens in place of the next clips.
        requests: the arguments of each request.

    """

    def __init__(self) -> None:
        self.streams: list[ClipStream] = []
        self.size: int | None = None
        self.error: Exception | None = None
        self.requests: list[dict[str, Any]] = []

    @asynccontextmanager
    async def open(
        self, _session: Any, device_id: str, **options: Any
    ) -> AsyncIterator[Clip]:
        """Open a clip."""
        self.requests.append({"device_id": device_id, **options})
        # A request takes time, also if it fails.
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        stream = ClipStream(self.size)
        self.streams.append(stream)
        try:
            yield stream.clip
        finally:
            stream.is_open = False
