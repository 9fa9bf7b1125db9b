"""Tests of the errors of the endpoints for pictures and clips."""

import json
from typing import Any

import pytest

from ring_simulator import Fault, SimDevice, Simulator

from .helpers import START, Clock, HttpClient, bearer
from .media_helpers import NOW, Media, clip, download, get_media, picture_at, request

DAY = 86_400_000
AT = {"type": "at_timestamp", "timestamp": NOW - 60_000}
RANGE = {"type": "latest_in_range", "start_timestamp": NOW - 3_600_000}
CLIP = {"timestamp": NOW - 60_000, "duration": 5000}


@pytest.fixture
def device(simulator: Simulator) -> SimDevice:
    """Return a camera with a recording of a minute ago."""
    device = simulator.device("Driveway")
    simulator.history.add(device, "motion", start=START - 60)
    return device


def error(media: Media) -> tuple[int, str, str]:
    """Return status, code and detail of an error."""
    (found,) = json.loads(media.content)["errors"]
    assert found["status"] == str(media.status)
    return media.status, found["code"], found["detail"]


async def test_form_of_error(api_client: HttpClient, device: SimDevice) -> None:
    response = await request(api_client, device, "image", {"timestamp": NOW - 60_000})
    assert response.status == 400
    assert await response.json() == {
        "errors": [
            {
                "id": response.headers["x-request-id"],
                "status": "400",
                "code": "INVALID_PAYLOAD",
                "detail": "type is required",
                "source": {"pointer": "type"},
                "meta": {"timestamp": "2026-09-15T23:47:12Z"},
            }
        ]
    }


@pytest.mark.parametrize(
    ("kind", "body", "status", "detail"),
    [
        ("image", {}, 403, "Cannot authorize: missing required timestamp fields"),
        ("video", {"duration": 5}, 403, "Cannot authorize: missing required timestamp"),
        ("image", [], 400, "the body is not an object"),
        (
            "image",
            AT | {"type": "now"},
            400,
            "valid values: at_timestamp, latest_",
        ),
        ("image", AT | {"timestamp": "soon"}, 400, "timestamp is invalid"),
        ("image", AT | {"timestamp": True}, 400, "timestamp is invalid"),
        ("image", AT | {"timestamp": NOW + 5000}, 400, "must not be in the future"),
        ("image", AT | {"timestamp": NOW - 181 * DAY}, 400, "the last 180 days"),
        ("image", {"start_timestamp": NOW - 60_000}, 400, "type is required"),
        ("image", RANGE | {"type": "at_timestamp"}, 400, "timestamp is required"),
        ("image", AT | {"type": "latest_in_range"}, 400, "start_timestamp is required"),
        ("image", RANGE | {"start_timestamp": NOW - DAY - 1}, 400, "most 24 hours"),
        ("image", RANGE | {"end_timestamp": NOW - 3_600_001}, 400, "most 24 hours"),
        ("image", AT | {"image_options": {"format": "gif"}}, 400, "format is invalid"),
        ("image", AT | {"image_options": 1}, 400, "image_options is invalid"),
        (
            "image",
            AT | {"image_options": {"resolution": {"width": 1921, "height": 1080}}},
            400,
            "width is invalid",
        ),
        (
            "image",
            AT | {"image_options": {"resolution": {"width": 1920, "height": 0}}},
            400,
            "height is invalid",
        ),
        ("image", AT | {"components": [{"component_id": "9"}]}, 400, "components is"),
        ("image", AT | {"components": [{}]}, 400, "components is invalid"),
        ("image", AT | {"components": []}, 400, "components is invalid"),
        ("video", CLIP | {"timestamp": NOW + 5000}, 400, "must not be in the future"),
        ("video", CLIP | {"duration": 0}, 400, "duration must be positive"),
        ("video", {"timestamp": NOW}, 400, "duration must be positive"),
        ("video", CLIP | {"duration": 900_001}, 400, "duration is invalid"),
        ("video", CLIP | {"video_options": {"codec": "vp9"}}, 400, "codec is invalid"),
        ("video", CLIP | {"video_options": {"frame_rate": 26}}, 400, "frame_rate is"),
        (
            "video",
            CLIP | {"audio_options": {"audio_enabled": "yes"}},
            400,
            "audio_enabled is invalid",
        ),
    ],
)
async def test_invalid_request(
    api_client: HttpClient,
    device: SimDevice,
    kind: str,
    body: Any,
    status: int,
    detail: str,
) -> None:
    codes = {400: "INVALID_PAYLOAD", 403: "REQUEST_FORBIDDEN"}
    found = error(await get_media(api_client, device, kind, body))
    assert found[:2] == (status, codes[status])
    assert detail in found[2]


async def test_body_that_is_not_json(api_client: HttpClient, device: SimDevice) -> None:
    path = f"/v1/devices/{device.id}/media/image/download"
    empty = await api_client.post(path)
    assert empty.status == 403
    assert "empty request body" in await empty.text()
    assert (await api_client.post(path, data=b"{")).status == 400


