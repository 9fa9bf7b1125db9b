"""The newest picture of each camera, and the picture of its last event.

Ring takes no pictures on request. It only has those of its recordings and stored
snapshots, so that the newest picture can be hours old (Ring Partner API reference,
2.8).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..api import Device, MediaNotFoundError, Priority, RingError, RingSession
from ..api.media import latest_picture
from .picture_files import CameraId, PictureFiles, StoredPicture

_LOGGER = logging.getLogger(__name__)

REFRESH_INTERVAL: Final = timedelta(minutes=15)
"""How long a picture is shown without an event before Ring is asked for a newer one."""
RETRY_INTERVAL: Final = timedelta(minutes=2)
"""How long to wait after Ring could not be asked."""
MAX_AGE: Final = timedelta(hours=24)
"""How far back the newest picture is searched, which is Ring's maximum."""
NEWEST: Final = "newest"
LAST_EVENT: Final = "event"


@dataclass(slots=True, eq=False)
class _Camera:
    """What is known of a camera.

    Attributes:
        newest: the newest picture.
        last_event: the picture of the last event.
        error: why there is no newer picture; None if there is none at Ring.
        next_refresh: when Ring may be asked again.
        refresh: the request that runs.
        loading: held while the stored pictures are loaded.
        is_loaded: whether they are.

    """

    newest: StoredPicture | None = None
    last_event: StoredPicture | None = None
    error: RingError | None = None
    next_refresh: datetime | None = None
    refresh: asyncio.Task[None] | None = None
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_loaded: bool = False
    listeners: list[CALLBACK_TYPE] = field(default_factory=list)


class Snapshots:
    """The pictures of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: RingSession,
    ) -> None:
        """Set up the pictures.

        Args:
            hass: Home Assistant.
            entry: the account.
            session: requests to Ring.

        """
        self.files = PictureFiles(hass, entry.entry_id)
        self._hass = hass
        self._entry = entry
        self._session = session
        self._cameras: dict[CameraId, _Camera] = {}

    async def async_load(self, camera_id: CameraId) -> None:
        """Load the pictures of a camera from before the restart."""
        camera = self._camera(camera_id)
        # The camera and the image load at the same time.
        async with camera.loading:
            if not camera.is_loaded:
                camera.newest = await self.files.async_load(camera_id, NEWEST)
                camera.last_event = await self.files.async_load(camera_id, LAST_EVENT)
                camera.is_loaded = True

    @callback
    def async_add_listener(
        self, camera_id: CameraId, listener: CALLBACK_TYPE
    ) -> CALLBACK_TYPE:
        """Call `listener` after changes, until the result is called."""
        listeners = self._camera(camera_id).listeners
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def newest(self, camera_id: CameraId) -> StoredPicture | None:
        """Return the newest picture that is known."""
        return self._camera(camera_id).newest

    def is_missing(self, camera_id: CameraId) -> bool:
        """Return whether Ring was asked for a picture, and there is none."""
        camera = self._camera(camera_id)
        return camera.newest is None and camera.next_refresh is not None

    def last_event(self, camera_id: CameraId) -> StoredPicture | None:
        """Return the picture of the last event."""
        return self._camera(camera_id).last_event

    def error(self, camera_id: CameraId) -> RingError | None:
        """Return why Ring could not be asked for a newer picture."""
        return self._camera(camera_id).error

    async def async_get_newest(self, camera_id: CameraId) -> StoredPicture | None:
        """Return the newest picture.

        A known picture is returned at once. If it may not be the newest, Ring is asked
        in the background, once for all who ask meanwhile.
        """
        camera = self._camera(camera_id)
        if camera.refresh is None and self._is_due(camera):
            camera.refresh = self._entry.async_create_background_task(
                self._hass,
                self._async_refresh(camera_id, camera),
                "Ring snapshot",
                eager_start=False,
            )
        if camera.newest is None and camera.refresh is not None:
            await asyncio.wait([camera.refresh])
        return camera.newest

    async def async_forget_device(self, device: Device) -> None:
        """Delete the pictures of a device that was removed."""
        for component_id in device.component_ids:
            camera_id = CameraId(device.id, component_id)
            self._cameras.pop(camera_id, None)
            await self.files.async_remove(camera_id, NEWEST, LAST_EVENT)

    async def async_remove_other_devices(self, devices: Iterable[Device]) -> None:
        """Delete the pictures of devices that were removed while not set up."""
        await self.files.async_remove_others(
            CameraId(device.id, component_id)
            for device in devices
            for component_id in device.component_ids
        )

    def _camera(self, camera_id: CameraId) -> _Camera:
        return self._cameras.setdefault(camera_id, _Camera())

    def _is_due(self, camera: _Camera) -> bool:
        return camera.next_refresh is None or dt_util.utcnow() >= camera.next_refresh

    async def _async_refresh(self, camera_id: CameraId, camera: _Camera) -> None:
        """Ask Ring for the newest picture."""
        # A person looks at the camera and waits.
        priority = Priority.BACKGROUND if camera.newest else Priority.USER
        now = dt_util.utcnow()
        camera.error = None
        interval = REFRESH_INTERVAL
        try:
            picture = await latest_picture(
                self._session,
                camera_id.device_id,
                start=now - MAX_AGE,
                component_id=camera_id.component_id,
                priority=priority,
            )
        except MediaNotFoundError:
            # Nothing was recorded in this time. An older picture is still the newest.
            pass
        except RingError as error:
            _LOGGER.debug("There is no newer picture of a camera: %s", error)
            camera.error, interval = error, RETRY_INTERVAL
        else:
            await self._async_set_newest(camera_id, camera, StoredPicture(picture))
        finally:
            camera.refresh = None
            camera.next_refresh = now + interval
            self._call_listeners(camera)

    async def async_set_event(self, camera_id: CameraId, stored: StoredPicture) -> None:
        """Take the picture of an event, if it is the last event."""
        camera = self._camera(camera_id)
        known = camera.last_event
        if known is None or _time_of(stored) >= _time_of(known):
            camera.last_event = stored
            await self.files.async_save(camera_id, LAST_EVENT, stored)
        if camera.newest is None or _time_of(stored) >= _time_of(camera.newest):
            await self._async_set_newest(camera_id, camera, stored)
            camera.next_refresh = dt_util.utcnow() + REFRESH_INTERVAL
        self._call_listeners(camera)

    async def _async_set_newest(
        self, camera_id: CameraId, camera: _Camera, stored: StoredPicture
    ) -> None:
        if camera.newest is not None and stored.picture == camera.newest.picture:
            return
        camera.newest = stored
        await self.files.async_save(camera_id, NEWEST, stored)

    def _call_listeners(self, camera: _Camera) -> None:
        for listener in tuple(camera.listeners):
            listener()


def _time_of(stored: StoredPicture) -> datetime:
    """Return the time that a picture shows."""
    return stored.picture.taken_at or stored.event_time or dt_util.utc_from_timestamp(0)
