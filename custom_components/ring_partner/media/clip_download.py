"""A clip that is downloaded to a file and can be read meanwhile.

The clip is never in memory as a whole: it is written in parts, and each viewer reads
the parts from the file as fast as its connection takes them.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
import os
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant

from ..api import Clip, RingError
from ..helpers.executor import async_call_blocking
from .cache_files import partial_path

BUFFER_SIZE: Final = 256 * 1024
"""Bytes that are collected before they are written, as each write needs a thread."""
_NO_FILE: Final = -1


class ClipDownload:
    """A clip that is being downloaded.

    Attributes:
        path: the file, which appears when it is complete.
        size: number of bytes that can be read so far.
        total: size of the whole clip; None if Ring has not reported it.
        is_done: whether it is complete, or has failed.

    """

    def __init__(self, hass: HomeAssistant, path: Path) -> None:
        """Set up the download; `async_run` performs it."""
        self.path = path
        self.size = 0
        self.total: int | None = None
        self.is_done = False
        self._hass = hass
        self._partial = partial_path(path)
        self._file = _NO_FILE
        self._error: RingError | OSError | None = None
        self._changed = asyncio.Event()

    async def async_run(self, source: AbstractAsyncContextManager[Clip]) -> bool:
        """Download a clip; return whether it is complete.

        Otherwise, those who read it get the error, and the file is deleted.
        """
        try:
            async with source as clip:
                await async_call_blocking(self._hass, self._open)
                self.total = clip.info.size
                buffer = bytearray()
                async for chunk in clip.chunks():
                    buffer += chunk
                    # The start is written at once, as a viewer waits for it.
                    if not self.size or len(buffer) >= BUFFER_SIZE:
                        await self._async_append(buffer)
                        buffer = bytearray()
                await self._async_append(buffer)
            self.total = self.size
            await async_call_blocking(self._hass, self._partial.replace, self.path)
        except (RingError, OSError) as error:
            self._error = error
        except asyncio.CancelledError:
            self._error = RingError("The download was canceled")
            raise
        finally:
            self.is_done = True
            self._notify()
            await async_call_blocking(self._hass, self._discard_partial)
        return self._error is None

    async def async_wait(self, position: int) -> int:
        """Wait until there are bytes after a position, or the clip is complete.

        Returns the number of bytes that can be read.

        Raises:
            OSError: the file cannot be written.
            RingError: the clip cannot be downloaded.

        """
        while self.size <= position and not self.is_done:
            await self._changed.wait()
        if self._error is not None and self.size <= position:
            raise self._error
        return self.size

    async def async_wait_until_complete(self) -> None:
        """Wait until the file is complete; raises as `async_wait`."""
        while not self.is_done:
            await self._changed.wait()
        if self._error is not None:
            raise self._error

    async def async_read(self, position: int, size: int) -> bytes:
        """Return a part of the clip, which `async_wait` has said to be there.

        Raises:
            OSError: the file cannot be read.

        """
        return await async_call_blocking(self._hass, self._read, position, size)

    async def async_close(self) -> None:
        """Close the file, which nobody reads any more."""
        await async_call_blocking(self._hass, self._close)

    async def _async_append(self, content: bytearray) -> None:
        await async_call_blocking(self._hass, self._write, content)
        self.size += len(content)
        self._notify()

    def _notify(self) -> None:
        """Wake up all who wait."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _open(self) -> None:
        self._partial.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)

    def _write(self, content: bytearray) -> None:
        view = memoryview(content)
        while view:
            view = view[os.write(self._file, view) :]

    def _read(self, position: int, size: int) -> bytes:
        return os.pread(self._file, size, position)

    def _discard_partial(self) -> None:
        """Delete the file unless it is complete, which has another name."""
        # It does not exist if the folder cannot be created.
        with suppress(OSError):
            self._partial.unlink()

    def _close(self) -> None:
        file, self._file = self._file, _NO_FILE
        if file != _NO_FILE:
            os.close(file)
