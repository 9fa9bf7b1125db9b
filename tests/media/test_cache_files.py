"""The folder of clips and pictures, and its limits."""

from datetime import timedelta
from pathlib import Path
import stat

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.media.cache_files import (
    PARTIAL_MAX_AGE,
    CacheFiles,
    partial_path,
)
from custom_components.ring_partner.media.picture_files import CameraId, media_folder

CAMERA = CameraId("../device")
SECOND = CameraId("../device", "2")
OTHER = CameraId("other")
ENTRY = MockConfigEntry(options={"clip_cache_size": 1, "clip_cache_days": 2})
KB = bytes(1000)


@pytest.fixture
def files(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> CacheFiles:
    """Return the files of an account that keeps 1 MB for two days."""
    return CacheFiles(hass, ENTRY)


def names(hass: HomeAssistant) -> set[str]:
    """Return the names of all files of the account."""
    folder = media_folder(hass, ENTRY.entry_id)
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def add(files: CacheFiles, name: str, size: int = 1, of: CameraId = OTHER) -> str:
    """Add a file of some KB; return its name on disk."""
    path = files.path(of, name, ".mp4")
    await files.async_write(path, size * KB)
    return path.name


async def test_paths(hass: HomeAssistant, files: CacheFiles) -> None:
    """Every file has its own path, inside the folder of the account."""
    paths = {
        files.path(camera, name, suffix)
        for camera in (CAMERA, SECOND, OTHER)
        for name in ("1", "../../2")
        for suffix in (".mp4", ".jpg")
    }
    assert len(paths) == 12
    assert len({path.parent for path in paths}) == 2
    folder = media_folder(hass, ENTRY.entry_id)
    assert all(path.resolve().is_relative_to(folder) for path in paths)


async def test_written_file(files: CacheFiles) -> None:
    path = files.path(CAMERA, "1", ".jpg")
    assert not await files.async_use(path)
    await files.async_write(path, b"one")
    await files.async_write(path, b"two")
    assert await files.async_use(path)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [*path.parent.iterdir()] == [path]


async def test_file_that_is_read(
    hass: HomeAssistant, files: CacheFiles, freezer: FrozenDateTimeFactory
) -> None:
    """It counts as used, so that another one is deleted."""
    for name in "abc":
        await add(files, name, 300)
        freezer.tick(1)
    path = files.path(OTHER, "a", ".mp4")
    assert await files.async_read(path) == 300 * KB
    freezer.tick(1)
    await add(files, "d", 300)
    assert path.name in names(hass)
    assert await files.async_read(files.path(OTHER, "b", ".mp4")) is None


async def test_file_that_is_deleted_while_it_is_read(
    files: CacheFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.path(CAMERA, "1", ".jpg")
    await files.async_write(path, b"one")

    def read_bytes(self: Path) -> bytes:
        self.unlink()
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert await files.async_read(path) is None


async def test_file_that_cannot_be_written(
    files: CacheFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.path(CAMERA, "1", ".jpg")

    def fail(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        await files.async_write(path, KB)
    assert [*path.parent.iterdir()] == []


async def test_least_recently_used_files_are_deleted(
    hass: HomeAssistant, files: CacheFiles, freezer: FrozenDateTimeFactory
) -> None:
    stored = []
    for name in "abcd":
        stored.append(await add(files, name, 300))
        freezer.tick(1)
    assert names(hass) == {*stored[1:]}
    assert await files.async_use(files.path(OTHER, "b", ".mp4"))
    freezer.tick(1)
    stored.append(await add(files, "e", 300, CAMERA))
    assert names(hass) == {stored[1], stored[3], stored[4]}


async def test_last_file_stays_even_if_it_is_too_large(
    hass: HomeAssistant, files: CacheFiles, freezer: FrozenDateTimeFactory
) -> None:
    await add(files, "a")
    freezer.tick(1)
    large = await add(files, "b", 2000)
    assert names(hass) == {large}
    freezer.tick(1)
    assert names(hass) == {large}
    small = await add(files, "c")
    assert names(hass) == {small}


async def test_old_files_are_deleted(
    hass: HomeAssistant, files: CacheFiles, freezer: FrozenDateTimeFactory
) -> None:
    """The age counts from the download, however often a file is used."""
    old = await add(files, "a")
    freezer.tick(timedelta(days=1))
    new = await add(files, "b")
    freezer.tick(timedelta(days=1, seconds=-1))
    assert await files.async_use(files.path(OTHER, "a", ".mp4"))
    await files.async_enforce_limits()
    assert names(hass) == {old, new}
    freezer.tick(2)
    await files.async_enforce_limits()
    assert names(hass) == {new}


async def test_partial_files_are_deleted_after_a_while(
    hass: HomeAssistant, files: CacheFiles, freezer: FrozenDateTimeFactory
) -> None:
    """A file that is being written stays, and does not count for the size."""
    stored = await add(files, "a", 600)
    partial = partial_path(files.path(OTHER, "b", ".mp4"))
    partial.write_bytes(600 * KB)
    await files.async_added(partial)
    assert names(hass) == {stored, partial.name}
    freezer.tick(PARTIAL_MAX_AGE + timedelta(seconds=1))
    await files.async_enforce_limits()
    assert names(hass) == {stored}


async def test_files_of_removed_devices(hass: HomeAssistant, files: CacheFiles) -> None:
    kept = await add(files, "a", of=OTHER)
    await add(files, "a", of=CAMERA)
    await add(files, "a", of=SECOND)
    await files.async_remove_device(CAMERA.device_id)
    await files.async_remove_device(CAMERA.device_id)
    assert names(hass) == {kept}
    await add(files, "a", of=CAMERA)
    await files.async_remove_other_devices([OTHER.device_id])
    assert names(hass) == {kept}
    await files.async_remove_other_devices([])
    assert names(hass) == set()


async def test_folder_that_does_not_exist(files: CacheFiles) -> None:
    await files.async_enforce_limits()
    await files.async_remove_other_devices([])
    await files.async_added(files.path(OTHER, "a", ".mp4"))
