"""The folder with the clips and pictures of one account, limited in size and age."""

from collections.abc import Container, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
import os
from pathlib import Path
import shutil
from typing import Final
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..account.options import RingOptions
from .picture_files import CameraId, media_folder

PARTIAL_SUFFIX: Final = ".part"
"""Of a file that is being written."""
PARTIAL_MAX_AGE: Final = timedelta(hours=1)
"""When a file that is being written was last changed, at least. Home Assistant was
killed while it wrote an older one."""


class CacheFiles:
    """The files of one account, in a folder for each device.

    The time of the last access of a file is set here, as many systems do not set it.
    The time of its last change is that of the download.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._folder = media_folder(hass, entry.entry_id) / "clips"
        options = RingOptions.from_entry(entry)
        self._max_size = options.clip_cache_size
        self._max_age = options.clip_cache_age

    def path(self, camera_id: CameraId, name: str, suffix: str) -> Path:
        """Return the path of a file, which may not exist."""
        name = _hashed(f"{camera_id.component_id}\n{name}")
        return (self._device_folder(camera_id.device_id) / name).with_suffix(suffix)

    async def async_use(self, path: Path) -> bool:
        """Return whether a file exists; it then counts as used now."""
        return await self._hass.async_add_executor_job(_use, path, dt_util.utcnow())

    async def async_read(self, path: Path) -> bytes | None:
        """Return the content of a file, which then counts as used now.

        Returns:
            None if there is no such file.

        Raises:
            OSError: it cannot be read.

        """
        return await self._hass.async_add_executor_job(_read, path, dt_util.utcnow())

    async def async_write(self, path: Path, content: bytes) -> None:
        """Add a file.

        Raises:
            OSError: it cannot be written.

        """
        await self._hass.async_add_executor_job(_write, path, content)
        await self.async_added(path)

    async def async_added(self, path: Path) -> None:
        """Note that a file was added, and delete what exceeds the limits."""
        now = dt_util.utcnow()
        await self._hass.async_add_executor_job(_set_times, path, now, now)
        await self.async_enforce_limits()

    async def async_enforce_limits(self) -> None:
        """Delete files that are too old, and those that were not used for longest."""
        await self._hass.async_add_executor_job(
            _enforce_limits,
            self._folder,
            self._max_size,
            self._max_age,
            dt_util.utcnow(),
        )

    async def async_remove_device(self, device_id: str) -> None:
        """Delete all files of a device."""
        folder = self._device_folder(device_id)
        await self._hass.async_add_executor_job(
            lambda: shutil.rmtree(folder, ignore_errors=True)
        )

    async def async_remove_other_devices(self, device_ids: Iterable[str]) -> None:
        """Enforce the limits, and delete all files of devices other than these."""
        kept = {self._device_folder(device_id) for device_id in device_ids}
        await self._hass.async_add_executor_job(_remove_others, self._folder, kept)
        await self.async_enforce_limits()

    def _device_folder(self, device_id: str) -> Path:
        # IDs come from Ring and are not suitable as names of files.
        return self._folder / _hashed(device_id)


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _remove_others(folder: Path, kept: Container[Path]) -> None:
    for path in folder.glob("*"):
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True)


def partial_path(path: Path) -> Path:
    """Return a new path for a file until it is complete."""
    return path.with_name(uuid4().hex + PARTIAL_SUFFIX)


def _write(path: Path, content: bytes) -> None:
    partial = partial_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        partial.touch(mode=0o600)
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _use(path: Path, now: datetime) -> bool:
    try:
        changed = dt_util.utc_from_timestamp(path.stat().st_mtime)
        _set_times(path, now, changed)
    except FileNotFoundError:
        return False
    return True


def _read(path: Path, now: datetime) -> bytes | None:
    try:
        return path.read_bytes() if _use(path, now) else None
    except FileNotFoundError:
        # It was deleted in this moment.
        return None


def _set_times(path: Path, accessed: datetime, changed: datetime) -> None:
    with suppress(FileNotFoundError):
        os.utime(path, (accessed.timestamp(), changed.timestamp()))


def _enforce_limits(
    folder: Path, max_size: int, max_age: timedelta, now: datetime
) -> None:
    """Delete files; the one that was used last stays, however large it is."""
    found: list[tuple[Path, os.stat_result]] = []
    for path in folder.glob("*/*"):
        # Files are deleted also elsewhere.
        with suppress(FileNotFoundError):
            stat = path.stat()
            age = now - dt_util.utc_from_timestamp(stat.st_mtime)
            is_partial = path.suffix == PARTIAL_SUFFIX
            if age > (PARTIAL_MAX_AGE if is_partial else max_age):
                path.unlink()
            elif not is_partial:
                found.append((path, stat))
    found.sort(key=lambda file: file[1].st_atime, reverse=True)
    size = 0
    for number, (path, stat) in enumerate(found):
        size += stat.st_size
        if number and size > max_size:
            path.unlink(missing_ok=True)
