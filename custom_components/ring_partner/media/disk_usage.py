"""How much space the media of an account take on the disk."""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from homeassistant.core import HomeAssistant

from .picture_files import media_folder


class DiskUsage(NamedTuple):
    """Files on the disk.

    Attributes:
        files: their number.
        size: their size in bytes.

    """

    files: int
    size: int


async def async_get_disk_usage(hass: HomeAssistant, entry_id: str) -> DiskUsage:
    """Return how much space pictures and clips take."""
    folder = media_folder(hass, entry_id)
    return await hass.async_add_executor_job(_disk_usage, folder)


def _disk_usage(folder: Path) -> DiskUsage:
    sizes = []
    for path in folder.glob("**/*"):
        # Files are deleted meanwhile.
        with suppress(FileNotFoundError):
            if path.is_file():
                sizes.append(path.stat().st_size)
    return DiskUsage(len(sizes), sum(sizes))
