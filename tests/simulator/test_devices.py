"""Tests of the documents of devices."""

import re
from typing import Any

import pytest

from ring_simulator import Simulator

from .helpers import Clock, HttpClient, get_json

DEVICE_ID = re.compile(r"ava1\.ring\.device\.[A-Z2-7]{96}")


# captured from the Developer Playground (API reference, 2.2)
PLAYGROUND_CAPABILITIES = {
    "video": {
        "configurations": ["resolution_mode"],
        "codecs": ["AVC"],
        "ratio": "16:9",
        "max_resolution": 1080,
        "supported_resolutions": [1080],
    },
    "audio": {"customizable_slots": None, "supported_actions": None},
    "image_enhancements": {
        "configurations": ["color_night_vision", "privacy_zones", "snapshot"]
    },
    "motion_detection": {"configurations": ["enabled", "motion_zones"]},
    "flood_detection": None,
    "tamper_detection": None,
    "glass_break_detection": None,
    "smoke_detection": None,
    "freeze_detection": None,
    "co_detection_listener": None,
    "battery_status": None,
    "contact_detection": None,
}


PLAYGROUND_VERTICES = [
    {"x": 0, "y": 0},
    {"x": 0.5, "y": 0},
    {"x": 1, "y": 0},
    {"x": 1, "y": 0.6},
    {"x": 1, "y": 1},
    {"x": 0.5, "y": 1},
    {"x": 0, "y": 1},
    {"x": 0, "y": 0.6},
]


SNOOZE = {"snooze": {"active": None, "until": None}}


async def attributes(
    simulator: Simulator, api_client: HttpClient, name: str, relation: str
) -> dict[str, Any]:
    document = await get_json(
        api_client, f"/v1/devices/{simulator.device(name).id}/{relation}"
    )
    assert document.keys() == {"meta", "data"}
    found: dict[str, Any] = document["data"]["attributes"]
    return found


async def test_users_me(simulator: Simulator, api_client: HttpClient) -> None:
    response = await api_client.get("/v1/users/me")

    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert await response.json() == {
        "data": {
            "type": "users",
            "id": simulator.account.id,
            "attributes": {
                "first_name": "Alex",
                "last_name": "Morgan",
                "email": "alex.morgan@example.com",
            },
        }
    }


async def test_device_resource(simulator: Simulator, api_client: HttpClient) -> None:
    device = (await get_json(api_client, "/v1/devices"))["data"][0]
    front = simulator.device("Front Door")

    assert DEVICE_ID.fullmatch(device["id"])
    path = f"/v1/devices/{front.id}"
    assert device == {
        "type": "devices",
        "id": front.id,
        "attributes": {
            "name": "Front Door",
            "image_url": "https://app-content.ring.com/shared/images/devices/"
            "square_device_images/DoorbellPro/rvdp_3x.png",
        },
        "relationships": {
            "status": {
                "data": {"type": "device-status", "id": front.status_id},
                "links": {"related": f"{path}/status"},
            },
            "location": {
                "data": {"type": "locations", "id": front.location.id},
                "links": {"related": f"{path}/location"},
            },
            "capabilities": {
                "data": {"type": "device-capabilities", "id": front.capabilities_id},
                "links": {"related": f"{path}/capabilities"},
            },
            "configurations": {
                "data": {
                    "type": "device-configurations",
                    "id": front.configurations_id,
                },
                "links": {"related": f"{path}/configurations"},
            },
        },
    }


def test_ids_cannot_be_derived(simulator: Simulator) -> None:
    codes = [
        id_.rsplit(".", 1)[1]
        for device in simulator.devices.values()
        for id_ in (
            device.id,
            device.status_id,
            device.capabilities_id,
            device.configurations_id,
        )
    ]
    assert len({code[:20] for code in codes}) == len(codes)


async def test_camera_documents_match_playground(
    simulator: Simulator, api_client: HttpClient
) -> None:
    found = await attributes(simulator, api_client, "Front Door", "capabilities")
    assert found == PLAYGROUND_CAPABILITIES
    assert list(found) == list(PLAYGROUND_CAPABILITIES)
    assert await attributes(simulator, api_client, "Front Door", "status") == {
        "audio": SNOOZE,
        "online": True,
        "reported_at": "2026-09-15T23:45:12Z",
        "state": None,
    }
    found = await attributes(simulator, api_client, "Front Door", "configurations")
    (zone,) = found["motion_detection"].pop("motion_zones")
    assert found == {
        "motion_detection": {"enabled": "on"},
        "audio": {"customizable_slots": None, "volume": 11},
        "image_enhancements": {
            "color_night_vision": "off",
            "hdr": "off",
            "ir_led_night_vision": "off",
            "auto_zoom_track": "off",
            "privacy_zones": [],
        },
    }
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", zone["id"])
    assert zone["vertices"] == PLAYGROUND_VERTICES
    # int and float are distinguished
    assert repr(zone["vertices"]) == repr(PLAYGROUND_VERTICES)


async def test_4k_camera(simulator: Simulator, api_client: HttpClient) -> None:
    found = await attributes(simulator, api_client, "Driveway", "capabilities")

    assert found["video"]["codecs"] == ["HEVC"]
    assert found["video"]["max_resolution"] == 2160
    assert found["image_enhancements"]["configurations"][:5] == [
        "color_night_vision",
        "hdr",
        "ir_led_night_vision",
        "auto_zoom_track",
        "privacy_zones",
    ]


