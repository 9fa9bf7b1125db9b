"""Kinds of devices and their documents (API reference, 2.2-2.5)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from .ids import IdGenerator

type Attributes = dict[str, Any]

_IMAGES = "https://app-content.ring.com/shared/images/devices/square_device_images"


class DeviceKind(StrEnum):
    """Kind of a simulated device; not part of Ring's API."""

    DOORBELL = "doorbell"
    CAMERA = "camera"
    BATTERY_CAMERA = "battery_camera"
    DUAL_CAMERA = "dual_camera"
    CHIME = "chime"
    CONTACT_SENSOR = "contact_sensor"
    FLOOD_FREEZE_SENSOR = "flood_freeze_sensor"
    CLIMATE_SENSOR = "climate_sensor"
    AIR_QUALITY_SENSOR = "air_quality_sensor"


class Encryption(StrEnum):
    """Encryption of a camera (API reference, 5)."""

    NONE = "none"
    TAKE = "take"
    """User-held keys: the camera is listed, but its media can't be decoded."""
    E2EE = "e2ee"
    """End-to-end encryption: the API doesn't return the camera."""


@dataclass(frozen=True, slots=True)
class DeviceTemplate:
    """Documents of a new device.

    Attributes:
        image_url: URL of the product image.
        capabilities: Attributes of ``device-capabilities``.
        configurations: Attributes of ``device-configurations``.
        readings: Sensor readings by the names in ``readings.READINGS``.
        power: Power source of a camera; it limits the duration of a live view.
    """

    image_url: str
    capabilities: Attributes
    configurations: Attributes
    readings: dict[str, Any] = field(default_factory=dict)
    power: Literal["battery", "line"] | None = None


def device_template(kind: DeviceKind, ids: IdGenerator) -> DeviceTemplate:
    """Return the documents of a new device of this kind."""
    match kind:
        case DeviceKind.DOORBELL:
            return _camera("DoorbellPro/rvdp", ids, codec="AVC", max_resolution=1080)
        case DeviceKind.CAMERA:
            return _camera(
                "FloodlightCamPro/rflcp", ids, codec="HEVC", max_resolution=2160
            )
        case DeviceKind.BATTERY_CAMERA:
            return _camera(
                "StickUpCamBattery/rsucb",
                ids,
                codec="AVC",
                max_resolution=1080,
                power="battery",
            )
        case DeviceKind.DUAL_CAMERA:
            return _dual_camera(ids)
        case DeviceKind.CHIME:
            return _chime()
        case DeviceKind.CONTACT_SENSOR:
            return _sensor("ContactSensor/rcs", contact=False, tamper=False)
        case DeviceKind.FLOOD_FREEZE_SENSOR:
            return _sensor(
                "FloodFreezeSensor/rffs", flood=False, freeze=False, tamper=False
            )
        case DeviceKind.CLIMATE_SENSOR:
            return _sensor("ClimateSensor/rths", temperature=21.5, humidity=46)
        case DeviceKind.AIR_QUALITY_SENSOR:
            return _sensor(
                "AirQualityMonitor/raqm",
                battery=255,
                temperature=22.1,
                humidity=44,
                pm25=6,
                co=0,
            )


def _image(model: str) -> str:
    return f"{_IMAGES}/{model}_3x.png"


def _capabilities(**present: Attributes) -> Attributes:
    """Return all members in Ring's order; those that are not given are null."""
    defaults: Attributes = {
        "video": {
            "configurations": None,
            "codecs": None,
            "ratio": None,
            "max_resolution": None,
            "supported_resolutions": None,
        },
        "audio": {"customizable_slots": None, "supported_actions": None},
        "image_enhancements": {"configurations": None},
        "motion_detection": {"configurations": None},
        "flood_detection": None,
        "tamper_detection": None,
        "glass_break_detection": None,
        "smoke_detection": None,
        "freeze_detection": None,
        "co_detection_listener": None,
        "battery_status": None,
        "contact_detection": None,
    }
    return defaults | present


