"""The net under the webhooks: what they missed is in Ring's event history."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from .api import (
    AuthenticationError,
    CircuitOpenError,
    Device,
    ForbiddenError,
    NetworkRefusedError,
    RateLimitError,
    RingError,
    RingSession,
)
from .api.history import events as read_events
from .coordinator import RingDevicesCoordinator
from .events import RingEvents
from .health import Permission, RingHealth
from .sightings import SAME_WITHIN
from .webhook_health import WebhookHealth

_LOGGER = logging.getLogger(__name__)

TICK: Final = timedelta(minutes=1)
"""How often the history is read without webhooks."""
WITH_WEBHOOKS: Final = timedelta(hours=1)
FARTHEST_BACK: Final = timedelta(days=1)
"""How much is caught up after a long absence."""

LONGEST_RECORDING: Final = timedelta(minutes=20)
"""An event enters the history when it has ended, dated when it began."""
MOST_PAGES: Final = 500

# After these, asking about the next device is useless.
_HOPELESS: Final = (
    AuthenticationError,
    CircuitOpenError,
    NetworkRefusedError,
    RateLimitError,
)


class HistoryReader:
    """Reads the history of an account's cameras."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: RingSession,
        coordinator: RingDevicesCoordinator,
        events: RingEvents,
        health: RingHealth,
        webhooks: WebhookHealth,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._session = session
        self._coordinator = coordinator
        self._events = events
        self._health = health
        self._webhooks = webhooks
        self._began = dt_util.utcnow()
        self._asked: dict[str, datetime] = {}
        self._running = False

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Read at once, and from time to time; the result ends it."""
        stop = async_track_time_interval(
            self._hass, self._tick, TICK, cancel_on_shutdown=True
        )
        self._begin_round()
        return stop

    @callback
    def _tick(self, _now: datetime) -> None:
        self._events.async_count_missed()
        self._begin_round()

    async def async_read_now(self, device_id: str) -> None:
        """Read the history of one camera, because a person wants to know."""
        now = dt_util.utcnow()
        device = self._coordinator.data.get(device_id)
        if device is None or not _has_history(device):
            return
        try:
            await self._async_read(device, now)
        except _HOPELESS as error:
            _LOGGER.debug("The event history could not be read: %s", error)

    def _begin_round(self) -> None:
        now = dt_util.utcnow()
        if self._health.failed_polls:
            # Whatever is missed now is read as soon as the devices can be; that Ring
            # could not deliver it either says nothing about the address.
            self._asked.clear()
            self._webhooks.since = now
            return
        self._forget_gone()
        memory = self._events.memory
        for device_id in self._coordinator.data.keys() - memory.appeared.keys():
            memory.note_appeared(device_id, max(self._began, now - TICK))
        if self._running or not any(self._due(now)):
            return
        self._entry.async_create_background_task(
            self._hass, self._async_round(now), "Ring event history"
        )

    async def _async_round(self, now: datetime) -> None:
        """Read the history of each camera that is due; a hopeless error ends it."""
        self._running = True
        try:
            for device in tuple(self._due(now)):
                if await self._async_read(device, now):
                    self._asked[device.id] = now
        except _HOPELESS as error:
            _LOGGER.debug("The event history could not be read: %s", error)
        finally:
            self._running = False
            self._events.async_count_missed()

    def _forget_gone(self) -> None:
        memory = self._events.memory
        for device_id in memory.devices - self._coordinator.data.keys():
            memory.forget_device(device_id)
            self._asked.pop(device_id, None)
            self._webhooks.async_devices_gone()

    def _due(self, now: datetime) -> Iterator[Device]:
        """Iterate over the cameras whose history is to be read."""
        for device in self._coordinator.data.values():
            if not _has_history(device):
                continue
            asked = self._asked.get(device.id)
            proven = self._webhooks.proven_for(device.id)
            # Also if the clock was set back.
            if not proven or asked is None or abs(now - asked) >= WITH_WEBHOOKS:
                yield device

    async def _async_read(self, device: Device, now: datetime) -> bool:
        """Take in what happened at a camera since the history was last read.

        Returns whether Ring has answered, be it that we may not know.
        """
        memory = self._events.memory
        since = self._since(device.id, now)
        try:
            found = await read_events(
                self._session, device.id, since=since, max_pages=MOST_PAGES
            )
        except ForbiddenError:
            self._health.permission_missing(Permission.HISTORY, device.id, device.name)
            return True
        except _HOPELESS:
            raise
        except RingError as error:
            _LOGGER.debug("The event history could not be read: %s", error)
            return False
        self._health.permission_given(Permission.HISTORY, device.id)
        # Those that a webhook has surely told of first, so that none of them takes
        # the place of a neighbour that no webhook told of; the others in their order.
        found.sort(key=lambda event: event.time or now)
        found.sort(key=memory.sightings.distance_to_twin)
        for event in found:
            self._events.async_receive(event)
        memory.note_read(device.id, now)
        return True

    def _since(self, device_id: str, now: datetime) -> datetime:
        """Return from when on the history is new; never from before its consent."""
        memory = self._events.memory
        appeared = _moment(memory.appeared.get(device_id)) or now
        read_until = _moment(memory.read_until.get(device_id))
        if read_until is None:
            return max(appeared, now - FARTHEST_BACK)
        return max(
            appeared, read_until - LONGEST_RECORDING - SAME_WITHIN, now - FARTHEST_BACK
        )


def _moment(kept: str | None) -> datetime | None:
    return None if kept is None else dt_util.parse_datetime(kept)


def _has_history(device: Device) -> bool:
    return device.capabilities is not None and device.capabilities.has_camera
