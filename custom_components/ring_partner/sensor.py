"""Sensors of Ring devices, and the one that tells how Ring's service is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .api import Device
from .entity import Makers, RingEntity, RingListener, async_add_per_device, described
from .events import Told
from .health import HealthState
from .registry import account_device
from .runtime import RingConfigEntry
from .webhook_health import WebhookState

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingSensorDescription(SensorEntityDescription):
    """Describes a sensor: whether a device has it, and its value."""

    exists: Callable[[Device], bool] = lambda _device: True
    value: Callable[[Device], datetime | None]


SENSORS = (
    RingSensorDescription(
        key="last_report",
        translation_key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda device: (
            None if device.status is None else device.status.reported_at
        ),
    ),
)

SHOWN_WITHIN = 0.1
"""Seconds after which the last event is shown."""
LAST_EVENT = SensorEntityDescription(
    key="last_event",
    translation_key="last_event",
    device_class=SensorDeviceClass.TIMESTAMP,
)
WEBHOOK_STATUS = SensorEntityDescription(
    key="webhook_status",
    translation_key="webhook_status",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[state.value for state in WebhookState],
)
API_STATUS = SensorEntityDescription(
    key="api_status",
    translation_key="api_status",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[state.value for state in HealthState],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors."""

    def entities_of(device: Device) -> Makers[SensorEntity]:
        yield from described(RingSensor, SENSORS, entry, device)
        if device.capabilities is not None and device.capabilities.has_camera:
            yield "last_event", partial(LastEventSensor, entry, device)

    async_add_entities([ApiStatusSensor(entry), WebhookStatusSensor(entry)])
    async_add_per_device(entry, async_add_entities, entities_of)


class RingSensor(RingEntity, SensorEntity):
    """A value that Ring tells of a device."""

    entity_description: RingSensorDescription

    @property
    @override
    def native_value(self) -> datetime | None:
        """The value."""
        return self.entity_description.value(self.device)


class LastEventSensor(RingListener, SensorEntity):
    """When something last happened at a camera, also if it came too late for news."""

    entity_description: SensorEntityDescription
    # Different each time, and recorded with the event itself.
    _unrecorded_attributes = frozenset({"event_id"})

    def __init__(self, entry: RingConfigEntry, device: Device) -> None:
        """Set up the sensor."""
        super().__init__(entry, device, LAST_EVENT)
        self._cancel_show: CALLBACK_TYPE | None = None

    @property
    @override
    def available(self) -> bool:
        """Whether the device is known; what happened stays true while it is offline."""
        return self._device_id in self.coordinator.data

    @override
    async def async_added_to_hass(self) -> None:
        """Listen, for as long as the sensor is there."""
        await super().async_added_to_hass()
        self.async_on_remove(self._stop_waiting)

    @callback
    @override
    def hear(self, told: Told) -> bool:
        """Show it a moment later: what rings goes first, and a burst is one state."""
        if self._cancel_show is None:
            self._cancel_show = async_call_later(self.hass, SHOWN_WITHIN, self._show)
        return False

    @callback
    def _show(self, _now: datetime) -> None:
        self._cancel_show = None
        self.async_write_ha_state()

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_show is not None:
            self._cancel_show()
            self._cancel_show = None

    @property
    def _last(self) -> dict[str, Any]:
        return self._events.memory.last.get(self._device_id, {})

    @property
    @override
    def native_value(self) -> datetime | None:
        """When it happened."""
        return dt_util.parse_datetime(self._last.get("time", ""))

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """What happened."""
        return {key: self._last.get(key) for key in ("type", "sub_type", "event_id")}


class AccountSensor(SensorEntity):
    """A sensor of the account; always available, for it tells why others aren't."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, entry: RingConfigEntry, description: SensorEntityDescription
    ) -> None:
        """Set up the sensor of an account."""
        account_id = entry.unique_id or entry.entry_id
        self.entity_description = description
        self._attr_unique_id = f"{account_id}_{description.key}"
        self._attr_device_info = account_device(account_id, entry.title)


class ApiStatusSensor(AccountSensor):
    """How Ring's service is doing."""

    def __init__(self, entry: RingConfigEntry) -> None:
        """Set up the sensor."""
        super().__init__(entry, API_STATUS)
        self._health = entry.runtime_data.health

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the service's health."""
        self.async_on_remove(self._health.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> str:
        """The state."""
        return self._health.state.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Why, since when, and when Home Assistant asks again."""
        return {
            "reason": self._health.reason,
            "since": self._health.since,
            "next_try": self._health.next_try,
        }


class WebhookStatusSensor(AccountSensor):
    """How Ring's deliveries are doing."""

    def __init__(self, entry: RingConfigEntry) -> None:
        """Set up the sensor."""
        super().__init__(entry, WEBHOOK_STATUS)
        self._webhooks = entry.runtime_data.webhooks

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the deliveries."""
        self.async_on_remove(
            self._webhooks.async_add_listener(self.async_write_ha_state)
        )

    @property
    @override
    def native_value(self) -> str:
        """The state."""
        return self._webhooks.state.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """When one came last, and what went wrong since the start."""
        return {
            "last_delivery": self._webhooks.deliveries.last,
            "missed_events": self._webhooks.deliveries.missed_events,
            "wrong_signatures": self._webhooks.deliveries.wrong_signatures,
        }
