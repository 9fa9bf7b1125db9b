"""Browses and searches the recordings: account, camera, day, recording.

Live views are left out: they are events too, but Ring provides no recordings of them
(Ring Partner API reference, 2.9).
"""

from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..api import AuthenticationError, ForbiddenError, NotFoundError, RingError
from ..api.media import MAX_AGE
from ..const import DOMAIN
from ..events.pairing import PAIRED_TYPES
from ..helpers.translations import local_minute, translate
from .access import async_get_camera, async_get_device, async_get_devices
from .browse_nodes import (
    camera_folder,
    clip_identifier,
    device_folder,
    folder,
    playable,
)
from .cameras import MediaCamera, async_get_account, unknown_item
from .identifiers import (
    AccountIdentifier,
    CameraIdentifier,
    ClipIdentifier,
    DayIdentifier,
    DaysIdentifier,
    DeviceIdentifier,
    Identifier,
)
from .recordings import Recording
from .titles import day_title, recording_title

TITLE: Final = "Ring Partner"

RECORDINGS_FOR_DAYS: Final = 100
"""Recordings that are read to find the next days that have some."""
RECORDINGS_PER_PAGE: Final = 50
RECORDINGS_TO_SEARCH: Final = 200
"""The latest recordings of each camera, in which a search looks."""
MAX_FOUND: Final = 100

# Errors after which the recordings that were read before must not be shown.
_NOT_ALLOWED: Final = (AuthenticationError, ForbiddenError, NotFoundError)


async def async_browse(
    hass: HomeAssistant, identifier: Identifier | None
) -> BrowseMediaSource:
    """Return a folder with its content, or a recording; None for all accounts.

    Raises:
        HomeAssistantError: it cannot be shown; the sentence tells why.

    """
    match identifier:
        case None:
            return await _async_browse_root(hass)
        case AccountIdentifier():
            entry = async_get_account(hass, identifier.entry_id)
            return folder(identifier, entry.title, await _async_devices(hass, entry))
        case DeviceIdentifier():
            return await _async_browse_device(hass, identifier)
        case CameraIdentifier():
            return await _async_browse_days(hass, identifier, None)
        case DaysIdentifier():
            return await _async_browse_days(hass, identifier.camera, identifier.before)
        case DayIdentifier():
            return await _async_browse_day(hass, identifier)
        case ClipIdentifier():
            return await _async_browse_clip(hass, identifier)


async def async_search(
    hass: HomeAssistant, cameras: list[MediaCamera], words: list[str]
) -> list[BrowseMediaSource]:
    """Return the latest recordings whose camera, day and title have all words.

    Raises:
        HomeAssistantError: no camera could be searched; the sentence tells why.

    """
    found: list[tuple[datetime, BrowseMediaSource]] = []
    errors: list[HomeAssistantError] = []
    now = dt_util.utcnow()
    for camera in cameras:
        try:
            recordings = await _async_get_recordings(
                camera,
                now - MAX_AGE,
                now,
                limit=RECORDINGS_TO_SEARCH,
                with_sub_types=True,
            )
        except HomeAssistantError as error:
            errors.append(error)
            continue
        for each in recordings:
            title = translate(
                hass,
                "media_found",
                camera=camera.async_get_full_name(hass),
                day=day_title(hass, _day_of(each)),
                recording=recording_title(hass, each),
            )
            if all(word in title.casefold() for word in words):
                node = playable(clip_identifier(camera, each), title)
                found.append((each.start, node))
    if errors and len(errors) == len(cameras):
        raise errors[0]
    found.sort(key=lambda item: item[0], reverse=True)
    return [node for _, node in found[:MAX_FOUND]]


async def _async_browse_root(hass: HomeAssistant) -> BrowseMediaSource:
    """Return all accounts, or the devices of the only one."""
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    if len(entries) == 1:
        return folder(None, TITLE, await _async_devices(hass, entries[0]))
    accounts = [
        folder(AccountIdentifier(entry.entry_id), entry.title) for entry in entries
    ]
    return folder(None, TITLE, accounts)


async def _async_devices(
    hass: HomeAssistant, entry: ConfigEntry
) -> list[BrowseMediaSource]:
    devices = await async_get_devices(hass, entry)
    return [device_folder(hass, device) for device in devices]


