"""Finds changes of sensors for which no webhook came.

The events of sensors are not in the event history (Ring Partner API reference, 2.3),
so that only the status shows that one was missed.
"""

from datetime import datetime
from functools import partial

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..api import Device
from ..coordinator import RingDevicesCoordinator
from ..helpers.timer import Timer
from .delivery_health import MAX_DELIVERY_DELAY, DeliveryHealth
from .dispatcher import DispatchedEvent
from .sensor_readings import ALARMS, reading_of

type _Alarm = tuple[str, str]
"""A device ID and an attribute of its status."""


class SensorDeliveries:
    """Counts the missed events of the sensors of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: RingDevicesCoordinator,
        delivery: DeliveryHealth,
    ) -> None:
        self._hass = hass
        self._coordinator = coordinator
        self._delivery = delivery
        self._known: dict[_Alarm, bool] = {}
        self._timers: dict[_Alarm, Timer] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the status of the devices, until the result is called."""
        self._known = self._current()
        remove_listener = self._coordinator.async_add_listener(self._async_updated)

        @callback
        def stop() -> None:
            remove_listener()
            for timer in self._timers.values():
                timer.async_cancel()

        return stop

    @callback
    def async_handle_event(self, dispatched: DispatchedEvent) -> None:
        """Note that a webhook came, before the status is changed by it."""
        event = dispatched.event
        reading = reading_of(event)
        if event.device_id is None or reading is None or reading[0] not in ALARMS:
            return
        alarm = event.device_id, reading[0]
        self._known[alarm] = bool(reading[1])
        if (timer := self._timers.pop(alarm, None)) is not None:
            timer.async_cancel()

    @callback
    def _async_updated(self) -> None:
        current = self._current()
        for alarm in current.keys() & self._known.keys():
            if current[alarm] != self._known[alarm] and alarm not in self._timers:
                # Its webhook may still come.
                timer = Timer(
                    self._hass,
                    partial(self._async_missed, alarm, self._reported_at(alarm[0])),
                )
                self._timers[alarm] = timer
                timer.async_start(MAX_DELIVERY_DELAY)
        self._known |= current

    @callback
    def _async_missed(self, alarm: _Alarm, at: datetime, now: datetime) -> None:
        del self._timers[alarm]
        self._delivery.async_missed(alarm, at, now)

    def _reported_at(self, device_id: str) -> datetime:
        status = self._coordinator.data[device_id].status
        return (status and status.reported_at) or dt_util.utcnow()

    def _current(self) -> dict[_Alarm, bool]:
        return {
            (device.id, name): value
            for device in self._coordinator.data.values()
            for name, value in _alarms(device).items()
        }


def _alarms(device: Device) -> dict[str, bool]:
    """Return the alarms that a device has reported."""
    status = device.status
    if status is None or status.never_reported:
        return {}
    values = {name: getattr(status, name) for name in ALARMS}
    return {name: value for name, value in values.items() if value is not None}
