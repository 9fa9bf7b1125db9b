"""Reads the event history for events for which no webhook came."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..account.permission_issues import Permission
from ..account.service_health import ServiceHealth
from ..api import (
    AuthenticationError,
    CircuitOpenError,
    Device,
    ForbiddenError,
    NetworkRefusedError,
    RateLimitError,
    RingError,
    RingSession,
)
from ..api.history import read_events
from ..coordinator import RingDevicesCoordinator
from ..helpers.shared_tasks import SharedTasks
from .delivery_health import DeliveryHealth
from .dispatcher import EventDispatcher
from .history_schedule import READ_INTERVAL, HistorySchedule
from .pairing import MAX_TIME_DIFFERENCE

_LOGGER = logging.getLogger(__name__)

MAX_LOOKBACK: Final = timedelta(days=1)
"""How far back events are read after a long absence."""
RETRY_UNAUTHORIZED_AFTER: Final = timedelta(hours=1)
"""How long a camera is left out that Ring answers with 401 although the sign-in
works. Each such answer costs a renewal of the sign-in."""

MAX_RECORDING: Final = timedelta(minutes=20)
"""The longest recording. An event is added to the history when its recording ends, with
the time at which it began."""
MAX_PAGES: Final = 500
MAX_CONCURRENT_READS: Final = 10
"""Cameras whose history is read at the same time."""

# Errors that all further cameras would meet too.
_ENDS_ROUND: Final = (
    AuthenticationError,
    CircuitOpenError,
    NetworkRefusedError,
    RateLimitError,
)


class HistoryReader:
    """Reads the event history of the cameras of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: RingSession,
        coordinator: RingDevicesCoordinator,
        dispatcher: EventDispatcher,
        health: ServiceHealth,
        delivery: DeliveryHealth,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._session = session
        self._coordinator = coordinator
        self._dispatcher = dispatcher
        self._store = dispatcher.store
        self._health = health
        self._delivery = delivery
        self.last_read: datetime | None = None
        """When the history of a camera was last read."""
        self._started_at = dt_util.utcnow()
        self._schedule = HistorySchedule(lambda: coordinator.schedule.crowded_interval)
        self._unauthorized_at: dict[str, datetime] = {}
        self._sign_in_checked = asyncio.Lock()
        self._running = False
        self._requests = SharedTasks[str, bool](hass, entry, "Ring event history")

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Read at once and at intervals; the result ends it."""
        stop = async_track_time_interval(
            self._hass, self._async_interval, READ_INTERVAL, cancel_on_shutdown=True
        )
        self._async_start_round()
        return stop

    @callback
    def _async_interval(self, _now: datetime) -> None:
        self._dispatcher.async_count_missed()
        self._async_start_round()

    async def async_read_now(self, device_id: str) -> bool:
        """Read the history of one camera at once, for a person.

        Entities that are updated at the same time share the request. Returns False if
        Ring has not answered.
        """
        now = dt_util.utcnow()
        device = self._coordinator.data.get(device_id)
        if device is None or not device.has_camera:
            return True
        try:
            return await self._requests.async_run(
                device_id, lambda: self._async_read(device, now)
            )
        except RingError as error:
            _LOGGER.debug("The event history could not be read: %s", error)
            return False

    @callback
    def _async_start_round(self) -> None:
        now = dt_util.utcnow()
        if self._health.failed_polls:
            # All cameras are read when polls succeed again. Ring could not send
            # webhooks meanwhile either, so none counts as missed.
            self._schedule.read_all()
            self._delivery.since = now
            return
        self._forget_removed_devices()
        for device_id in self._coordinator.data.keys() - self._store.first_seen.keys():
            first_seen = max(self._started_at, now - READ_INTERVAL)
            self._store.set_first_seen(device_id, first_seen)
        if self._running or not any(self._due(now)):
            return
        self._entry.async_create_background_task(
            self._hass, self._async_round(now), "Ring event history"
        )

    async def _async_round(self, now: datetime) -> None:
        """Read the history of each camera that is due, several at a time.

        They are read one at a time until Ring answers, so that an outage costs few
        requests.
        """
        self._running = True
        waiting = iter(tuple(self._due(now)))

        async def read_waiting(*, until_answered: bool) -> None:
            for device in waiting:
                if await self._async_read_in_round(device, now):
                    self._schedule.set_read(device.id, now)
                    if until_answered:
                        return

        try:
            await read_waiting(until_answered=True)
            async with asyncio.TaskGroup() as readers:
                for _ in range(MAX_CONCURRENT_READS):
                    readers.create_task(read_waiting(until_answered=False))
        except* _ENDS_ROUND as errors:
            _LOGGER.debug(
                "The event history could not be read: %s", errors.exceptions[0]
            )
        finally:
            self._running = False
            self._dispatcher.async_count_missed()

    async def _async_read_in_round(self, device: Device, now: datetime) -> bool:
        """Read one camera; a 401 for this camera alone does not end the round."""
        try:
            return await self._async_read(device, now)
        except AuthenticationError as error:
            if not await self._async_sign_in_works(now):
                raise
            _LOGGER.debug("Ring does not show the history of one camera: %s", error)
            self._unauthorized_at[device.id] = now
            return True

    async def _async_sign_in_works(self, now: datetime) -> bool:
        """Return whether a poll succeeds, one poll for all that ask in a round."""
        async with self._sign_in_checked:
            last_success = self._coordinator.last_success
            if last_success is None or last_success <= now:
                await self._coordinator.async_refresh()
        return not self._health.failed_polls

    def _forget_removed_devices(self) -> None:
        for device_id in self._store.devices - self._coordinator.data.keys():
            self._store.forget_device(device_id)
            self._schedule.forget_device(device_id)
            self._unauthorized_at.pop(device_id, None)
            self._delivery.async_devices_removed()

    def _due(self, now: datetime) -> Iterator[Device]:
        """Iterate over the cameras whose history is to be read."""
        for device in self._coordinator.data.values():
            if not device.has_camera or _within(
                RETRY_UNAUTHORIZED_AFTER, self._unauthorized_at.get(device.id), now
            ):
                continue
            is_reliable = self._delivery.is_reliable_for(device.id)
            if self._schedule.is_due(device.id, now, is_reliable=is_reliable):
                yield device

    async def _async_read(self, device: Device, now: datetime) -> bool:
        """Receive the events of a camera since its history was last read.

        Returns whether Ring has answered, also if it does not permit reading.
        """
        try:
            events = await read_events(
                self._session,
                device.id,
                since=self._read_since(device.id, now),
                max_pages=MAX_PAGES,
            )
        except ForbiddenError:
            self._health.permissions.set_missing(
                Permission.HISTORY, device.id, device.name
            )
            return True
        except _ENDS_ROUND:
            raise
        except RingError as error:
            _LOGGER.debug("The event history could not be read: %s", error)
            return False
        self._health.permissions.set_granted(Permission.HISTORY, device.id)
        # Events that are paired for sure come first, so that none of them is paired
        # with the webhook of another event; the others stay in the order of time.
        events.sort(key=lambda event: event.time or now)
        events.sort(key=self._store.pairing.time_difference)
        for event in events:
            self._dispatcher.async_receive(event)
        self._store.set_read_until(device.id, now)
        self.last_read = now
        return True

    def _read_since(self, device_id: str, now: datetime) -> datetime:
        """Return from when on the history is read; never from before its consent."""
        first_seen = self._store.first_seen_at(device_id) or now
        read_until = self._store.read_until_at(device_id)
        earliest = max(first_seen, now - MAX_LOOKBACK)
        if read_until is None:
            return earliest
        return max(earliest, read_until - MAX_RECORDING - MAX_TIME_DIFFERENCE)


def _within(interval: timedelta, earlier: datetime | None, now: datetime) -> bool:
    """Return whether a time is less than an interval away.

    It is ahead if the clock was set back.
    """
    return earlier is not None and abs(now - earlier) < interval
