"""Actions: get the events of a camera, and download a clip or a snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, cast

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID, CONF_FILENAME
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    service,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from .api import Device, MediaNotFoundError, NotFoundError, RingError
from .api.events import RingEventType
from .api.media import MAX_CLIP_LENGTH, MAX_HEIGHT, MAX_WIDTH
from .const import DOMAIN
from .media.action_downloads import (
    ClipRange,
    Waiting,
    async_download_clip,
    async_fetch_picture,
    async_find_recording,
)
from .media.action_input import async_check_permission, async_get_path, past_time
from .media.errors import encrypted_error, media_error
from .media.new_file import async_new_file
from .media.picture_files import CameraId
from .media.recordings import Recording
from .runtime import RingConfigEntry, RingRuntimeData

SERVICE_GET_EVENTS: Final = "get_events"
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

_CLIP_SUFFIXES: Final = (".mp4",)
_PICTURE_SUFFIXES: Final = (".jpg", ".jpeg")

_DEVICES: Final = vol.All(cv.ensure_list, vol.Length(min=1), [cv.string])
_DOWNLOAD_FIELDS: Final = {
    vol.Required(ATTR_DEVICE_ID): _DEVICES,
    vol.Required(CONF_FILENAME): cv.string,
    vol.Optional(ATTR_COMPONENT): cv.string,
    vol.Optional(ATTR_TIMEOUT, default=DEFAULT_TIMEOUT): vol.All(
        cv.positive_time_period, vol.Range(max=MAX_TIMEOUT)
    ),
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


@dataclass(frozen=True, slots=True)
class _Target:
    """The device of an action.

    Attributes:
        entry: the account of the device.
        runtime: the objects of the account.
        device: the device.
        registry_id: its ID in the device registry.
        name: its name in Home Assistant.

    """

    entry: RingConfigEntry
    runtime: RingRuntimeData
    device: Device
    registry_id: str
    name: str

    def camera_id(self, component_id: str | None) -> CameraId:
        """Return a camera of the device: the first one, if none is selected."""
        known = self.device.component_ids
        if component_id is not None and component_id not in known:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_component",
                translation_placeholders={
                    "device": self.name,
                    "component": component_id,
                    "components": ", ".join(filter(None, known)) or "-",
                },
            )
        return CameraId(self.device.id, component_id or known[0])

    def waiting(self, timeout: timedelta) -> Waiting:
        """Return how to wait for Ring, which ends when the account is unloaded."""

        def check() -> None:
            loaded = self.entry.state is ConfigEntryState.LOADED
            if not loaded or self.entry.runtime_data is not self.runtime:
                raise HomeAssistantError(
                    translation_domain=DOMAIN,
                    translation_key="unloaded_meanwhile",
                    translation_placeholders={"account": self.entry.title},
                )

        return Waiting(timeout, self.runtime.session.resilience.sleep, check)

    @contextmanager
    def translated_errors(self, path: Path | None = None) -> Iterator[None]:
        """Raise errors of Ring and of the disk as exceptions of Home Assistant."""
        try:
            yield
        except RingError as error:
            raise media_error(error, self.name) from error
        except OSError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="file_not_written",
                translation_placeholders={
                    "path": str(path),
                    "reason": error.strerror or type(error).__name__,
                },
            ) from error


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
        await _async_get_target(call, device_id, POLICY_READ)
        for device_id in call.data[ATTR_DEVICE_ID]
    ]
    return {
        target.registry_id: {"events": await _async_events(call, target, start, end)}
        for target in targets
    }


async def _async_events(
    call: ServiceCall, target: _Target, start: datetime, end: datetime
) -> list[JsonValueType]:
    with target.translated_errors():
        recordings = await target.runtime.media.recordings.async_list(
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
                camera_id = target.camera_id(recording.component_id)
        saved = await async_download_clip(
            call.hass, target.runtime.session, camera_id, clip_range, path, waiting
        )
    return {
        "path": str(path),
        "start": saved.start.isoformat(),
        "duration": saved.duration.total_seconds(),
        "size": saved.size,
        "content_type": saved.content_type,
    }


async def _async_get_recording(
    target: _Target, event_id: str, waiting: Waiting
) -> Recording:
    """Return the recording of an event, whose ID is of a webhook or of the history."""
    media, device_id = target.runtime.media, target.device.id
    if (event := media.recent_events.get(device_id, event_id)) is not None:
        return await async_find_recording(media.recordings, device_id, event, waiting)
    recording = await media.recordings.async_get(device_id, event_id)
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
    snapshots = target.runtime.media.snapshots
    with target.translated_errors(path):
        try:
            picture = await async_fetch_picture(
                target.runtime.session, camera_id, at, size, waiting
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
) -> tuple[_Target, Path]:
    """Return the device and the file of a download, if both are allowed."""
    device_ids: list[str] = call.data[ATTR_DEVICE_ID]
    if len(device_ids) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="one_device",
        )
    target = await _async_get_target(call, device_ids[0], POLICY_CONTROL)
    if target.device.is_encrypted:
        raise encrypted_error(target.name)
    return target, await async_get_path(call.hass, call.data[CONF_FILENAME], suffixes)


async def _async_get_target(call: ServiceCall, device_id: str, policy: str) -> _Target:
    """Return a device with a camera, if the user may access it."""
    registered, entry = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, device_id, include_child_devices=False
    )
    name = registered.name_by_user or registered.name or device_id
    await async_check_permission(call.hass, call.context, registered, policy)
    if registered.entry_type is dr.DeviceEntryType.SERVICE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="account_device",
            translation_placeholders={"device": name},
        )
    runtime = cast(RingConfigEntry, entry).runtime_data
    known = runtime.coordinator.data
    device = next(
        (known[key] for _, key in registered.identifiers if key in known), None
    )
    if device is None:
        raise media_error(NotFoundError(), name)
    if not device.has_camera:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_camera",
            translation_placeholders={"device": name},
        )
    return _Target(entry, runtime, device, device_id, name)
