"""Sensors of Ring devices and accounts."""

from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.service_health import ServiceState
from .api import Device
from .entity import (
    RingAccountEntity,
    RingEntity,
    RingEventListenerEntity,
    async_add_device_entities,
    existing,
    for_cameras,
)
from .events.delivery_health import DeliveryState
from .events.dispatcher import DispatchedEvent
from .helpers.timer import Timer
from .runtime import RingConfigEntry
from .sensor_descriptions import SENSORS, RingSensorDescription

PARALLEL_UPDATES = 0

LAST_EVENT_DELAY: Final = 0.1
"""Seconds after which the last event is written. Event entities are written first, and
events that come at the same time are one change."""


LAST_EVENT = SensorEntityDescription(
    key="last_event",
    translation_key="last_event",
    device_class=SensorDeviceClass.TIMESTAMP,
)
EVENT_DELIVERY = SensorEntityDescription(
    key="event_delivery",
    translation_key="event_delivery",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[state.value for state in DeliveryState],
)
API_STATUS = SensorEntityDescription(
    key="api_status",
    translation_key="api_status",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[state.value for state in ServiceState],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors."""
    async_add_entities([ApiStatusSensor(entry), EventDeliverySensor(entry)])
    async_add_device_entities(
        entry,
        async_add_entities,
        {
            RingSensor: existing(*SENSORS),
            RingLastEventSensor: for_cameras(LAST_EVENT),
        },
    )


class RingSensor(RingEntity, SensorEntity):
    """A value that Ring reports when it is polled."""

    entity_description: RingSensorDescription

    @property
    @override
    def native_value(self) -> datetime | float | str | None:
        """The value."""
        return self.entity_description.value(self.device)


class RingLastEventSensor(RingEventListenerEntity, SensorEntity):
    """The time of the last event of a camera, including late events."""

    entity_description: SensorEntityDescription
    # It changes with every event and is recorded with the event entity.
    _unrecorded_attributes = frozenset({"event_id"})

    def __init__(
        self,
        entry: RingConfigEntry,
        device: Device,
        description: SensorEntityDescription,
    ) -> None:
        """Set up the sensor."""
        super().__init__(entry, device, description)
        self._write_timer = Timer(self.coordinator.hass, self._async_write)

    @property
    @override
    def available(self) -> bool:
        """Whether the device is known; the last event is valid also while offline."""
        return self._device_id in self.coordinator.data

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the events of the device."""
        await super().async_added_to_hass()
        self.async_on_remove(self._write_timer.async_cancel)

    @callback
    @override
    def async_handle_event(self, dispatched: DispatchedEvent) -> bool:
        """Write the state after a short delay."""
        if not self._write_timer.running:
            self._write_timer.async_start(LAST_EVENT_DELAY)
        return False

    @callback
    def _async_write(self, _now: datetime) -> None:
        self.async_write_ha_state()

    @property
    def _last_event(self) -> dict[str, Any]:
        return self._dispatcher.store.last_events.get(self._device_id, {})

    @property
    @override
    def native_value(self) -> datetime | None:
        """When the event happened."""
        return dt_util.parse_datetime(self._last_event.get("time", ""))

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Which event it was."""
        return {
            key: self._last_event.get(key) for key in ("type", "sub_type", "event_id")
        }


class ApiStatusSensor(RingAccountEntity, SensorEntity):
    """The health of Ring's service."""

    def __init__(self, entry: RingConfigEntry) -> None:
        """Set up the sensor."""
        super().__init__(entry, API_STATUS)
        self._health = entry.runtime_data.health

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to changes."""
        self.async_on_remove(self._health.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> str:
        """The state."""
        return self._health.state.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The reason, since when, and when the next try is."""
        return {
            "reason": self._health.reason,
            "since": self._health.since,
            "next_try": self._health.next_try,
        }


class EventDeliverySensor(RingAccountEntity, SensorEntity):
    """The health of the event delivery."""

    def __init__(self, entry: RingConfigEntry) -> None:
        """Set up the sensor."""
        super().__init__(entry, EVENT_DELIVERY)
        self._delivery = entry.runtime_data.delivery

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to changes."""
        self.async_on_remove(
            self._delivery.async_add_listener(self.async_write_ha_state)
        )

    @property
    @override
    def native_value(self) -> str:
        """The state."""
        return self._delivery.state.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """When the last webhook came, and what has gone wrong since the start."""
        tracker = self._delivery.tracker
        return {
            "last_delivery": tracker.last_delivery,
            "missed_events": tracker.missed_events,
            "wrong_signatures": tracker.wrong_signatures,
        }
