"""Writes a file that appears under its name when it is complete."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import FileIO
from pathlib import Path
from typing import Final
from uuid import uuid4

from homeassistant.core import HomeAssistant

from ..helpers.executor import async_call_blocking

_BUFFER_SIZE: Final = 1024 * 1024
"""Bytes that are collected before they are written, as each write needs a thread."""


class NewFile:
    """A file that is being written under a temporary name.

    Attributes:
        size: number of bytes so far.

    """

    def __init__(self, hass: HomeAssistant, file: FileIO) -> None:
        self.size = 0
        self._hass = hass
        self._file = file
        self._buffer = bytearray()

    async def async_write(self, content: bytes) -> None:
        """Append to the file.

        Raises:
            OSError: it cannot be written.

        """
        self.size += len(content)
        self._buffer += content
        if len(self._buffer) >= _BUFFER_SIZE:
            await self.async_flush()

    async def async_flush(self) -> None:
        """Write what was collected; raises OSError as `async_write`."""
        content, self._buffer = self._buffer, bytearray()
        await async_call_blocking(self._hass, _write, self._file, content)


@asynccontextmanager
async def async_new_file(hass: HomeAssistant, path: Path) -> AsyncIterator[NewFile]:
    """Open a new file, which replaces that of the same name at the end of the context.

    If the context ends with an exception, the file is deleted. A missing folder is
    created.

    Raises:
        OSError: the file cannot be written.

    """
    partial = path.with_name(f".{uuid4().hex}.part")
    file: FileIO | None = None
    try:
        file = await async_call_blocking(hass, _open, partial)
        new = NewFile(hass, file)
        yield new
        await new.async_flush()
        await async_call_blocking(hass, _finish, file, partial, path)
    finally:
        await async_call_blocking(hass, _discard, file, partial)


def _open(partial: Path) -> FileIO:
    partial.parent.mkdir(parents=True, exist_ok=True)
    return FileIO(partial, "xb")


def _write(file: FileIO, content: bytearray) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]


def _finish(file: FileIO, partial: Path, path: Path) -> None:
    file.close()
    partial.replace(path)


def _discard(file: FileIO | None, partial: Path) -> None:
    if file is not None:
        file.close()
    partial.unlink(missing_ok=True)