async def test_device_with_two_cameras(
    simulator: Simulator, api_client: HttpClient
) -> None:
    path = f"/v1/devices/{simulator.device('Garage').id}/capabilities"
    items = (await attributes(simulator, api_client, "Garage", "capabilities"))[
        "components"
    ]["items"]
    assert [item["component_id"] for item in items] == ["1", "2"]

    second = await get_json(api_client, path, component_id="2")
    assert second["data"]["attributes"]["components"]["items"] == [items[1]]
    assert (await api_client.get(path, params={"component_id": "3"})).status == 400
    # a device with one camera ignores the parameter
    only = f"/v1/devices/{simulator.device('Garden').id}/status"
    await get_json(api_client, only, component_id="3")


async def test_chime(simulator: Simulator, api_client: HttpClient) -> None:
    capabilities = await attributes(
        simulator, api_client, "Hallway Chime", "capabilities"
    )
    assert set(capabilities["video"].values()) == {None}
    assert capabilities["motion_detection"] == {"configurations": None}
    assert capabilities["audio"] == {
        "customizable_slots": 2,
        "supported_actions": ["chime.play"],
    }
    audio = (
        await attributes(simulator, api_client, "Hallway Chime", "configurations")
    )["audio"]
    assert audio["volume"] == 7
    assert {slot["event"] for slot in audio["customizable_slots"]} == {
        "ring-appstore-event-1",
        "ring-appstore-event-2",
    }


async def test_flood_freeze_sensor(
    simulator: Simulator, api_client: HttpClient
) -> None:
    assert await attributes(simulator, api_client, "Basement", "status") == {
        "flood_detection": {"faulted": False},
        "freeze_detection": {"faulted": False},
        "tamper_detection": {"detected": False},
        "sensor_reporting_state": {"value": "active"},
        "battery_status": {"percentage": 90},
        "signal_strength": {"value": "good"},
        "online": True,
        "reported_at": "2026-09-15T23:45:12.000Z",
        "audio": SNOOZE,
        "state": None,
    }
    capabilities = await attributes(simulator, api_client, "Basement", "capabilities")
    present = {name for name, value in capabilities.items() if value is not None}
    assert {"flood_detection", "freeze_detection", "battery_status"} <= present
    assert capabilities["contact_detection"] is None


async def test_report_changes_status(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    clock.now += 60.25
    simulator.device("Back Door").report(contact=True, battery=41)

    found = await attributes(simulator, api_client, "Back Door", "status")

    assert found["contact_detection"] == {"faulted": True}
    assert found["battery_status"] == {"percentage": 41}
    assert found["reported_at"] == "2026-09-15T23:48:12.250Z"


@pytest.mark.parametrize(
    "readings", [{"contact": 1}, {"battery": True}, {"battery": 1.5}, {"volume": 1}]
)
def test_invalid_report_changes_nothing(
    simulator: Simulator, readings: dict[str, Any]
) -> None:
    device = simulator.device("Back Door")
    before = dict(device.readings)

    with pytest.raises(ValueError, match=next(iter(readings))):
        device.report(tamper=True, **readings)
    assert device.readings == before


async def test_climate_and_air_quality_sensors(
    simulator: Simulator, api_client: HttpClient
) -> None:
    bedroom = await attributes(simulator, api_client, "Bedroom", "status")
    assert (bedroom["temperature"], bedroom["humidity"]) == (21.5, 46)
    thresholds = await attributes(simulator, api_client, "Bedroom", "configurations")
    assert thresholds["temperature_threshold"] == {"min": 5, "max": 35}
    assert thresholds["humidity_threshold"] == {"min": 25, "max": 70}
    kitchen = await attributes(simulator, api_client, "Kitchen Air", "status")
    assert (kitchen["pm25"], kitchen["co"]) == (6, 0)
    assert kitchen["battery_status"] == {"percentage": 255}


async def test_sensor_that_never_reported(
    simulator: Simulator, api_client: HttpClient
) -> None:
    found = await attributes(simulator, api_client, "Attic Window", "status")

    assert found["reported_at"] == "1970-01-01T00:00:00Z"
    assert found["sensor_reporting_state"] == {"value": "active"}
    assert "battery_status" not in found
    assert "signal_strength" not in found


async def test_encrypted_cameras(simulator: Simulator, api_client: HttpClient) -> None:
    found = await attributes(simulator, api_client, "Nursery", "configurations")
    assert found["e2e_encryption"] == {"enabled": True}
    hidden = simulator.device("Safe Room")
    assert (await api_client.get(f"/v1/devices/{hidden.id}")).status == 404


async def test_changes_are_visible_at_once(
    simulator: Simulator, api_client: HttpClient
) -> None:
    device = simulator.device("Front Door")
    device.online = False
    device.name = "Porch"
    device.motion_detection = False

    assert (await attributes(simulator, api_client, "Porch", "status"))[
        "online"
    ] is False
    found = await attributes(simulator, api_client, "Porch", "configurations")
    assert found["motion_detection"]["enabled"] == "off"
    assert device.motion_detection is False
    with pytest.raises(ValueError, match="motion_detection"):
        simulator.device("Hallway Chime").motion_detection = True


@pytest.mark.parametrize(
    "relation", ["", "/status", "/capabilities", "/configurations", "/location"]
)
async def test_removed_device(
    simulator: Simulator, api_client: HttpClient, relation: str
) -> None:
    path = f"/v1/devices/{simulator.device('Garden').id}{relation}"
    assert (await api_client.get(path)).status == 200

    simulator.remove_device(simulator.device("Garden").id)

    response = await api_client.get(path)
    assert response.status == 404
    (error,) = (await response.json())["errors"]
    assert (error["status"], error["title"]) == ("404", "Not Found")
    with pytest.raises(KeyError):
        simulator.device("Garden")
