"""Documents of devices, byte by byte as Ring sends them."""

import re
from typing import Any

import pytest

from ring_simulator import Simulator

from .tools import Clock, Web

DEVICE_ID = re.compile(r"ava1\.ring\.device\.[A-Z2-7]{96}")

# captured from the Developer Playground
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


async def get(api: Web, path: str, **params: str) -> Any:
    answer = await api.get(path, params=params)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def attributes(
    sim: Simulator, api: Web, name: str, relation: str
) -> dict[str, Any]:
    document = await get(api, f"/v1/devices/{sim.device(name).id}/{relation}")
    assert document.keys() == {"meta", "data"}
    found: dict[str, Any] = document["data"]["attributes"]
    return found


async def test_users_me(sim: Simulator, api: Web) -> None:
    answer = await api.get("/v1/users/me")

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert await answer.json() == {
        "data": {
            "type": "users",
            "id": sim.account.id,
            "attributes": {
                "first_name": "Alex",
                "last_name": "Morgan",
                "email": "alex.morgan@example.com",
            },
        }
    }


async def test_the_list_has_what_the_user_shares(sim: Simulator, api: Web) -> None:
    sim.device("Garage").shared = False

    document = await get(api, "/v1/devices")

    assert document.keys() == {"meta", "data"}
    assert document["meta"] == {"time": "2026-09-15T23:47:12Z"}
    assert [device["attributes"]["name"] for device in document["data"]] == [
        "Front Door",
        "Garden",
        "Driveway",
        "Hallway Chime",
        "Back Door",
        "Basement",
        "Bedroom",
        "Kitchen Air",
        "Attic Window",
        "Nursery",
    ]


async def test_a_device_names_its_relations(sim: Simulator, api: Web) -> None:
    device = (await get(api, "/v1/devices"))["data"][0]
    front = sim.device("Front Door")

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


def test_no_id_is_part_of_another(sim: Simulator) -> None:
    codes = [
        id_.rsplit(".", 1)[1]
        for device in sim.devices.values()
        for id_ in (
            device.id,
            device.status_id,
            device.capabilities_id,
            device.configurations_id,
        )
    ]
    assert len({code[:20] for code in codes}) == len(codes)


async def test_a_camera_is_as_captured(sim: Simulator, api: Web) -> None:
    found = await attributes(sim, api, "Front Door", "capabilities")
    assert found == PLAYGROUND_CAPABILITIES
    assert list(found) == list(PLAYGROUND_CAPABILITIES)
    assert await attributes(sim, api, "Front Door", "status") == {
        "audio": SNOOZE,
        "online": True,
        "reported_at": "2026-09-15T23:45:12Z",
        "state": None,
    }
    found = await attributes(sim, api, "Front Door", "configurations")
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
    # whole numbers without a fraction, as in the capture
    assert repr(zone["vertices"]) == repr(PLAYGROUND_VERTICES)


async def test_one_request_has_everything(sim: Simulator, api: Web) -> None:
    document = await get(
        api,
        "/v1/devices",
        include="status,capabilities,location,configurations",
    )

    found = {(item["type"], item["id"]) for item in document["included"]}
    wanted = {
        (relation["data"]["type"], relation["data"]["id"])
        for device in document["data"]
        for relation in device["relationships"].values()
    }
    assert found == wanted
    assert len(document["included"]) == len(found) == 11 * 3 + 1


async def test_included_is_in_no_order(api: Web) -> None:
    first = await get(api, "/v1/devices", include="status")
    second = await get(api, "/v1/devices", include="status")

    assert first["data"] == second["data"]
    assert first["included"] != second["included"]
    ids = [
        {item["id"] for item in document["included"]} for document in (first, second)
    ]
    assert ids[0] == ids[1]


async def test_one_device(sim: Simulator, api: Web) -> None:
    device = sim.device("Garden")

    plain = await get(api, f"/v1/devices/{device.id}")
    assert plain["data"]["attributes"]["name"] == "Garden"
    assert "included" not in plain
    full = await get(api, f"/v1/devices/{device.id}", include="location,status")
    assert {item["id"] for item in full["included"]} == {
        device.status_id,
        device.location.id,
    }


async def test_an_unknown_include_is_refused(api: Web) -> None:
    answer = await api.get("/v1/devices", params={"include": "status,battery"})

    assert answer.status == 400
    (error,) = (await answer.json())["errors"]
    assert error["title"] == "Bad Request"
    assert "battery" in error["detail"]


async def test_a_4k_camera_has_more_enhancements(sim: Simulator, api: Web) -> None:
    found = await attributes(sim, api, "Driveway", "capabilities")

    assert found["video"]["codecs"] == ["HEVC"]
    assert found["video"]["max_resolution"] == 2160
    assert found["image_enhancements"]["configurations"][:5] == [
        "color_night_vision",
        "hdr",
        "ir_led_night_vision",
        "auto_zoom_track",
        "privacy_zones",
    ]


