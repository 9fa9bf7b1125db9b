"""Downloads of clips that are read meanwhile."""

import asyncio
from collections.abc import AsyncIterator
import os
from pathlib import Path
import threading
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.ring_partner.api import CommunicationError, RingError
from custom_components.ring_partner.media import clip_download
from custom_components.ring_partner.media.clip_download import BUFFER_SIZE, ClipDownload

from .clip_source import START, ClipSource, ClipStream

PART = bytes(range(256)) * (BUFFER_SIZE // 256)


class RunningDownload:
    """A download in a task."""

    def __init__(self, hass: HomeAssistant, path: Path, size: int | None) -> None:
        self.source = ClipSource()
        self.source.size = size
        self.download = ClipDownload(hass, path)
        self.task = hass.async_create_task(
            self.download.async_run(self.source.open(None, "device"))
        )

    async def start(self) -> ClipStream:
        """Wait for the first bytes."""
        assert await self.download.async_wait(0) == len(START)
        return self.source.streams[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a path in a folder that does not exist."""
    return tmp_path / "folder" / "clip.mp4"


@pytest.fixture
async def running(hass: HomeAssistant, path: Path) -> AsyncIterator[RunningDownload]:
    """Yield a download of a clip of unknown size."""
    running = RunningDownload(hass, path, None)
    yield running
    running.task.cancel()
    await asyncio.wait([running.task])
    await running.download.async_close()


def files(path: Path) -> list[str]:
    """Return the suffixes of all files."""
    return [each.suffix for each in path.parent.iterdir()]


def content(path: Path) -> bytes:
    """Return the content of a file."""
    return path.read_bytes()


def delete(path: Path) -> None:
    """Delete a file."""
    path.unlink()


async def test_clip_is_read_while_it_arrives(
    running: RunningDownload, path: Path
) -> None:
    stream = await running.start()
    download = running.download
    assert await download.async_read(0, 100) == START
    assert files(path) == [".part"]
    assert download.total is None
    waiting = asyncio.ensure_future(download.async_wait(len(START)))
    stream.send(PART)
    assert await waiting == len(START) + len(PART)
    assert await download.async_read(len(START), 4) == PART[:4]
    assert await download.async_read(len(START) + 10, 10**9) == PART[10:]
    stream.finish()
    assert await running.task is True
    assert files(path) == [".mp4"]
    assert content(path) == START + PART
    assert download.total == download.size == len(START + PART)
    # Whoever reads it can go on, also if the file is deleted.
    delete(path)
    assert await download.async_wait(download.size) == download.size
    assert await download.async_read(len(START), 4) == PART[:4]
    await download.async_wait_until_complete()


async def test_small_parts_are_written_together(
    running: RunningDownload, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await running.start()
    writes: list[int] = []
    write = os.write

    def count(file: int, content: Any) -> int:
        writes.append(len(content))
        return write(file, content)

    monkeypatch.setattr(clip_download.os, "write", count)
    for position in range(0, len(PART), 1024):
        stream.send(PART[position : position + 1024])
    stream.send(b"end")
    stream.finish()
    assert await running.task is True
    assert writes == [BUFFER_SIZE, 3]


async def test_partial_writes_are_continued(
    running: RunningDownload, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await running.start()
    write = os.write
    monkeypatch.setattr(
        clip_download.os, "write", lambda file, content: write(file, content[:1000])
    )
    stream.send(PART)
    stream.finish()
    assert await running.task is True
    assert content(path) == START + PART


@pytest.mark.parametrize("size", [None, 10_000_000])
async def test_broken_connection(
    hass: HomeAssistant, path: Path, size: int | None
) -> None:
    """Those who read get what has arrived, and then the error."""
    running = RunningDownload(hass, path, size)
    stream = await running.start()
    download = running.download
    stream.send(PART)
    assert await download.async_wait(len(START)) == len(START + PART)
    complete = asyncio.ensure_future(download.async_wait_until_complete())
    stream.fail(CommunicationError("reset"))
    assert await running.task is False
    assert not stream.is_open
    assert files(path) == []
    assert await download.async_wait(0) == len(START + PART)
    assert await download.async_read(len(START), 4) == PART[:4]
    for waiting in (complete, download.async_wait(len(START + PART))):
        with pytest.raises(CommunicationError):
            await waiting
    await download.async_close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        await download.async_read(0, 4)


async def test_error_of_ring(hass: HomeAssistant, path: Path) -> None:
    running = RunningDownload(hass, path, None)
    running.source.error = CommunicationError("refused")
    with pytest.raises(CommunicationError):
        await running.download.async_wait(0)
    assert await running.task is False
    assert not path.parent.exists()
    await running.download.async_close()


async def test_canceled_download(running: RunningDownload, path: Path) -> None:
    stream = await running.start()
    waiting = asyncio.ensure_future(running.download.async_wait(len(START)))
    running.task.cancel()
    with pytest.raises(RingError, match="canceled"):
        await waiting
    with pytest.raises(asyncio.CancelledError):
        await running.task
    assert not stream.is_open
    assert files(path) == []


async def test_download_that_is_canceled_while_it_writes(
    running: RunningDownload, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is closed and deleted when the thread no longer uses it."""
    stream = await running.start()
    started, go_on = threading.Event(), threading.Event()
    write = os.write
    results: list[int] = []

    def write_slowly(file: int, content: Any) -> int:
        started.set()
        go_on.wait(10)
        results.append(write(file, content))
        return results[-1]

    monkeypatch.setattr(clip_download.os, "write", write_slowly)
    stream.send(PART)
    while not started.is_set():  # noqa: ASYNC110 - it is an event of a thread
        await asyncio.sleep(0)
    for _ in range(3):
        running.task.cancel()
        await asyncio.sleep(0)
    assert not running.task.done()
    assert files(path) == [".part"]
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running.task
    assert results == [BUFFER_SIZE]
    assert files(path) == []


async def test_folder_that_cannot_be_written(hass: HomeAssistant, path: Path) -> None:
    path.parent.touch()
    running = RunningDownload(hass, path, None)
    with pytest.raises(FileExistsError):
        await running.download.async_wait(0)
    assert await running.task is False
    assert not running.source.streams[0].is_open


async def test_full_disk(
    running: RunningDownload, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await running.start()

    def fail(_file: int, _content: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(clip_download.os, "write", fail)
    stream.send(PART)
    with pytest.raises(OSError, match="No space left"):
        await running.download.async_wait_until_complete()
    assert await running.task is False
    assert files(path) == []
