"""The sensors of Ring devices whose state is part of what Ring is polled for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfDensity,
    UnitOfRatio,
    UnitOfTemperature,
)

from .api import Device
from .entity import RingEntityDescription, has_reading, reading


@dataclass(frozen=True, kw_only=True)
class RingSensorDescription(RingEntityDescription, SensorEntityDescription):
    """Describes a sensor.

    Attributes:
        value: returns the state; None if Ring does not report it.

    """

    value: Callable[[Device], datetime | float | str | None]


def _reading(name: str) -> Callable[[Device], Any]:
    return lambda device: reading(device, name)


def _has_reading(name: str) -> Callable[[Device], bool]:
    return lambda device: has_reading(device, name)


def _measurement(name: str, **options: Any) -> RingSensorDescription:
    """Return the description of a measurement, an attribute of the status."""
    return RingSensorDescription(
        key=name,
        state_class=SensorStateClass.MEASUREMENT,
        exists=_has_reading(name),
        value=_reading(name),
        **options,
    )


def _limit(name: str, side: str) -> Callable[[Device], float | None]:
    """Return a function that returns a limit that is set in the Ring app."""

    def value(device: Device) -> float | None:
        threshold = device.configurations and getattr(device.configurations, name)
        return None if threshold is None else getattr(threshold, side)

    return value


def _limit_sensor(name: str, side: str, **options: Any) -> RingSensorDescription:
    """Return the description of a limit that is set in the Ring app.

    Args:
        name: attribute of the configurations.
        side: `minimum` or `maximum`.
        options: further attributes of the description.

    """
    value = _limit(name, side)
    return RingSensorDescription(
        entity_category=EntityCategory.DIAGNOSTIC,
        # They only change when somebody changes them in the Ring app.
        entity_registry_enabled_default=False,
        exists=lambda device: value(device) is not None,
        value=value,
        **options,
    )


def _volume(device: Device) -> int | None:
    return None if device.configurations is None else device.configurations.volume


def _has_battery(device: Device) -> bool:
    """Return whether a device has a battery and is not on mains power.

    As long as Ring has not sent its status, it may be on mains power, and an entity of
    it would then stay unavailable. An event alone does not tell the source of power.
    """
    status = device.status
    if status is None or status.mains_powered:
        return False
    is_from_ring = status.never_reported or status.reported_at is not None
    return status.battery is not None or (
        is_from_ring
        and device.capabilities is not None
        and "battery_status" in device.capabilities.sensors
    )


SENSORS: Final = (
    _measurement(
        "temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
    ),
    _measurement(
        "humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
    ),
    _measurement(
        "pm25",
        device_class=SensorDeviceClass.PM25,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
        suggested_display_precision=0,
    ),
    _measurement(
        "co",
        device_class=SensorDeviceClass.CO,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
        suggested_display_precision=0,
    ),
    RingSensorDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=_has_battery,
        value=_reading("battery"),
    ),
    RingSensorDescription(
        key="signal_strength",
        translation_key="signal_strength",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=_has_reading("signal_strength"),
        value=_reading("signal_strength"),
    ),
    RingSensorDescription(
        key="volume",
        translation_key="volume",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=lambda device: _volume(device) is not None,
        value=_volume,
    ),
    RingSensorDescription(
        key="snoozed_until",
        translation_key="snoozed_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        exists=_has_reading("snoozed"),
        value=_reading("snoozed_until"),
    ),
    _limit_sensor(
        "temperature_threshold",
        "minimum",
        key="temperature_minimum",
        translation_key="temperature_minimum",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    _limit_sensor(
        "temperature_threshold",
        "maximum",
        key="temperature_maximum",
        translation_key="temperature_maximum",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    _limit_sensor(
        "humidity_threshold",
        "minimum",
        key="humidity_minimum",
        translation_key="humidity_minimum",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
    ),
    _limit_sensor(
        "humidity_threshold",
        "maximum",
        key="humidity_maximum",
        translation_key="humidity_maximum",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
    ),
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
