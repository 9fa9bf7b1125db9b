"""Accounts and devices."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
import pytest

from custom_components.ring_partner.api.configurations import (
    ChimeSlot,
    Configurations,
    Threshold,
    Zone,
)
from custom_components.ring_partner.api.models import (
    Account,
    Capabilities,
    Device,
    DeviceStatus,
    Location,
    VideoCapabilities,
)

from .documents import DEVICE, JSON, device_list, parse, read_devices, single_resource

IMAGE = (
    "https://app-content.ring.com/shared/images/devices/square_device_images/"
    "DoorbellPro/rvdp_3x.png"
)


def status(**attributes: Any) -> DeviceStatus:
    return DeviceStatus.from_attributes(attributes)


def capabilities(**attributes: Any) -> Capabilities:
    return Capabilities.from_attributes(attributes)


def configurations(**attributes: Any) -> Configurations:
    return Configurations.from_attributes(attributes)


def test_recorded_device() -> None:
    found = read_devices(device_list())
    assert found.skipped == 0
    corners = ((0, 0), (0.5, 0), (1, 0), (1, 0.6), (1, 1), (0.5, 1), (0, 1), (0, 0.6))
    assert found.devices == (
        Device(
            id=DEVICE,
            name="Playground Device",
            image_url=IMAGE,
            status=DeviceStatus(
                online=True,
                reported_at=datetime(2026, 9, 15, 12, 45, 3, tzinfo=UTC),
            ),
            capabilities=Capabilities(
                video=VideoCapabilities(("AVC",), "16:9", 1080, (1080,)),
                motion_detection=True,
                image_enhancements=("color_night_vision", "privacy_zones", "snapshot"),
            ),
            configurations=Configurations(
                motion_detection=True,
                motion_zones=(Zone("bac09fbb-7a79-4eca-80d8-4e05a4ea8d07", corners),),
                image_enhancements=(
                    ("auto_zoom_track", False),
                    ("color_night_vision", False),
                    ("hdr", False),
                    ("ir_led_night_vision", False),
                ),
                volume=11,
            ),
            location=Location("US", "CA"),
        ),
    )
    device = found.devices[0]
    assert device.capabilities is not None
    assert device.capabilities.has_camera
    assert not device.capabilities.plays_chime


def test_device_without_includes() -> None:
    body = device_list()
    del body["included"]
    assert read_devices(body).devices == (Device(DEVICE, "Playground Device", IMAGE),)


def test_each_device_is_returned_once() -> None:
    first, second = device_list(2), device_list()
    second["data"][0]["attributes"]["name"] = "Another name"
    second["data"].append(None)
    found = read_devices(first, second)
    assert [device.id for device in found.devices] == [DEVICE, f"{DEVICE}1"]
    assert found.devices[0].name == "Playground Device"
    assert found.skipped == 1
    assert found.pages == (first, second)


def test_flood_and_freeze_sensor() -> None:
    assert status(
        flood_detection={"faulted": False},
        freeze_detection={"faulted": True},
        tamper_detection={"detected": False},
        sensor_reporting_state={"value": "active"},
        battery_status={"percentage": 90},
        signal_strength={"value": "good"},
        online=True,
        reported_at="2026-01-15T21:58:08.213Z",
        audio={"snooze": {"active": None, "until": None}},
        state=None,
    ) == DeviceStatus(
        online=True,
        reported_at=datetime(2026, 1, 15, 21, 58, 8, 213_000, tzinfo=UTC),
        flood=False,
        freeze=True,
        tampered=False,
        battery=90,
        signal_strength="good",
    )


def test_empty_status() -> None:
    nothing = dict.fromkeys(
        (
            "online",
            "reported_at",
            "audio",
            "contact_detection",
            "flood_detection",
            "freeze_detection",
            "tamper_detection",
            "battery_status",
            "signal_strength",
            "temperature",
            "humidity",
            "pm25",
            "co",
        )
    )
    assert status() == status(**nothing) == DeviceStatus()


def test_device_that_has_never_reported() -> None:
    assert status(reported_at="1970-01-01T00:00:00Z").reported_at is None
    assert status(reported_at="2000-01-01T00:00:00Z").reported_at is not None


@pytest.mark.parametrize(
    ("percentage", "battery", "mains_powered"),
    [
        (0, 0, False),
        (100, 100, False),
        (255, None, True),
        (101, None, False),
        (-1, None, False),
        (None, None, False),
        ("90", None, False),
    ],
)
def test_battery(
    percentage: object,
    battery: int | None,
    mains_powered: bool,  # noqa: FBT001
) -> None:
    found = status(battery_status={"percentage": percentage})
    assert (found.battery, found.mains_powered) == (battery, mains_powered)


@pytest.mark.parametrize("wrapped", [False, True])
def test_climate(wrapped: bool) -> None:  # noqa: FBT001
    numbers = {"temperature": 21.5, "humidity": 46, "pm25": 6, "co": 0}
    sent: dict[str, Any] = {
        name: {"value": value, "unit": "x"} if wrapped else value
        for name, value in numbers.items()
    }
    found = status(**sent)
    assert {name: getattr(found, name) for name in numbers} == numbers


def test_contact_and_snooze() -> None:
    found = status(
        contact_detection={"faulted": True},
        audio={"snooze": {"active": True, "until": "2026-09-15T13:00:00.123456789Z"}},
    )
    assert found.contact_open is True
    assert found.snoozed is True
    assert found.snoozed_until == datetime(2026, 9, 15, 13, 0, 0, 123_456, tzinfo=UTC)
    assert status(contact_detection={"faulted": "yes"}).contact_open is None


def test_camera_with_4k() -> None:
    found = capabilities(
        video={
            "configurations": ["resolution_mode"],
            "codecs": ["HEVC"],
            "ratio": "16:9",
            "max_resolution": 2160,
            "supported_resolutions": [2160, None, "x"],
        },
        motion_detection={"configurations": ["enabled", "motion_zones"]},
        image_enhancements={"configurations": ["hdr", "privacy_zones"]},
    )
    assert found.video == VideoCapabilities(("HEVC",), "16:9", 2160, (2160,))
    assert found.image_enhancements == ("hdr", "privacy_zones")
    assert found.motion_detection
    assert found.sensors == frozenset()


def test_chime() -> None:
    nothing = dict.fromkeys(
        ("configurations", "codecs", "ratio", "max_resolution", "supported_resolutions")
    )
    found = capabilities(
        video=nothing,
        motion_detection={"configurations": None},
        audio={"customizable_slots": 2, "supported_actions": ["chime.play"]},
    )
    assert found == Capabilities(audio_actions=("chime.play",), audio_slots=2)
    assert found.plays_chime
    assert not found.has_camera


def test_device_with_several_cameras() -> None:
    found = capabilities(
        components={
            "items": [
                {"component_id": "1", "video": {"codecs": ["AVC"]}},
                {"component_id": 2, "video": {"codecs": ["HEVC"]}},
                {"component_id": None, "video": {"codecs": ["AVC"]}},
                {"component_id": True},
                {"component_id": "4", "video": None},
                "surprise",
            ]
        }
    )
    assert found.has_camera
    assert found.components == (
        VideoCapabilities(("AVC",), component_id="1"),
        VideoCapabilities(("HEVC",), component_id="2"),
        VideoCapabilities(component_id="4"),
    )


def test_sensors() -> None:
    found = capabilities(
        flood_detection={"configurations": []},
        freeze_detection=None,
        contact_detection=False,
        co_detection_listener=True,
        video=None,
        audio={},
    )
    assert found.sensors == {"flood_detection", "co_detection_listener"}


def test_sounds_of_a_chime() -> None:
    found = configurations(
        audio={
            "volume": 7,
            "customizable_slots": [
                {
                    "event": "ring-appstore-event-2",
                    "disabled": True,
                    "audio_ref": "b",
                    "audio_url": "https://h.example/b.mp3",
                    "audio_name": "Bell",
                },
                {"event": "ring-appstore-event-1", "audio_ref": "a"},
                {"audio_ref": "without event"},
                None,
            ],
        }
    )
    assert found.volume == 7
    assert found.audio_slots == (
        ChimeSlot("ring-appstore-event-1", False, "a", None),  # noqa: FBT003
        ChimeSlot("ring-appstore-event-2", True, "b", "Bell"),  # noqa: FBT003
    )


@pytest.mark.parametrize(
    ("enabled", "expected"), [(True, True), (False, False), (None, None), ("x", None)]
)
def test_encryption(enabled: object, expected: bool | None) -> None:  # noqa: FBT001
    found = configurations(e2e_encryption={"enabled": enabled})
    assert found.end_to_end_encryption is expected


def test_thresholds() -> None:
    found = configurations(
        temperature_threshold={"min": 5, "max": {"value": 35.5}},
        humidity_threshold={"min": None},
    )
    assert found.temperature_threshold == Threshold(5, 35.5)
    assert found.humidity_threshold == Threshold(None, None)
    assert configurations(humidity_threshold=[5, 35]).humidity_threshold is None


def test_zones() -> None:
    corner = {"x": 0.25, "y": 1}
    found = configurations(
        motion_detection={"enabled": "off", "motion_zones": None},
        image_enhancements={
            "privacy_zones": [{"id": "z", "vertices": [corner, {"x": 1}, None]}, {}, 7]
        },
    )
    assert found.motion_detection is False
    assert found.motion_zones == ()
    assert found.privacy_zones == (Zone("z", ((0.25, 1),)), Zone(None, ()))
    assert found.image_enhancements == ()


def test_account() -> None:
    document = parse(
        single_resource("users", first_name="John", last_name="Doe", email="j@d.ex")
    )
    found = Account.from_resource(document.one("users"))
    assert found == Account("ava1.ring.users.X", "John", "Doe", "j@d.ex")
    assert found.name == "John Doe"
    assert "j@d.ex" not in repr(found)


def test_account_without_a_name() -> None:
    found = Account.from_resource(
        parse(single_resource("users", first_name=None)).one("users")
    )
    assert found == Account("ava1.ring.users.X")
    assert found.name is None
    assert Account("x", last_name="Doe").name == "Doe"


def test_location() -> None:
    assert Location.from_attributes({"country": "US"}) == Location("US", None)


def test_device_with_another_status() -> None:
    device = read_devices(device_list()).devices[0]
    assert device.without_status().status is None
    assert device.without_status().capabilities is device.capabilities
    offline = device.with_online(online=False)
    assert offline.status is not None
    assert device.status is not None
    assert offline.status.online is False
    assert offline.status.reported_at == device.status.reported_at
    assert Device("x").with_online(online=False).status == DeviceStatus(online=False)
    assert device.without_status().with_status(device.status) == device


def test_a_status_that_does_not_change_keeps_the_device() -> None:
    offline = Device("x").with_online(online=False)
    assert offline.with_changed_status(online=False) is offline
    assert offline.with_changed_status(online=True).status == DeviceStatus(online=True)
    assert offline.with_changed_status(online=False, reported_at=None) is offline


def test_device_completed_from_an_earlier_response() -> None:
    device = read_devices(device_list()).devices[0]
    completed = Device(DEVICE).completed_from(device)
    assert completed == device.without_status()
    newer = Device(DEVICE, "New", "url", location=Location("US", "GA"))
    assert newer.completed_from(device).name == "New"
    assert newer.completed_from(device).image_url == "url"
    assert newer.completed_from(device).location == Location("US", "GA")


@given(value=JSON)
def test_any_attributes(value: Any) -> None:
    attributes = value if isinstance(value, dict) else {}
    for model in (DeviceStatus, Capabilities, Configurations, Location):
        assert isinstance(model.from_attributes(attributes), model)
        hash(model.from_attributes(attributes))
