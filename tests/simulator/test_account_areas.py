"""Subscriptions to the app, and sounds on a chime."""

from typing import Any

import pytest

from ring_simulator import Simulator, Subscription

from .tools import Web

SUBSCRIPTIONS = "/v1/accounts/me/subscriptions"


def subscribe(sim: Simulator, count: int) -> None:
    device_id = sim.device("Front Door").id
    sim.account.subscriptions.extend(
        Subscription(
            id=f"ava1.ring.subscription.{number}",
            sub_type="trial",
            status="active",
            plan_id=None,
            created_at="2026-01-21T00:00:00Z",
            expires_at="2026-02-21T00:00:00Z",
            device_ids=(device_id,),
        )
        for number in range(count)
    )


async def test_subscriptions(sim: Simulator, api: Web) -> None:
    subscribe(sim, 1)

    document = await (await api.get(SUBSCRIPTIONS)).json()

    assert document == {
        "meta": {"time": "2026-09-15T23:47:12Z"},
        "data": [
            {
                "id": "ava1.ring.subscription.0",
                "type": "subscriptions",
                "attributes": {
                    "sub_type": "trial",
                    "status": "active",
                    "plan_id": None,
                    "expires_at": "2026-02-21T00:00:00Z",
                    "created_at": "2026-01-21T00:00:00Z",
                },
                "relationships": {
                    "devices": {
                        "data": [{"type": "devices", "id": sim.device("Front Door").id}]
                    }
                },
            }
        ],
    }


async def test_subscriptions_come_25_a_page(sim: Simulator, api: Web) -> None:
    subscribe(sim, 50)

    first = await (await api.get(SUBSCRIPTIONS)).json()
    second = await (await api.get(first["links"]["next"])).json()

    assert [len(first["data"]), len(second["data"])] == [25, 25]
    assert "links" not in second
    assert first["data"][-1] != second["data"][0]


async def test_subscriptions_are_only_ones_own(api: Web) -> None:
    answer = await api.get("/v1/accounts/someone/subscriptions")

    assert answer.status == 400
    (error,) = (await answer.json())["errors"]
    assert error["detail"] == "Path parameter 'id' must be 'me'"


def playback(sim: Simulator, name: str) -> str:
    return f"/v1/devices/{sim.device(name).id}/media/audio/playback"


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"type": "audio", "attributes": {"audio_ref": "custom_audio_1"}}},
        {"audio_ref": "custom_audio_1", "components": [0]},
    ],
)
async def test_a_chime_plays(sim: Simulator, api: Web, body: dict[str, Any]) -> None:
    answer = await api.post(playback(sim, "Hallway Chime"), json=body)

    assert answer.status == 200
    data = (await answer.json())["data"]
    assert (data["type"], data["attributes"]) == ("audio", {"status": "completed"})
    assert sim.device("Hallway Chime").played == ["custom_audio_1"]


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
async def test_a_chime_plays_only_its_own_sounds(
    sim: Simulator, api: Web, name: str, body: bytes
) -> None:
    answer = await api.post(playback(sim, name), data=body)

    assert answer.status == 400
    (error,) = (await answer.json())["errors"]
    assert error["title"] == "Validation Error"
    assert error["detail"] == "The request contains invalid input."
    assert sim.device("Hallway Chime").played == []


async def test_a_playground_token_changes_nothing(sim: Simulator, web: Web) -> None:
    token = sim.tokens.issue_playground(sim.account)
    headers = {"Authorization": f"Bearer {token}"}
    body = {"audio_ref": "custom_audio_1"}

    answer = await web.post(playback(sim, "Hallway Chime"), json=body, headers=headers)
    assert answer.status == 403
    assert sim.device("Hallway Chime").played == []
    answer = await web.get(SUBSCRIPTIONS, headers=headers)
    assert answer.status == 422
    (error,) = (await answer.json())["errors"]
    assert error["detail"] == "Unable to process subscription request for this user"