def _configurations(**present: Attributes) -> Attributes:
    defaults: Attributes = {
        "motion_detection": {"enabled": None, "motion_zones": None},
        "audio": {"customizable_slots": None, "volume": None},
        "image_enhancements": {
            "color_night_vision": None,
            "hdr": None,
            "ir_led_night_vision": None,
            "auto_zoom_track": None,
            "privacy_zones": None,
        },
    }
    return defaults | present


def _video(codec: str, max_resolution: int) -> Attributes:
    return {
        "configurations": ["resolution_mode"],
        "codecs": [codec],
        "ratio": "16:9",
        "max_resolution": max_resolution,
        "supported_resolutions": [max_resolution],
    }


def _camera(
    model: str,
    ids: IdGenerator,
    *,
    codec: str,
    max_resolution: int,
    power: Literal["battery", "line"] = "line",
) -> DeviceTemplate:
    enhancements = ["color_night_vision", "privacy_zones", "snapshot"]
    if max_resolution > 1080:
        enhancements[1:1] = ["hdr", "ir_led_night_vision", "auto_zoom_track"]
    # int and float on purpose: Ring sends whole numbers without a fraction
    outline = [(0, 0), (0.5, 0), (1, 0), (1, 0.6), (1, 1), (0.5, 1), (0, 1), (0, 0.6)]
    zone = {"id": ids.uuid(), "vertices": [{"x": x, "y": y} for x, y in outline]}
    return DeviceTemplate(
        _image(model),
        _capabilities(
            video=_video(codec, max_resolution),
            image_enhancements={"configurations": enhancements},
            motion_detection={"configurations": ["enabled", "motion_zones"]},
        ),
        _configurations(
            motion_detection={"enabled": "on", "motion_zones": [zone]},
            audio={"customizable_slots": None, "volume": 11},
            image_enhancements={
                "color_night_vision": "off",
                "hdr": "off",
                "ir_led_night_vision": "off",
                "auto_zoom_track": "off",
                "privacy_zones": [],
            },
        ),
        power=power,
    )


def _dual_camera(ids: IdGenerator) -> DeviceTemplate:
    template = _camera("Elite/relite", ids, codec="AVC", max_resolution=1080)
    template.capabilities["components"] = {
        "items": [
            {"component_id": "1", "video": _video("AVC", 1080)},
            {"component_id": "2", "video": _video("AVC", 1080)},
        ]
    }
    return template


def _chime() -> DeviceTemplate:
    slots = [
        {
            "event": f"ring-appstore-event-{number}",
            "disabled": False,
            "audio_ref": f"custom_audio_{number}",
            "audio_url": f"https://app-content.ring.com/sounds/custom_audio_{number}.mp3",
            "audio_name": name,
        }
        for number, name in ((2, "Doorbell melody"), (1, "Two tones"))
    ]
    return DeviceTemplate(
        _image("ChimePro/rcp"),
        _capabilities(
            audio={"customizable_slots": 2, "supported_actions": ["chime.play"]}
        ),
        _configurations(audio={"customizable_slots": slots, "volume": 7}),
    )


_SENSOR_CAPABILITIES = {
    "contact": "contact_detection",
    "flood": "flood_detection",
    "freeze": "freeze_detection",
    "tamper": "tamper_detection",
    "battery": "battery_status",
}

_THRESHOLDS = {
    "temperature": {"min": 5, "max": 35},
    "humidity": {"min": 25, "max": 70},
}


def _sensor(model: str, **readings: bool | float) -> DeviceTemplate:
    values = {"battery": 90, "signal": "good"} | readings
    capabilities = _capabilities()
    for name in values:
        if member := _SENSOR_CAPABILITIES.get(name):
            capabilities[member] = {"configurations": []}
    configurations = _configurations()
    for name, threshold in _THRESHOLDS.items():
        if name in values:
            configurations[f"{name}_threshold"] = dict(threshold)
    return DeviceTemplate(_image(model), capabilities, configurations, values)
