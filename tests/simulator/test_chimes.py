"""Tests of the endpoint for playback on chimes."""

from typing import Any, Literal

import pytest

from ring_simulator import Fault, Simulator

from .helpers import HttpClient, bearer


def playback(simulator: Simulator, name: str) -> str:
    return f"/v1/devices/{simulator.device(name).id}/media/audio/playback"


JSON_API = {"data": {"type": "audio", "attributes": {"audio_ref": "custom_audio_1"}}}
FLAT = {"audio_ref": "custom_audio_1", "components": [0]}


@pytest.mark.parametrize("body", [JSON_API, FLAT])
async def test_playback_on_chime(
    simulator: Simulator, api_client: HttpClient, body: dict[str, Any]
) -> None:
    response = await api_client.post(playback(simulator, "Hallway Chime"), json=body)

    assert response.status == 200
    data = (await response.json())["data"]
    assert (data["type"], data["attributes"]) == ("audio", {"status": "completed"})
    assert simulator.device("Hallway Chime").played == ["custom_audio_1"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Hallway Chime", b"no json"),
        ("Hallway Chime", b"[]"),
        ("Hallway Chime", b"7"),
        ("Hallway Chime", b'{"data":{}}'),
        ("Hallway Chime", b'{"audio_ref":1}'),
        ("Hallway Chime", b'{"audio_ref":"unknown"}'),
        ("Front Door", b'{"audio_ref":"custom_audio_1"}'),
    ],
)
async def test_playback_of_unknown_sound_is_refused(
    simulator: Simulator, api_client: HttpClient, name: str, body: bytes
) -> None:
    response = await api_client.post(playback(simulator, name), data=body)

    assert response.status == 400
    (error,) = (await response.json())["errors"]
    assert error["title"] == "Validation Error"
    assert error["detail"] == "The request contains invalid input."
    assert simulator.device("Hallway Chime").played == []


@pytest.mark.parametrize(
    ("accepted", "statuses"),
    [("both", [200, 200]), ("json_api", [200, 400]), ("flat", [400, 200])],
)
async def test_body_that_is_accepted(
    simulator: Simulator,
    api_client: HttpClient,
    accepted: Literal["both", "json_api", "flat"],
    statuses: list[int],
) -> None:
    simulator.settings.chime_body = accepted
    path = playback(simulator, "Hallway Chime")

    found = [
        (await api_client.post(path, json=body)).status for body in (JSON_API, FLAT)
    ]

    assert found == statuses
    assert len(simulator.device("Hallway Chime").played) == statuses.count(200)


async def test_playback_on_chime_that_is_offline(
    simulator: Simulator, api_client: HttpClient
) -> None:
    simulator.device("Hallway Chime").online = False

    response = await api_client.post(playback(simulator, "Hallway Chime"), json=FLAT)

    assert response.status == 503
    (error,) = (await response.json())["errors"]
    assert error["title"] == "Device Unavailable"
    assert simulator.device("Hallway Chime").played == []


async def test_missing_permission(simulator: Simulator, api_client: HttpClient) -> None:
    simulator.faults.add(Fault(status=403, path="*/media/audio/playback"))

    response = await api_client.post(playback(simulator, "Hallway Chime"), json=FLAT)

    assert response.status == 403
    assert simulator.device("Hallway Chime").played == []


async def test_playground_token_is_refused(
    simulator: Simulator, http_client: HttpClient
) -> None:
    headers = bearer(simulator.tokens.issue_playground(simulator.account))
    path = playback(simulator, "Hallway Chime")
    body = {"audio_ref": "custom_audio_1"}

    response = await http_client.post(path, json=body, headers=headers)

    assert response.status == 403
    assert simulator.device("Hallway Chime").played == []
