"""Binary sensors of Ring devices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import STATE_OFF, STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .api import Device
from .api.configurations import Threshold
from .api.events import RingEventType
from .entity import (
    RingEntity,
    RingEntityDescription,
    RingEventListenerEntity,
    async_add_device_entities,
    existing,
    for_cameras,
    has_reading,
    reading,
)
from .events.dispatcher import DispatchedEvent
from .helpers.timer import Timer
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingBinarySensorDescription(RingEntityDescription, BinarySensorEntityDescription):
    """Describes a binary sensor.

    Attributes:
        is_on: returns the state; None if Ring does not report it.
        available_offline: the state is valid also while the device is offline.

    """

    is_on: Callable[[Device], bool | None]
    available_offline: bool = False


@dataclass(frozen=True, kw_only=True)
class RingAlertDescription(RingEntityDescription, BinarySensorEntityDescription):
    """Describes a binary sensor of a limit that only events tell of.

    Attributes:
        exceeded: type of the event that turns it on.
        cleared: type of the event that turns it off.

    """

    exceeded: RingEventType
    cleared: RingEventType


def _alarm(
    name: str,
    capability: str,
    device_class: BinarySensorDeviceClass,
    **options: Any,
) -> RingBinarySensorDescription:
    """Return the description of an alarm of a sensor.

    Args:
        name: attribute of the status.
        capability: the capability of devices that have the alarm.
        device_class: device class.
        options: further attributes of the description.

    """
    return RingBinarySensorDescription(
        key=name,
        device_class=device_class,
        exists=lambda device: (
            has_reading(device, name)
            or (
                device.capabilities is not None
                and capability in device.capabilities.sensors
            )
        ),
        is_on=lambda device: reading(device, name),
        **options,
    )


def _threshold(device: Device, name: str) -> Threshold | None:
    """Return the limits that are set in the Ring app."""
    if device.configurations is None:
        return None
    threshold: Threshold | None = getattr(device.configurations, f"{name}_threshold")
    return None if threshold == Threshold(None, None) else threshold


def _is_exceeded(device: Device, name: str) -> bool | None:
    """Return whether a reading is outside its limits."""
    value, threshold = reading(device, name), _threshold(device, name)
    if value is None or threshold is None:
        return None
    return (threshold.minimum is not None and value < threshold.minimum) or (
        threshold.maximum is not None and value > threshold.maximum
    )


def _limit_alert(name: str, **options: Any) -> RingBinarySensorDescription:
    """Return the description of whether a reading is outside its limits."""
    return RingBinarySensorDescription(
        key=f"{name}_alert",
        device_class=BinarySensorDeviceClass.PROBLEM,
        exists=lambda device: _threshold(device, name) is not None,
        is_on=lambda device: _is_exceeded(device, name),
        **options,
    )


BINARY_SENSORS = (
    RingBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on=lambda device: None if device.status is None else device.status.online,
        available_offline=True,
    ),
    RingBinarySensorDescription(
        key="motion_detection",
        translation_key="motion_detection",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=lambda device: device.motion_detection is not None,
        is_on=lambda device: device.motion_detection,
    ),
    _alarm("contact_open", "contact_detection", BinarySensorDeviceClass.OPENING),
    _alarm(
        "flood",
        "flood_detection",
        BinarySensorDeviceClass.MOISTURE,
        translation_key="flood",
    ),
    _alarm(
        "freeze",
        "freeze_detection",
        BinarySensorDeviceClass.COLD,
        translation_key="freeze",
    ),
    _alarm(
        "tampered",
        "tamper_detection",
        BinarySensorDeviceClass.TAMPER,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    _limit_alert("temperature", translation_key="temperature_alert"),
    _limit_alert("humidity", translation_key="humidity_alert"),
    RingBinarySensorDescription(
        key="snoozed",
        translation_key="snoozed",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=lambda device: has_reading(device, "snoozed"),
        is_on=lambda device: reading(device, "snoozed"),
    ),
)

AIR_QUALITY_ALERTS = (
    RingAlertDescription(
        key="pm25_alert",
        translation_key="pm25_alert",
        device_class=BinarySensorDeviceClass.PROBLEM,
        exists=lambda device: has_reading(device, "pm25"),
        exceeded=RingEventType.PM25_EXCEEDED,
        cleared=RingEventType.PM25_CLEARED,
    ),
    RingAlertDescription(
        key="co_alert",
        device_class=BinarySensorDeviceClass.CO,
        exists=lambda device: has_reading(device, "co"),
        exceeded=RingEventType.CO_EXCEEDED,
        cleared=RingEventType.CO_CLEARED,
    ),
)

MOTION_SENSOR = BinarySensorEntityDescription(
    key="motion",
    device_class=BinarySensorDeviceClass.MOTION,
    # The motion event has more detail. This is for automations that need a state.
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""
    async_add_device_entities(
        entry,
        async_add_entities,
        {
            RingBinarySensor: existing(*BINARY_SENSORS),
            RingAirQualityAlert: existing(*AIR_QUALITY_ALERTS),
            RingMotionSensor: for_cameras(MOTION_SENSOR),
        },
    )


class RingBinarySensor(RingEntity, BinarySensorEntity):
    """A state that Ring reports when it is polled."""

    entity_description: RingBinarySensorDescription

    @property
    @override
    def available(self) -> bool:
        """Whether the state is valid."""
        if self.entity_description.available_offline:
            return self.has_data
        return super().available

    @property
    @override
    def is_on(self) -> bool | None:
        """The state."""
        return self.entity_description.is_on(self.device)


class RingAirQualityAlert(RingEntity, BinarySensorEntity, RestoreEntity):
    """Whether a limit is exceeded, which Ring reports only when that changes."""

    entity_description: RingAlertDescription
    _changed_at: datetime | None = None

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: RingAlertDescription
    ) -> None:
        """Set up the sensor."""
        super().__init__(entry, device, description)
        self._dispatcher = entry.runtime_data.dispatcher

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to events, and restore the state from before a restart."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._dispatcher.async_listen_device(
                self._device_id, self._async_handle_event
            )
        )
        last = await self.async_get_last_state()
        if self._attr_is_on is None and last is not None:
            self._attr_is_on = {STATE_ON: True, STATE_OFF: False}.get(last.state)

    @callback
    def _async_handle_event(self, dispatched: DispatchedEvent) -> bool:
        description = self.entity_description
        if dispatched.event.type not in (description.exceeded, description.cleared):
            return False
        if self._changed_at is not None and dispatched.at < self._changed_at:
            # Webhooks overtake each other.
            return True
        self._changed_at = dispatched.at
        self._attr_is_on = dispatched.event.type == description.exceeded
        self.async_write_ha_state()
        return True


class RingMotionSensor(RingEventListenerEntity, BinarySensorEntity):
    """Motion as a state. Ring reports when motion begins, but not when it ends."""

    entity_description: BinarySensorEntityDescription
    _attr_is_on = False

    def __init__(
        self,
        entry: RingConfigEntry,
        device: Device,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Set up the sensor."""
        super().__init__(entry, device, description)
        self._duration = entry.runtime_data.options.motion_duration
        self._off_timer = Timer(self.coordinator.hass, self._async_turn_off)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the events of the device."""
        await super().async_added_to_hass()
        self.async_on_remove(self._off_timer.async_cancel)

    @callback
    @override
    def async_handle_event(self, dispatched: DispatchedEvent) -> bool:
        """Turn on for some time."""
        if dispatched.is_late or dispatched.event.type != RingEventType.MOTION_DETECTED:
            return False
        self._off_timer.async_start(self._duration)
        self._attr_is_on = True
        self.async_write_ha_state()
        return True

    @callback
    def _async_turn_off(self, _now: datetime) -> None:
        self._attr_is_on = False
        self.async_write_ha_state()
