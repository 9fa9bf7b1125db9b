"""Fetches the picture of each press and motion, as soon as Ring has it.

Ring has to receive the recording first, and answers 425 or 416 until then (Ring Partner
API reference, 2.8).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..api import (
    SERVICE_FAILURES,
    CircuitOpenError,
    Device,
    MediaNotFoundError,
    MediaNotReadyError,
    RateLimitError,
    RingError,
)
from ..events.dispatcher import DispatchedEvent
from ..events.pairing import PAIRED_TYPES
from ..helpers.timer import Timer
from .picture_cache import PictureCache
from .picture_files import CameraId, StoredPicture

_LOGGER = logging.getLogger(__name__)

PAUSES: Final = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 24.0)
"""Seconds before each request for a picture, a minute in total."""
MAX_PAUSE: Final = 60.0
"""Seconds to wait at most if Ring asks for a longer pause."""

_WORTH_A_RETRY: Final = (
    CircuitOpenError,
    MediaNotFoundError,
    MediaNotReadyError,
    RateLimitError,
    *SERVICE_FAILURES,
)


@dataclass(slots=True, eq=False)
class _Fetch:
    """The picture of an event that is being fetched.

    Attributes:
        dispatched: the event.
        timer: for the next request.
        requests: number of requests that were sent.
        waiting: the latest event of the same camera and type meanwhile.

    """

    dispatched: DispatchedEvent
    timer: Timer
    requests: int = 0
    waiting: DispatchedEvent | None = None


type _Key = tuple[CameraId, str]


class EventPictures:
    """Fetches the event pictures of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        pictures: PictureCache,
        get_device: Callable[[str], Device | None],
        save: Callable[[CameraId, StoredPicture], Awaitable[None]],
    ) -> None:
        """Set up the fetching.

        Args:
            hass: Home Assistant.
            entry: the account.
            pictures: fetches the pictures and keeps them on disk.
            get_device: returns a device by its ID.
            save: takes each picture.

        """
        self._hass = hass
        self._entry = entry
        self._pictures = pictures
        self._get_device = get_device
        self._save = save
        self._fetches: dict[_Key, _Fetch] = {}

    @callback
    def async_handle_event(self, dispatched: DispatchedEvent) -> None:
        """Fetch the picture of a press or a motion.

        Other events need none. Live views and requests for media are events themselves
        (`on_demand`), and would lead to further requests.
        """
        event = dispatched.event
        if event.type not in PAIRED_TYPES:
            return
        device = self._get_device(event.device_id or "")
        if device is None or device.is_encrypted:
            return
        for component_id in device.component_ids:
            if component_id in (None, *event.component_ids) or not event.component_ids:
                self._fetch((CameraId(device.id, component_id), event.type), dispatched)

    @callback
    def async_stop(self) -> None:
        """Stop fetching."""
        for fetch in self._fetches.values():
            fetch.timer.async_cancel()
        self._fetches.clear()

    def _fetch(self, key: _Key, dispatched: DispatchedEvent) -> None:
        """Fetch a picture, after that of the same camera and type that is fetched."""
        if (running := self._fetches.get(key)) is not None:
            running.waiting = dispatched
            return
        timer = Timer(self._hass, partial(self._async_start_request, key))
        self._fetches[key] = _Fetch(dispatched, timer)
        timer.async_start(PAUSES[0])

    @callback
    def _async_start_request(self, key: _Key, _now: datetime) -> None:
        self._entry.async_create_background_task(
            self._hass, self._async_request(key), "Ring event picture"
        )

    async def _async_request(self, key: _Key) -> None:
        """Request the picture; if it is not ready, start the timer again."""
        camera_id, event_type = key
        fetch = self._fetches[key]
        fetch.requests += 1
        try:
            picture = await self._pictures.async_get(camera_id, fetch.dispatched.at)
        except RingError as error:
            _LOGGER.debug("The picture of an event could not be fetched: %s", error)
            if isinstance(error, _WORTH_A_RETRY) and fetch.requests < len(PAUSES):
                requested = min(error.retry_after or 0.0, MAX_PAUSE)
                fetch.timer.async_start(max(PAUSES[fetch.requests], requested))
                return
        else:
            event_id = fetch.dispatched.event.event_id
            await self._save(
                camera_id,
                StoredPicture(picture, event_id, event_type, fetch.dispatched.at),
            )
        if self._fetches.get(key) is fetch:
            del self._fetches[key]
            if fetch.waiting is not None:
                self._fetch(key, fetch.waiting)
