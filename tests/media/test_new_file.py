"""Files that appear when they are complete."""

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.ring_partner.media import new_file
from custom_components.ring_partner.media.new_file import async_new_file

MEBIBYTE = 1024 * 1024


def names(folder: Path) -> list[str]:
    """Return the names of all files in a folder."""
    return [path.name for path in folder.iterdir() if path.is_file()]


async def test_file_appears_when_complete(hass: HomeAssistant, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    async with async_new_file(hass, path) as file:
        for _ in range(3):
            await file.async_write(b"x" * MEBIBYTE)
        assert not path.exists()
        (partial,) = path.parent.iterdir()
        assert partial.stat().st_size == 3 * MEBIBYTE
        await file.async_write(b"end")
        assert file.size == 3 * MEBIBYTE + 3
    assert names(path.parent) == ["file"]
    assert path.stat().st_size == file.size
    assert path.read_bytes().endswith(b"xend")


async def test_failure_deletes_file(hass: HomeAssistant, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    async def save() -> None:
        async with async_new_file(hass, path) as file:
            await file.async_write(b"x" * 2 * MEBIBYTE)
            raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        await save()
    assert names(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"


async def test_folder_in_place_of_the_file(hass: HomeAssistant, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        async with async_new_file(hass, path) as file:
            await file.async_write(b"content")
    assert names(tmp_path) == []


async def test_full_disk(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new_file, "_write", write)
    with pytest.raises(OSError, match="No space left on device"):
        async with async_new_file(hass, tmp_path / "file") as file:
            await file.async_write(b"content")
    assert names(tmp_path) == []


async def test_file_is_closed_after_a_write_that_was_canceled(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go_on = asyncio.Event(), Event()
    written: list[int] = []
    original = new_file._write

    def write(file: Any, content: bytearray) -> None:
        hass.loop.call_soon_threadsafe(started.set)
        go_on.wait()
        original(file, content)
        written.append(len(content))

    async def save() -> None:
        async with async_new_file(hass, tmp_path / "file") as file:
            await file.async_write(b"x" * MEBIBYTE)

    monkeypatch.setattr(new_file, "_write", write)
    saving = asyncio.create_task(save())
    await started.wait()
    saving.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not saving.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert written == [MEBIBYTE]
    assert names(tmp_path) == []