async def test_unknown_device(simulator: Simulator, api_client: HttpClient) -> None:
    for name in ("Safe Room", "Hallway Chime"):
        media = await get_media(api_client, simulator.device(name), "image", AT)
        assert error(media) == (404, "DEVICE_NOT_FOUND", "Device not found")


async def test_no_permission(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.settings.media_permission = "missing"
    for kind, body in (("image", AT), ("video", CLIP)):
        found = error(await get_media(api_client, device, kind, body))
        assert found[:2] == (403, "REQUEST_FORBIDDEN")


async def test_times_before_consent(
    simulator: Simulator, linked_client: HttpClient, clock: Clock, device: SimDevice
) -> None:
    clock.now += 30
    now = round(clock.now * 1000)
    refused = (403, "TIME_RANGE_NOT_AUTHORIZED", "Time range not authorized")
    assert error(await picture_at(linked_client, device, NOW - 60_000)) == refused
    assert error(await clip(linked_client, device, NOW - 60_000, 5000)) == refused
    before = RANGE | {"end_timestamp": NOW - 10_000}
    assert error(await get_media(linked_client, device, "image", before)) == refused

    # recordings since the consent only
    media = await get_media(linked_client, device, "image", RANGE)
    assert error(media)[:2] == (416, "MEDIA_NOT_FOUND")
    simulator.motion(device)
    media = await get_media(linked_client, device, "image", RANGE)
    assert media.headers["X-Media-Timestamp"] == str(now)

    simulator.settings.range_before_consent = "refused"
    assert error(await get_media(linked_client, device, "image", RANGE)) == refused


async def test_nothing_is_available_without_consent(
    simulator: Simulator, linked_client: HttpClient, device: SimDevice
) -> None:
    integration = simulator.linking.find(
        simulator.client.client_id, simulator.account.id
    )
    assert integration is not None
    integration.consented_at = None
    for body in (AT, RANGE):
        assert (await get_media(linked_client, device, "image", body)).status == 403


async def test_recording_becomes_available(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    device = simulator.device("Front Door")
    simulator.settings.recording_delay = 20
    simulator.settings.not_ready_retry_after = 7
    simulator.press(device)
    clock.now += 19.9

    media = await picture_at(api_client, device, NOW)
    assert error(media)[:2] == (425, "RECORDING_NOT_READY")
    assert media.headers["Retry-After"] == "7"
    assert (await clip(api_client, device, NOW, 5000)).status == 425

    simulator.settings.not_ready_retry_after = 0
    media = await picture_at(api_client, device, NOW)
    assert media.status == 425
    assert "Retry-After" not in media.headers

    simulator.settings.not_ready_status = 416
    media = await picture_at(api_client, device, NOW)
    assert error(media)[:2] == (416, "MEDIA_NOT_FOUND")

    clock.now += 0.1
    assert (await picture_at(api_client, device, NOW)).status == 200
    assert (await clip(api_client, device, NOW, 5000)).status == 200


@pytest.mark.parametrize("kind", ["image", "video"])
async def test_step_of_error(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, kind: str
) -> None:
    body = {"type": "at_timestamp", "timestamp": NOW - 3_600_000, "duration": 1000}
    response = await request(api_client, device, kind, body)
    assert response.status == 303
    assert (await download(response.headers["Location"])).status == 416

    simulator.settings.media_error_step = "request"
    response = await request(api_client, device, kind, body)
    assert response.status == 416


@pytest.mark.parametrize("code", ["TIMESTAMP_NOT_FOUND", "MEDIA_NOT_FOUND"])
async def test_code_of_missing_clip(
    simulator: Simulator, api_client: HttpClient, device: SimDevice, code: Any
) -> None:
    simulator.settings.clip_not_found_code = code
    media = await clip(api_client, device, NOW - 3_600_000, 1000)
    assert error(media)[:2] == (416, code)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "REQUEST_FORBIDDEN"),
        (422, "CORRUPT_RECORDING"),
        (425, "RECORDING_NOT_READY"),
        (503, "SERVER_BUSY"),
    ],
)
@pytest.mark.parametrize("path", ["*/media/image/download", "/media/download"])
async def test_fault_has_code(
    simulator: Simulator,
    api_client: HttpClient,
    device: SimDevice,
    path: str,
    status: int,
    code: str,
) -> None:
    simulator.faults.add(Fault(status=status, path=path, count=1))
    media = await get_media(api_client, device, "image", AT)
    assert error(media)[:2] == (status, code)
    assert (await get_media(api_client, device, "image", AT)).status == 200


async def test_fault_without_code(
    simulator: Simulator, api_client: HttpClient, device: SimDevice
) -> None:
    simulator.faults.add(Fault(status=429, retry_after=3))
    media = await get_media(api_client, device, "image", AT)
    assert media.headers["Retry-After"] == "3"
    (found,) = json.loads(media.content)["errors"]
    assert "code" not in found


async def test_playground_token(simulator: Simulator, api_client: HttpClient) -> None:
    """The Playground's token reads media, although it may not change anything."""
    device = simulator.device("Front Door")
    simulator.history.add(device, "on_demand", start=START - 60)
    token = simulator.tokens.issue_playground(simulator.account)
    response = await request(api_client, device, "image", AT, headers=bearer(token))
    assert response.status == 303
