"""The files of an account, each with content from which its generation can be told.

A process writes one generation after the other until it is killed; another one then
reads what is there. A generation that is not complete raises an error.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import orjson

from custom_components.ring_partner.account.device_cache import DeviceCache
from custom_components.ring_partner.api import Clip, ClipInfo
from custom_components.ring_partner.api.device_list import DeviceListReader
from custom_components.ring_partner.api.media import Picture
from custom_components.ring_partner.app.cloud_urls import api_url
from custom_components.ring_partner.app.public_urls import PublicUrls
from custom_components.ring_partner.events.event_store import EventStore
from custom_components.ring_partner.media.cache_files import CacheFiles
from custom_components.ring_partner.media.clip_download import ClipDownload
from custom_components.ring_partner.media.picture_files import (
    CameraId,
    PictureFiles,
    StoredPicture,
    decode_picture,
    encode_picture,
)

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
CAMERA = CameraId("device")
PARTS = 200
"""Devices or times in a file, and kilobytes of a picture or a clip."""
KEPT = 3
"""Pictures and clips of earlier generations that are kept."""


@dataclass(frozen=True, slots=True)
class StoredThing:
    """A file, or a folder of files.

    Attributes:
        write: writes a generation.
        read: returns the generation that is there, or None if there is none.
    """

    write: Callable[[int], Awaitable[None]]
    read: Callable[[], Awaitable[int | None]]


def stored_things(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, StoredThing]:
    """Return everything that the integration stores, except for the tokens."""
    things = (_devices, _events, _public_urls, _picture, _cached_pictures, _clips)
    return {thing.__name__.strip("_"): thing(hass, entry) for thing in things}


def _devices(hass: HomeAssistant, entry: ConfigEntry) -> StoredThing:
    cache = DeviceCache(hass, entry.entry_id)

    async def write(generation: int) -> None:
        data = [
            {"type": "devices", "id": f"d{n}", "attributes": {"name": str(generation)}}
            for n in range(PARTS)
        ]
        reader = DeviceListReader()
        page = reader.parse(orjson.dumps({"data": data}), api_url())
        await cache.async_save(reader.read([page]))

    async def read() -> int | None:
        devices = await DeviceCache(hass, entry.entry_id).async_load()
        return _one_generation([str(device.name) for device in devices.values()])

    return StoredThing(write, read)


def _events(hass: HomeAssistant, entry: ConfigEntry) -> StoredThing:
    store = EventStore(hass, entry.entry_id)

    async def write(generation: int) -> None:
        for number in range(PARTS):
            at = START + timedelta(seconds=generation)
            store.first_seen[f"d{number}"] = at.isoformat()
        await store.async_save()

    async def read() -> int | None:
        loaded = EventStore(hass, entry.entry_id)
        await loaded.async_load()
        times = map(datetime.fromisoformat, loaded.first_seen.values())
        return _one_generation([f"{(at - START).total_seconds():.0f}" for at in times])

    return StoredThing(write, read)


def _public_urls(hass: HomeAssistant, entry: ConfigEntry) -> StoredThing:
    urls = PublicUrls(hass)

    async def write(generation: int) -> None:
        await urls.async_webhook_ids(str(generation))
        await urls.async_forget(str(generation - 1))

    async def read() -> int | None:
        # Also an earlier one, if the process was killed before it was forgotten.
        clients = await PublicUrls(hass)._async_load()
        return max(map(int, clients), default=None)

    return StoredThing(write, read)


def _picture(hass: HomeAssistant, entry: ConfigEntry) -> StoredThing:
    files = PictureFiles(hass, entry.entry_id)

    async def write(generation: int) -> None:
        await files.async_save(CAMERA, "newest", _stored_picture(generation))

    async def read() -> int | None:
        stored = await files.async_load(CAMERA, "newest")
        return None if stored is None else _generation_of(stored)

    return StoredThing(write, read)


def _cached_pictures(hass: HomeAssistant, entry: ConfigEntry) -> StoredThing:
    files = CacheFiles(hass, entry)

    async def write(generation: int) -> None:
        path = files.path(CAMERA, str(generation), ".picture")
        await files.async_write(path, encode_picture(_stored_picture(generation)))
        _remove_earlier(files, generation, ".picture")

    async def read() -> int | None:
        found = files.path(CAMERA, "", ".picture").parent.glob("*.picture")
        stored = [decode_picture(path.read_bytes()) for path in found]
        return max(map(_generation_of, stored), default=None)

    return StoredThing(write, read)


def _clips(hass: HomeAssistant, entry: ConfigEntry) -> StoredThing:
    files = CacheFiles(hass, entry)

    async def write(generation: int) -> None:
        path = files.path(CAMERA, str(generation), ".mp4")
        assert await ClipDownload(hass, path).async_run(_clip(generation))
        await files.async_added(path)
        _remove_earlier(files, generation, ".mp4")

    async def read() -> int | None:
        found = files.path(CAMERA, "", ".mp4").parent.glob("*.mp4")
        return max((_generation_of_clip(path) for path in found), default=None)

    return StoredThing(write, read)


def _one_generation(values: list[str]) -> int | None:
    """Return the generation of all parts of a file."""
    if not values:
        return None
    assert len(values) == PARTS, len(values)
    (generation,) = set(values)
    return int(generation)


def _content(generation: int) -> bytes:
    return f"{generation:1000}".encode() * PARTS


def _stored_picture(generation: int) -> StoredPicture:
    content = b"\xff\xd8\xff" + _content(generation)
    picture = Picture(content, "image/jpeg", START, None)
    return StoredPicture(picture, str(generation))


def _generation_of(stored: StoredPicture) -> int:
    # A picture in the cache does not need an event.
    generation = int(stored.event_id or "")
    assert stored == _stored_picture(generation)
    return generation


@asynccontextmanager
async def _clip(generation: int) -> AsyncIterator[Clip]:
    content = _content(generation)
    middle = len(content) // 2

    async def rest() -> AsyncIterator[bytes]:
        yield content[middle:]

    info = ClipInfo("video/mp4", None, None, is_partial=False, size=len(content))
    yield Clip(info, content[:middle], rest())


def _generation_of_clip(path: Path) -> int:
    content = path.read_bytes()
    generation = int(content[:1000])
    assert content == _content(generation)
    return generation


def _remove_earlier(files: CacheFiles, generation: int, suffix: str) -> None:
    files.path(CAMERA, str(generation - KEPT), suffix).unlink(missing_ok=True)
