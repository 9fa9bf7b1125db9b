"""Tests of the endpoint for playback on chimes."""

from typing import Any

import pytest

from ring_simulator import Simulator

from .helpers import HttpClient, bearer


def playback(simulator: Simulator, name: str) -> str:
    return f"/v1/devices/{simulator.device(name).id}/media/audio/playback"


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"type": "audio", "attributes": {"audio_ref": "custom_audio_1"}}},
        {"audio_ref": "custom_audio_1", "components": [0]},
    ],
)
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


async def test_playground_token_is_refused(
    simulator: Simulator, http_client: HttpClient
) -> None:
    headers = bearer(simulator.tokens.issue_playground(simulator.account))
    path = playback(simulator, "Hallway Chime")
    body = {"audio_ref": "custom_audio_1"}

    response = await http_client.post(path, json=body, headers=headers)

    assert response.status == 403
    assert simulator.device("Hallway Chime").played == []