async def test_a_device_with_two_cameras(sim: Simulator, api: Web) -> None:
    path = f"/v1/devices/{sim.device('Garage').id}/capabilities"
    items = (await attributes(sim, api, "Garage", "capabilities"))["components"][
        "items"
    ]
    assert [item["component_id"] for item in items] == ["1", "2"]

    second = await get(api, path, component_id="2")
    assert second["data"]["attributes"]["components"]["items"] == [items[1]]
    assert (await api.get(path, params={"component_id": "3"})).status == 400
    # a device with one camera has no use for the parameter
    only = f"/v1/devices/{sim.device('Garden').id}/status"
    await get(api, only, component_id="3")


async def test_a_chime(sim: Simulator, api: Web) -> None:
    capabilities = await attributes(sim, api, "Hallway Chime", "capabilities")
    assert set(capabilities["video"].values()) == {None}
    assert capabilities["motion_detection"] == {"configurations": None}
    assert capabilities["audio"] == {
        "customizable_slots": 2,
        "supported_actions": ["chime.play"],
    }
    audio = (await attributes(sim, api, "Hallway Chime", "configurations"))["audio"]
    assert audio["volume"] == 7
    assert {slot["event"] for slot in audio["customizable_slots"]} == {
        "ring-appstore-event-1",
        "ring-appstore-event-2",
    }


async def test_a_flood_and_freeze_sensor(sim: Simulator, api: Web) -> None:
    assert await attributes(sim, api, "Basement", "status") == {
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
    capabilities = await attributes(sim, api, "Basement", "capabilities")
    present = {name for name, value in capabilities.items() if value is not None}
    assert {"flood_detection", "freeze_detection", "battery_status"} <= present
    assert capabilities["contact_detection"] is None


async def test_a_report_changes_the_status(
    sim: Simulator, api: Web, clock: Clock
) -> None:
    clock.now += 60.25
    sim.device("Back Door").report(contact=True, battery=41)

    found = await attributes(sim, api, "Back Door", "status")

    assert found["contact_detection"] == {"faulted": True}
    assert found["battery_status"] == {"percentage": 41}
    assert found["reported_at"] == "2026-09-15T23:48:12.250Z"


@pytest.mark.parametrize(
    "readings", [{"contact": 1}, {"battery": True}, {"battery": 1.5}, {"volume": 1}]
)
def test_a_report_must_make_sense(sim: Simulator, readings: dict[str, Any]) -> None:
    device = sim.device("Back Door")
    before = dict(device.readings)

    with pytest.raises(ValueError, match=next(iter(readings))):
        device.report(tamper=True, **readings)
    assert device.readings == before


async def test_climate_and_air(sim: Simulator, api: Web) -> None:
    bedroom = await attributes(sim, api, "Bedroom", "status")
    assert (bedroom["temperature"], bedroom["humidity"]) == (21.5, 46)
    thresholds = await attributes(sim, api, "Bedroom", "configurations")
    assert thresholds["temperature_threshold"] == {"min": 5, "max": 35}
    assert thresholds["humidity_threshold"] == {"min": 25, "max": 70}
    kitchen = await attributes(sim, api, "Kitchen Air", "status")
    assert (kitchen["pm25"], kitchen["co"]) == (6, 0)
    assert kitchen["battery_status"] == {"percentage": 255}


async def test_a_sensor_that_never_reported(sim: Simulator, api: Web) -> None:
    found = await attributes(sim, api, "Attic Window", "status")

    assert found["reported_at"] == "1970-01-01T00:00:00Z"
    assert found["sensor_reporting_state"] == {"value": "active"}
    assert "battery_status" not in found
    assert "signal_strength" not in found


async def test_encryption(sim: Simulator, api: Web) -> None:
    found = await attributes(sim, api, "Nursery", "configurations")
    assert found["e2e_encryption"] == {"enabled": True}
    hidden = sim.device("Safe Room")
    assert (await api.get(f"/v1/devices/{hidden.id}")).status == 404


async def test_changes_show_at_once(sim: Simulator, api: Web) -> None:
    device = sim.device("Front Door")
    device.online = False
    device.name = "Porch"
    device.motion_detection = False

    assert (await attributes(sim, api, "Porch", "status"))["online"] is False
    found = await attributes(sim, api, "Porch", "configurations")
    assert found["motion_detection"]["enabled"] == "off"
    assert device.motion_detection is False
    with pytest.raises(ValueError, match="motion_detection"):
        sim.device("Hallway Chime").motion_detection = True


@pytest.mark.parametrize(
    "relation", ["", "/status", "/capabilities", "/configurations", "/location"]
)
async def test_a_removed_device_is_gone(
    sim: Simulator, api: Web, relation: str
) -> None:
    path = f"/v1/devices/{sim.device('Garden').id}{relation}"
    assert (await api.get(path)).status == 200

    sim.remove_device(sim.device("Garden").id)

    answer = await api.get(path)
    assert answer.status == 404
    (error,) = (await answer.json())["errors"]
    assert (error["status"], error["title"]) == ("404", "Not Found")
    with pytest.raises(KeyError):
        sim.device("Garden")
