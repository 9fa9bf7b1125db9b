"""Actions: get events and their pictures, and download a clip or a snapshot."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import ATTR_DEVICE_ID, CONF_FILENAME
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from .api import MediaNotFoundError, Priority
from .api.events import RingEventType
from .api.media import MAX_CLIP_LENGTH, MAX_HEIGHT, MAX_WIDTH
from .const import DOMAIN
from .media.action_downloads import (
    ClipRange,
    Waiting,
    async_download_clip,
    async_fetch_picture,
    async_find_recording,
    async_when_ready,
)
from .media.action_input import async_get_path, past_time
from .media.action_target import ActionTarget, async_get_only_target, async_get_target
from .media.identifiers import PictureIdentifier
from .media.new_file import async_new_file
from .media.picture_files import CameraId
from .media.picture_views import async_signed_picture_url
from .media.recordings import Recording

SERVICE_GET_EVENTS: Final = "get_events"
SERVICE_GET_EVENT_PICTURE: Final = "get_event_picture"
SERVICE_DOWNLOAD_CLIP: Final = "download_clip"
SERVICE_DOWNLOAD_SNAPSHOT: Final = "download_snapshot"

ATTR_AT: Final = "at"
ATTR_COMPONENT: Final = "component"
ATTR_DURATION: Final = "duration"
ATTR_END: Final = "end"
ATTR_EVENT_ID: Final = "event_id"
ATTR_EVENT_TYPES: Final = "event_types"
ATTR_HEIGHT: Final = "height"
ATTR_LIMIT: Final = "limit"
ATTR_START: Final = "start"
ATTR_TIMEOUT: Final = "timeout"
ATTR_WIDTH: Final = "width"

MAX_EVENTS: Final = 500
DEFAULT_EVENTS: Final = 50
DEFAULT_EVENTS_WINDOW: Final = timedelta(days=1)
MAX_EVENTS_WINDOW: Final = timedelta(days=31)
MAX_TIMEOUT: Final = timedelta(minutes=10)
DEFAULT_TIMEOUT: Final = timedelta(minutes=3)
DEFAULT_PICTURE_TIMEOUT: Final = timedelta(seconds=30)

_CLIP_SUFFIXES: Final = (".mp4",)
_PICTURE_SUFFIXES: Final = (".jpg", ".jpeg")

_DEVICES: Final = vol.All(cv.ensure_list, vol.Length(min=1), [cv.string])
_TIMEOUT: Final = vol.All(cv.positive_time_period, vol.Range(max=MAX_TIMEOUT))
_DOWNLOAD_FIELDS: Final = {
    vol.Required(ATTR_DEVICE_ID): _DEVICES,
    vol.Required(CONF_FILENAME): cv.string,
    vol.Optional(ATTR_COMPONENT): cv.string,
    vol.Optional(ATTR_TIMEOUT, default=DEFAULT_TIMEOUT): _TIMEOUT,
}

_GET_EVENTS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): _DEVICES,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(ATTR_EVENT_TYPES): vol.All(
            cv.ensure_list,
            [
                vol.In(
                    [
                        RingEventType.BUTTON_PRESS.value,
                        RingEventType.MOTION_DETECTED.value,
                        RingEventType.ON_DEMAND.value,
                    ]
                )
            ],
        ),
        vol.Optional(ATTR_LIMIT, default=DEFAULT_EVENTS): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MAX_EVENTS)
        ),
    }
)
_GET_EVENT_PICTURE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): _DEVICES,
        vol.Required(ATTR_EVENT_ID): cv.string,
        vol.Optional(ATTR_COMPONENT): cv.string,
        vol.Optional(ATTR_TIMEOUT, default=DEFAULT_PICTURE_TIMEOUT): _TIMEOUT,
    }
)
_DOWNLOAD_CLIP_SCHEMA: Final = vol.Schema(
    {
        **_DOWNLOAD_FIELDS,
        vol.Optional(ATTR_EVENT_ID): cv.string,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_DURATION): cv.positive_time_period,
    }
)
_DOWNLOAD_SNAPSHOT_SCHEMA: Final = vol.Schema(
    {
        **_DOWNLOAD_FIELDS,
        vol.Optional(ATTR_AT): cv.datetime,
        vol.Inclusive(ATTR_WIDTH, "size"): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MAX_WIDTH)
        ),
        vol.Inclusive(ATTR_HEIGHT, "size"): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MAX_HEIGHT)
        ),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_EVENTS,
        _async_get_events,
        _GET_EVENTS_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_EVENT_PICTURE,
        _async_get_event_picture,
        _GET_EVENT_PICTURE_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_DOWNLOAD_CLIP,
        _async_download_clip,
        _DOWNLOAD_CLIP_SCHEMA,
        SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_DOWNLOAD_SNAPSHOT,
        _async_download_snapshot,
        _DOWNLOAD_SNAPSHOT_SCHEMA,
        SupportsResponse.OPTIONAL,
    )


async def _async_get_events(call: ServiceCall) -> ServiceResponse:
    end = past_time(call.data.get(ATTR_END, dt_util.utcnow()))
    start = past_time(call.data.get(ATTR_START, end - DEFAULT_EVENTS_WINDOW))
    if start >= end:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="end_before_start",
        )
    if end - start > MAX_EVENTS_WINDOW:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="time_range_too_long",
            translation_placeholders={"days": str(MAX_EVENTS_WINDOW.days)},
        )
    targets = [
        await async_get_target(call, device_id, POLICY_READ)
        for device_id in call.data[ATTR_DEVICE_ID]
    ]
    return {
        target.registry_id: {"events": await _async_events(call, target, start, end)}
        for target in targets
    }


async def _async_events(
    call: ServiceCall, target: ActionTarget, start: datetime, end: datetime
) -> list[JsonValueType]:
    with target.translated_errors():
        recordings = await target.media.recordings.async_list(
            target.device.id,
            start,
            end,
            limit=call.data[ATTR_LIMIT],
            types=call.data.get(ATTR_EVENT_TYPES),
            with_sub_types=True,
        )
    return [
        {
            "event_id": each.event_id,
            "type": each.type,
            "sub_type": each.sub_type,
            "component": each.component_id,
            "start": each.start.isoformat(),
            "end": each.end.isoformat() if each.end else None,
        }
        for each in recordings
    ]


async def _async_get_event_picture(call: ServiceCall) -> ServiceResponse:
    target = await async_get_only_target(call, POLICY_READ)
    waiting = target.waiting(call.data[ATTR_TIMEOUT])
    with target.translated_errors():
        camera_id, at = await _async_find_event(
            target, call.data[ATTR_EVENT_ID], call.data.get(ATTR_COMPONENT)
        )
        # The request that runs for the entities is shared, and so is its picture.
        get_picture = partial(
            target.media.pictures.async_get, camera_id, at, priority=Priority.USER
        )
        picture = await async_when_ready(get_picture, at, waiting)
    identifier = PictureIdentifier(target.camera_identifier(camera_id), at)
    return {
        "url": async_signed_picture_url(call.hass, identifier),
        "taken_at": picture.taken_at.isoformat() if picture.taken_at else None,
        "origin": picture.origin,
    }


async def _async_find_event(
    target: ActionTarget, event_id: str, component_id: str | None
) -> tuple[CameraId, datetime]:
    """Return camera and time of an event; its ID is of a webhook or of the history."""
    event = target.media.recent_events.get(target.device.id, event_id)
    if event is not None:
        return target.camera_id(component_id, event.component_ids), event.at
    recording = await _async_get_listed(target, event_id)
    return target.camera_id(component_id, [recording.component_id]), recording.start


async def _async_download_clip(call: ServiceCall) -> ServiceResponse:
    given = {ATTR_EVENT_ID, ATTR_START, ATTR_DURATION} & call.data.keys()
    if given not in ({ATTR_EVENT_ID}, {ATTR_START, ATTR_DURATION}):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="event_or_start"
        )
    clip_range: ClipRange | None = None
    if ATTR_START in call.data:
        clip_range = ClipRange(
            past_time(call.data[ATTR_START]), call.data[ATTR_DURATION]
        )
        if not timedelta() < clip_range.duration <= MAX_CLIP_LENGTH:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="clip_duration"
            )
    target, path = await _async_get_download(call, _CLIP_SUFFIXES)
    waiting = target.waiting(call.data[ATTR_TIMEOUT])
    camera_id = target.camera_id(call.data.get(ATTR_COMPONENT))
    with target.translated_errors(path):
        if clip_range is None:
            recording = await _async_get_recording(
                target, call.data[ATTR_EVENT_ID], waiting
            )
            clip_range = ClipRange.of(recording)
            if ATTR_COMPONENT not in call.data:
                camera_id = target.camera_id(None, [recording.component_id])
        saved = await async_download_clip(
            call.hass, target.session, camera_id, clip_range, path, waiting
        )
    return {
        "path": str(path),
        "start": saved.start.isoformat(),
        "duration": saved.duration.total_seconds(),
        "size": saved.size,
        "content_type": saved.content_type,
    }


async def _async_get_recording(
    target: ActionTarget, event_id: str, waiting: Waiting
) -> Recording:
    """Return the recording of an event, whose ID is of a webhook or of the history."""
    media, device_id = target.media, target.device.id
    if (event := media.recent_events.get(device_id, event_id)) is not None:
        return await async_find_recording(media.recordings, device_id, event, waiting)
    return await _async_get_listed(target, event_id)


async def _async_get_listed(target: ActionTarget, event_id: str) -> Recording:
    """Return the recording of an event of the history."""
    recording = await target.media.recordings.async_get(target.device.id, event_id)
    if recording is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="event_not_found",
            translation_placeholders={"device": target.name},
        )
    return recording


async def _async_download_snapshot(call: ServiceCall) -> ServiceResponse:
    at = past_time(call.data[ATTR_AT]) if ATTR_AT in call.data else None
    size = None
    if ATTR_WIDTH in call.data:
        size = call.data[ATTR_WIDTH], call.data[ATTR_HEIGHT]
    target, path = await _async_get_download(call, _PICTURE_SUFFIXES)
    waiting = target.waiting(call.data[ATTR_TIMEOUT])
    camera_id = target.camera_id(call.data.get(ATTR_COMPONENT))
    snapshots = target.media.snapshots
    with target.translated_errors(path):
        try:
            picture = await async_fetch_picture(
                target.session, camera_id, at, size, waiting
            )
        except MediaNotFoundError:
            # An older picture is still the newest one.
            await snapshots.async_load(camera_id)
            newest = snapshots.newest(camera_id)
            if at is not None or size is not None or newest is None:
                raise
            picture = newest.picture
        async with async_new_file(call.hass, path) as file:
            await file.async_write(picture.content)
    return {
        "path": str(path),
        "taken_at": picture.taken_at.isoformat() if picture.taken_at else None,
        "origin": picture.origin,
    }


async def _async_get_download(
    call: ServiceCall, suffixes: tuple[str, ...]
) -> tuple[ActionTarget, Path]:
    """Return the device and the file of a download, if both are allowed."""
    target = await async_get_only_target(call, POLICY_CONTROL)
    return target, await async_get_path(call.hass, call.data[CONF_FILENAME], suffixes)
