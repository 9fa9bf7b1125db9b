"""Polls the devices of one account and knows how old the data is."""

from contextlib import suppress
from datetime import datetime, timedelta
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .account.clock_check import ClockCheck
from .account.device_cache import DeviceCache
from .account.device_registry import async_update_registry
from .account.event_status import EventStatus
from .account.options import RingOptions
from .account.permission_issues import Permission
from .account.poll_schedule import PollSchedule
from .account.service_health import ServiceHealth
from .api import (
    AuthenticationError,
    CircuitOpenError,
    Device,
    DeviceList,
    DeviceOfflineError,
    ForbiddenError,
    NotFoundError,
    Priority,
    RingClient,
    RingError,
)
from .api.fields import Json
from .const import DOMAIN
from .helpers.shared_tasks import SharedTasks
from .helpers.timer import Timer

_LOGGER = logging.getLogger(__name__)

# ServiceHealth logs when the service is lost and when it is back. Home Assistant's
# coordinator would also log single failures in between.
_POLL_LOGGER = logging.getLogger(f"{__name__}.poll")
_POLL_LOGGER.addFilter(
    lambda record: record.levelno <= logging.DEBUG or bool(record.exc_info)
)


class RingDevicesCoordinator(DataUpdateCoordinator[dict[str, Device]]):
    """Polls the device list, which is one request for all devices."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: RingClient,
        health: ServiceHealth,
        cache: DeviceCache,
    ) -> None:
        """Set up the coordinator; `async_start` fetches the first data."""
        self.schedule = PollSchedule()
        super().__init__(
            hass,
            _POLL_LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} devices",
            update_interval=self.schedule.base,
            always_update=False,
        )
        self.client = client
        self.last_success: datetime | None = None
        self._device_list = DeviceList(devices=())
        self._health = health
        self._cache = cache
        self._stale_after = RingOptions.from_entry(entry).stale_after
        self._next_poll = dt_util.utcnow()
        self._fresh = False
        self._clock_check = ClockCheck(hass, entry)
        self._event_status = EventStatus()
        self._stale_timer = Timer(hass, self._async_become_stale)
        self._device_requests = SharedTasks[str, None](hass, entry, "Ring device")

    @property
    def is_fresh(self) -> bool:
        """Whether the data is recent enough to be shown."""
        return self._fresh

    @property
    def skipped(self) -> int:
        """Number of unusable resources in the last device list."""
        return self._device_list.skipped

    @property
    def pages(self) -> tuple[Json, ...]:
        """The last device list as Ring sent it."""
        return self._device_list.pages

    @property
    def stale_after(self) -> timedelta:
        """How old data may be to be shown."""
        return max(2 * self.schedule.max_interval, self._stale_after)

    async def async_start(self) -> None:
        """Fetch the first data, or use the stored data during an outage.

        Raises:
            ConfigEntryAuthFailed: Ring does not accept the sign-in.
            ConfigEntryNotReady: Ring cannot be reached and no data is stored.

        """
        known = await self._cache.async_load()
        if not known:
            await self.async_config_entry_first_refresh()
            return
        self.data = known
        await self.async_refresh()
        if isinstance(self.last_exception, ConfigEntryAuthFailed):
            raise self.last_exception

    @override
    async def async_shutdown(self) -> None:
        """Stop polling."""
        await super().async_shutdown()
        self._stale_timer.async_cancel()
        self._clock_check.async_remove_issue()

    @override
    async def _async_update_data(self) -> dict[str, Device]:
        """Fetch all devices."""
        self.always_update = False
        self._event_status.start_poll()
        requested_at = dt_util.utcnow()
        try:
            found = await self.client.devices()
            self._clock_check.async_check(found.time, requested_at, dt_util.utcnow())
            devices = self._with_events(await self._completed(found))
        except RingError as error:
            raise self._failure(error) from error
        self._poll_succeeded()
        self._device_list = found
        # After a restart, a device is known by the stored list only, so that one that
        # lacks a device is not stored.
        if len(found.devices) == len(devices):
            await self._cache.async_save(found)
        if async_update_registry(self.hass, self.config_entry, devices):
            # An event has hidden the device before, so that the data is the same.
            self.always_update = True
        return devices

    def get_device(self, device_id: str) -> Device | None:
        """Return a device; None if it is not known."""
        return self.data.get(device_id)

    @callback
    def async_set_interval(self, interval: timedelta) -> None:
        """Poll at another interval, and at once if it is a shorter one.

        It is longer while other homes use much of the limit.
        """
        before = self.update_interval
        self.schedule.base = interval
        self._apply_interval()
        sooner = before is not None and self.schedule.interval < before
        if sooner and self._listeners:
            self.async_poll_soon()

    @callback
    def async_poll_soon(self) -> None:
        """Poll in the background, soon."""
        self.config_entry.async_create_background_task(
            self.hass, self.async_request_refresh(), "Ring devices"
        )

    @callback
    def async_set_status(
        self, device_id: str, at: datetime | None = None, **values: Any
    ) -> None:
        """Change the status of a device, as an event says.

        Args:
            device_id: the device.
            at: when the event happened, if the device has reported these values.
            values: attributes of the status.

        """
        if (known := self.data.get(device_id)) is None:
            return
        self._event_status.set(device_id, values, at)
        device = known.with_changed_status(**values)
        if device is known:
            return
        self.data = {**self.data, device_id: device}
        # A poll that is running compares its answer with the data from its start.
        self.always_update = True
        self.async_update_listeners()

    @callback
    def async_set_removed(self, device_id: str) -> None:
        """Hide a device that an event says was removed; the next poll decides."""
        if device_id in self.data:
            self.data = {k: d for k, d in self.data.items() if k != device_id}
            self._health.permissions.forget_device(device_id)
            self.always_update = True
            self.async_update_listeners()

    def _failure(self, error: RingError) -> Exception:
        """Process a failed poll and return the exception to raise."""
        if isinstance(error, AuthenticationError):
            self._health.poll_failed(error, None)
            self._fresh = False
            self._stale_timer.async_cancel()
            return ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="signed_out"
            )
        # While the circuit breaker is open, a person who refreshes learns nothing new.
        now = dt_util.utcnow()
        delay = self.schedule.failed(
            error,
            counts=now >= self._next_poll or not isinstance(error, CircuitOpenError),
            is_crowded=self.client.is_crowded,
        )
        # Timers can be a little early.
        self._next_poll = now + delay - timedelta(seconds=1)
        self._health.poll_failed(error, delay)
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="update_failed",
            translation_placeholders={"reason": str(error)},
            retry_after=delay.total_seconds(),
        )

    def _poll_succeeded(self) -> None:
        self.schedule.succeeded(is_crowded=self.client.is_crowded)
        self._apply_interval()
        self._fresh = True
        self.last_success = dt_util.utcnow()
        self._health.poll_succeeded()
        self._stale_timer.async_start(self.stale_after)

    def _apply_interval(self) -> None:
        # Without an interval, polling is turned off.
        if self.update_interval is not None:
            self.update_interval = self.schedule.interval

    @callback
    def _async_become_stale(self, _now: datetime) -> None:
        """Make the entities unavailable, as the data is too old to be shown."""
        self._fresh = False
        # Without this, listeners are not called when the next poll has the same data.
        self.last_update_success = False
        self.async_update_listeners()

    async def _completed(self, answer: DeviceList) -> dict[str, Device]:
        """Return the devices of a list, unchanged ones as the same objects.

        What the list lacks is requested separately: each missing status, and each
        missing device by its ID before it counts as removed.
        """
        earlier = self.data or {}
        devices = {}
        for found in answer.devices:
            known = earlier.get(found.id)
            device = found if known is None else found.completed_from(known)
            if device.status is None:
                device = await self._with_status(device)
            if device.status is not None:
                self._health.permissions.set_granted(Permission.DEVICE, device.id)
            devices[device.id] = known if device == known and known else device
        for device_id in earlier.keys() - devices.keys():
            if (present := await self._missing(earlier[device_id])) is not None:
                devices[device_id] = present
            else:
                self._health.permissions.forget_device(device_id)
        return earlier if devices == earlier else devices

    def _with_events(self, devices: dict[str, Device]) -> dict[str, Device]:
        """Return polled devices with what newer events say."""
        applied, is_outdated = self._event_status.apply(devices)
        if is_outdated:
            self.async_poll_soon()
        return applied

    async def _with_status(self, device: Device) -> Device:
        """Request a status that the list lacks; entities are unknown without one."""
        try:
            status = await self.client.status(device.id)
        except DeviceOfflineError:
            return device.with_online(online=False)
        except AuthenticationError:
            raise
        except RingError as error:
            if isinstance(error, ForbiddenError):
                self._health.permissions.set_missing(
                    Permission.DEVICE, device.id, device.name
                )
            return device
        return device.with_status(status)

    async def _missing(self, device: Device) -> Device | None:
        """Request a device that the list lacks; None if it was removed."""
        try:
            return (await self.client.device(device.id)).completed_from(device)
        except DeviceOfflineError:
            return device.with_online(online=False)
        except ForbiddenError, NotFoundError:
            return None
        except AuthenticationError:
            raise
        except RingError:
            return device.without_status()

    async def async_refresh_device(self, device_id: str) -> None:
        """Request one device at once, for a person.

        Entities that are updated at the same time share the request.
        """
        with suppress(RingError):  # The account was unloaded.
            await self._device_requests.async_run(
                device_id, lambda: self._async_refresh_device(device_id)
            )

    async def _async_refresh_device(self, device_id: str) -> None:
        known = self.data.get(device_id)
        if known is None:
            return
        try:
            device = await self.client.device(device_id, priority=Priority.USER)
        except DeviceOfflineError:
            device = known.with_online(online=False)
        except NotFoundError:
            await self.async_request_refresh()
            return
        except ForbiddenError:
            self._health.permissions.set_missing(
                Permission.DEVICE, known.id, known.name
            )
            return
        except AuthenticationError:
            await self.async_request_refresh()
            return
        except RingError as error:
            _LOGGER.debug("The device %s could not be read: %s", device_id, error)
            return
        self._health.permissions.set_granted(Permission.DEVICE, device_id)
        device = device.completed_from(known)
        if device != known:
            self.data = {**self.data, device_id: device}
            self.always_update = True
            self.async_update_listeners()
