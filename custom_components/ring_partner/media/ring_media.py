"""The pictures, clips and live views of one account."""

import shutil
from typing import NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..api import RingSession
from ..coordinator import RingDevicesCoordinator
from ..events.dispatcher import EventDispatcher
from .cache_files import CacheFiles
from .clip_cache import ClipCache
from .event_pictures import EventPictures
from .live_view import LiveView
from .live_view_limits import LiveViewLimits
from .picture_cache import PictureCache
from .picture_files import media_folder
from .recent_events import RecentEvents
from .recordings import Recordings
from .snapshots import Snapshots
from .thumbnails import Thumbnails


class RingMedia(NamedTuple):
    """The media of one account."""

    snapshots: Snapshots
    live_view: LiveView
    recordings: Recordings
    recent_events: RecentEvents
    clips: ClipCache
    pictures: PictureCache
    thumbnails: Thumbnails


def async_create_media(
    hass: HomeAssistant,
    entry: ConfigEntry,
    session: RingSession,
    coordinator: RingDevicesCoordinator,
    dispatcher: EventDispatcher,
) -> RingMedia:
    """Return the media of an account, which follow its devices and events."""
    snapshots = Snapshots(hass, entry, session)
    files = CacheFiles(hass, entry)
    pictures = PictureCache(hass, entry, session, files)
    event_pictures = EventPictures(
        hass, entry, pictures, coordinator.get_device, snapshots.async_set_event
    )
    media = RingMedia(
        snapshots,
        LiveView(hass, entry, session),
        Recordings(session),
        RecentEvents(dispatcher.store),
        ClipCache(hass, entry, session, files),
        pictures,
        Thumbnails(pictures),
    )
    known = coordinator.data
    media.clips.async_start(known)
    entry.async_create_background_task(
        hass, snapshots.async_remove_other_devices(known.values()), "Ring media"
    )

    @callback
    def forget_removed_devices() -> None:
        nonlocal known
        removed = [known[id_] for id_ in known.keys() - coordinator.data.keys()]
        known = coordinator.data
        for device in removed:
            media.recordings.forget_device(device.id)
            entry.async_create_task(
                hass, media.snapshots.async_forget_device(device), "Ring media"
            )
            entry.async_create_task(
                hass, media.clips.async_remove_device(device.id), "Ring media"
            )

    entry.async_on_unload(coordinator.async_add_listener(forget_removed_devices))
    entry.async_on_unload(dispatcher.async_listen(event_pictures.async_handle_event))
    entry.async_on_unload(event_pictures.async_stop)
    entry.async_on_unload(
        dispatcher.async_listen(media.recent_events.async_handle_event)
    )
    entry.async_on_unload(media.live_view.async_close_all)
    entry.async_on_unload(media.clips.async_stop)
    return media


async def async_remove_media(hass: HomeAssistant, entry_id: str) -> None:
    """Delete all media of an account from the disk."""
    await LiveViewLimits(hass, entry_id).async_remove()
    await hass.async_add_executor_job(
        lambda: shutil.rmtree(media_folder(hass, entry_id), ignore_errors=True)
    )