async def _async_browse_device(
    hass: HomeAssistant, identifier: DeviceIdentifier
) -> BrowseMediaSource:
    """Return the cameras of a device, or the days of the only one."""
    device = await async_get_device(hass, identifier)
    if len(device.cameras) == 1:
        return await _async_browse_days(hass, device.cameras[0].identifier, None)
    cameras = [camera_folder(hass, camera) for camera in device.cameras]
    return folder(identifier, device.name, cameras)


async def _async_browse_days(
    hass: HomeAssistant, identifier: CameraIdentifier, before: date | None
) -> BrowseMediaSource:
    """Return the days that have recordings, newest first."""
    camera = await async_get_camera(hass, identifier)
    now = dt_util.utcnow()
    end = now if before is None else min(_start_of(before), now)
    recordings = await _async_get_recordings(
        camera, now - MAX_AGE, end, limit=RECORDINGS_FOR_DAYS
    )
    days = list(dict.fromkeys(_day_of(each) for each in recordings))
    children = [
        folder(
            DayIdentifier(identifier, day),
            day_title(hass, day),
            children_class=MediaClass.VIDEO,
        )
        for day in days
    ]
    if len(recordings) == RECORDINGS_FOR_DAYS:
        older = DaysIdentifier(identifier, days[-1])
        children.append(folder(older, translate(hass, "media_older_days")))
    shown = identifier if before is None else DaysIdentifier(identifier, before)
    return folder(shown, camera.async_get_name(hass), children)


async def _async_browse_day(
    hass: HomeAssistant, identifier: DayIdentifier
) -> BrowseMediaSource:
    """Return the recordings of a day, newest first."""
    camera = await async_get_camera(hass, identifier.camera)
    start = _start_of(identifier.day)
    end = min(_start_of(identifier.day + timedelta(days=1)), dt_util.utcnow())
    if identifier.before is not None:
        end = min(identifier.before, end)
    # One more, to know whether there is another page.
    recordings = await _async_get_recordings(
        camera, start, end, limit=RECORDINGS_PER_PAGE + 1, with_sub_types=True
    )
    page = recordings[:RECORDINGS_PER_PAGE]
    children = [
        playable(clip_identifier(camera, each), recording_title(hass, each))
        for each in page
    ]
    if len(recordings) > len(page):
        older = identifier._replace(before=page[-1].start)
        title = translate(hass, "media_older")
        children.append(folder(older, title, children_class=MediaClass.VIDEO))
    title = day_title(hass, identifier.day)
    return folder(identifier, title, children, children_class=MediaClass.VIDEO)


async def _async_browse_clip(
    hass: HomeAssistant, identifier: ClipIdentifier
) -> BrowseMediaSource:
    camera = await async_get_camera(hass, identifier.camera)
    start = camera.clip_id(identifier).start
    known = camera.device.media.recordings.known(
        camera.id.device_id, start, start + timedelta(milliseconds=1)
    )
    if known:
        return playable(identifier, recording_title(hass, known[0]))
    return playable(identifier, local_minute(start))


async def _async_get_recordings(
    camera: MediaCamera,
    start: datetime,
    end: datetime,
    *,
    limit: int,
    with_sub_types: bool = False,
) -> list[Recording]:
    """Return the recordings of a camera, while Ring is down those that are known.

    The history of a device with several cameras does not tell which camera it was. A
    recording is then shown for each of them.

    Raises:
        HomeAssistantError: there are none; the sentence tells why.

    """
    recordings = camera.device.media.recordings
    device_id, component_id = camera.id
    try:
        return await recordings.async_list(
            device_id,
            start,
            end,
            limit=limit,
            types=PAIRED_TYPES,
            component_id=component_id,
            with_sub_types=with_sub_types,
        )
    except RingError as error:
        known = recordings.known(
            device_id,
            start,
            end,
            limit=limit,
            types=PAIRED_TYPES,
            component_id=component_id,
        )
        if not known or isinstance(error, _NOT_ALLOWED):
            raise camera.device.error(error) from error
        return known


def _start_of(day: date) -> datetime:
    """Return when a day begins in Home Assistant's time zone.

    Raises:
        HomeAssistantError: Ring can have no recordings of this day.

    """
    today = dt_util.now().date()
    if not -1 <= (today - day).days <= MAX_AGE.days + 1:
        raise unknown_item()
    return dt_util.start_of_local_day(day)


def _day_of(recording: Recording) -> date:
    return dt_util.as_local(recording.start).date()
