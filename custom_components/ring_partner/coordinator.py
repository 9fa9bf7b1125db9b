"""The devices of one account: one request for all of them, and their age."""

from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .api import (
    AuthenticationError,
    Device,
    DeviceList,
    DeviceOfflineError,
    ForbiddenError,
    NotFoundError,
    Priority,
    RateLimitError,
    RingClient,
    RingError,
)
from .cache import DeviceCache
from .const import DOMAIN, LONGEST_BACKOFF, POLL_INTERVAL
from .health import Permission, RingHealth
from .options import RingOptions
from .registry import async_sync_registry

_LOGGER = logging.getLogger(__name__)

# Health says once that the service is lost and once that it is back. The lines of
# Home Assistant's coordinator would come in between, for every hiccup.
_POLL_LOGGER = logging.getLogger(f"{__name__}.poll")
_POLL_LOGGER.addFilter(
    lambda record: record.levelno <= logging.DEBUG or bool(record.exc_info)
)


class RingDevicesCoordinator(DataUpdateCoordinator[dict[str, Device]]):
    """Polls the device list and knows how far its data can be trusted."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: RingClient,
        health: RingHealth,
        cache: DeviceCache,
    ) -> None:
        """Set up the coordinator; `async_start` fetches the first data."""
        super().__init__(
            hass,
            _POLL_LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} devices",
            update_interval=POLL_INTERVAL,
            always_update=False,
        )
        self.client = client
        self.last_success: datetime | None = None
        self.skipped = 0
        self._health = health
        self._cache = cache
        self._stale_after = RingOptions.of(entry).stale_after
        self._failures = 0
        self._fresh = False
        self._noted: dict[str, bool] = {}
        """Which devices are online, told since the last poll began."""
        self._cancel_staleness: CALLBACK_TYPE | None = None

    @property
    def is_fresh(self) -> bool:
        """The data is recent enough to be shown."""
        return self._fresh

    @property
    def stale_after(self) -> timedelta:
        """How old the data may get."""
        interval = self.update_interval or POLL_INTERVAL
        return max(2 * interval, self._stale_after)

    async def async_start(self) -> None:
        """Fetch the first data; during an outage, begin with what is on disk.

        Raises:
            ConfigEntryAuthFailed: Ring does not accept the sign-in.
            ConfigEntryNotReady: Ring can't be reached and nothing is on disk.

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
        """Stop polling and forget the time of staleness."""
        await super().async_shutdown()
        self._stop_waiting_for_staleness()

    @override
    async def _async_update_data(self) -> dict[str, Device]:
        """Fetch all devices."""
        self.always_update = False
        self._noted = {}
        try:
            answer = await self.client.devices()
            devices = self._with_noted(await self._trustworthy(answer))
        except RingError as error:
            raise self._failure(error) from error
        self._note_success()
        self.skipped = answer.skipped
        await self._cache.async_save(answer)
        async_sync_registry(self.hass, self.config_entry, devices)
        return devices

    @callback
    def async_set_pace(self, interval: timedelta) -> None:
        """Poll at another interval; with a shorter one begin at once."""
        if interval == self.update_interval:
            return
        sooner = self.update_interval is not None and interval < self.update_interval
        self.update_interval = interval
        if sooner and self._listeners:
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), "Ring devices"
            )

    @callback
    def async_note_online(self, device_id: str, *, online: bool) -> None:
        """Show what an event says about a device, without waiting for a poll."""
        if (known := self.data.get(device_id)) is None:
            return
        self._noted[device_id] = online
        if known.status is not None and known.status.online is online:
            return
        device = known.seen_online() if online else known.seen_offline()
        self.data = {**self.data, device_id: device}
        # A poll under way compares with what was known when it began.
        self.always_update = True
        self.async_update_listeners()

    @callback
    def async_note_removed(self, device_id: str) -> None:
        """Show that a device is gone; the next poll removes it, or brings it back."""
        if device_id in self.data:
            self.data = {k: d for k, d in self.data.items() if k != device_id}
            self._health.forget_device(device_id)
            self.always_update = True
            self.async_update_listeners()

    def _failure(self, error: RingError) -> Exception:
        """Return what to raise for a failed poll, having noted it."""
        if isinstance(error, AuthenticationError):
            self._health.poll_failed(error, None)
            self._become_stale()
            return ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="signed_out"
            )
        self._failures += 1
        delay = self._delay(error)
        self._health.poll_failed(error, delay)
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="update_failed",
            translation_placeholders={"reason": str(error)},
            retry_after=delay.total_seconds(),
        )

    def _delay(self, error: RingError) -> timedelta:
        """Return how long to wait: doubling, but never less than Ring asks for."""
        asked = timedelta(seconds=error.retry_after or 0)
        if isinstance(error, RateLimitError) and asked:
            return asked
        # From the shorter interval, also where webhooks let polling rest: a failed poll
        # is worth a second look sooner than in a quarter of an hour.
        doubled: timedelta = POLL_INTERVAL * 2 ** min(self._failures - 1, 16)
        return max(asked, min(doubled, LONGEST_BACKOFF))

    def _note_success(self) -> None:
        self._failures = 0
        self._fresh = True
        self.last_success = dt_util.utcnow()
        self._health.poll_succeeded()
        self._stop_waiting_for_staleness()
        self._cancel_staleness = async_call_later(
            self.hass, self.stale_after, self._grow_stale
        )

    @callback
    def _grow_stale(self, _now: datetime) -> None:
        """Let the entities know that the data is too old to be shown."""
        self._cancel_staleness = None
        self._become_stale()
        # Else a poll that then brings nothing new would be none to tell of.
        self.last_update_success = False
        self.async_update_listeners()

    def _become_stale(self) -> None:
        self._fresh = False
        self._stop_waiting_for_staleness()

    def _stop_waiting_for_staleness(self) -> None:
        if self._cancel_staleness is not None:
            self._cancel_staleness()
            self._cancel_staleness = None

    async def _trustworthy(self, answer: DeviceList) -> dict[str, Device]:
        """Return the answer's devices, unchanged ones as the same objects.

        What the answer left out is asked for once more: a status one by one, and a
        missing device by its id, before it is believed to be gone.
        """
        earlier = self.data or {}
        devices = {}
        for found in answer.devices:
            known = earlier.get(found.id)
            device = found if known is None else found.completed_by(known)
            if device.status is None:
                device = await self._with_status(device)
            if device.status is not None:
                self._health.permission_given(Permission.DEVICE, device.id)
            devices[device.id] = known if device == known and known else device
        for device_id in earlier.keys() - devices.keys():
            if (present := await self._missing(earlier[device_id])) is not None:
                devices[device_id] = present
            else:
                self._health.forget_device(device_id)
        return earlier if devices == earlier else devices

    def _with_noted(self, devices: dict[str, Device]) -> dict[str, Device]:
        """Return the devices with what was told while Ring was answering.

        The answer may be older than that, so Ring is asked once more.
        """
        noted = {
            device_id: online
            for device_id, online in self._noted.items()
            if (device := devices.get(device_id)) is not None
            and (device.status is None or device.status.online is not online)
        }
        if not noted:
            return devices
        self.config_entry.async_create_background_task(
            self.hass, self.async_request_refresh(), "Ring devices"
        )
        return {
            device_id: device
            if (online := noted.get(device_id)) is None
            else device.seen_online()
            if online
            else device.seen_offline()
            for device_id, device in devices.items()
        }

    async def _with_status(self, device: Device) -> Device:
        """Ask for a status that the list lacks; without one nothing is claimed."""
        try:
            status = await self.client.status(device.id)
        except DeviceOfflineError:
            return device.seen_offline()
        except AuthenticationError:
            raise
        except RingError as error:
            if isinstance(error, ForbiddenError):
                self._health.permission_missing(
                    Permission.DEVICE, device.id, device.name
                )
            return device
        return device.with_status(status)

    async def _missing(self, device: Device) -> Device | None:
        """Return a device that the list lacks, or None if Ring says that it is gone."""
        try:
            return (await self.client.device(device.id)).completed_by(device)
        except DeviceOfflineError:
            return device.seen_offline()
        except ForbiddenError, NotFoundError:
            return None
        except AuthenticationError:
            raise
        except RingError:
            return device.without_status()

    async def async_refresh_device(self, device_id: str) -> None:
        """Ask Ring about one device now, because a person wants to know."""
        known = self.data.get(device_id)
        if known is None:
            return
        try:
            device = await self.client.device(device_id, priority=Priority.USER)
        except DeviceOfflineError:
            device = known.seen_offline()
        except NotFoundError:
            await self.async_request_refresh()
            return
        except ForbiddenError:
            self._health.permission_missing(Permission.DEVICE, known.id, known.name)
            return
        except AuthenticationError:
            await self.async_request_refresh()
            return
        except RingError as error:
            _LOGGER.debug("Ring did not answer about %s: %s", device_id, error)
            return
        self._health.permission_given(Permission.DEVICE, device_id)
        device = device.completed_by(known)
        if device != known:
            self.data = {**self.data, device_id: device}
            self.always_update = True
            self.async_update_listeners()
