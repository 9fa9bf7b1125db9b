"""What every request to the API passes: token, headers, log."""

import pytest

from ring_simulator import Simulator

from .tools import START, Clock, Web


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def status(web: Web, token: str) -> int:
    return (await web.get("/v1/users/me", headers=bearer(token))).status


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic bm9uc2Vuc2U6"},
        {"Authorization": "Bearer playground-1"},
    ],
)
async def test_without_a_good_token_the_answer_is_an_empty_401(
    sim: Simulator, web: Web, headers: dict[str, str]
) -> None:
    sim.tokens.issue_playground(sim.account)

    answer = await web.get("/v1/devices", headers=headers)

    assert (answer.status, await answer.read()) == (401, b"")


async def test_the_401_can_be_the_documented_one(sim: Simulator, web: Web) -> None:
    sim.behaviour.unauthorized_body = "json"

    answer = await web.get("/v1/devices")

    assert answer.status == 401
    (error,) = (await answer.json())["errors"]
    assert (error["status"], error["title"]) == ("401", "Invalid Client")


async def test_an_access_token_lives_for_4_hours(
    sim: Simulator, web: Web, clock: Clock
) -> None:
    token = sim.tokens.issue(sim.account, sim.client).access_token
    clock.now = START + 14_399
    assert await status(web, token) == 200
    clock.now = START + 14_400
    assert await status(web, token) == 401


async def test_a_playground_token_lives_for_30_minutes(
    sim: Simulator, web: Web, clock: Clock
) -> None:
    token = sim.tokens.issue_playground(sim.account)
    clock.now = START + 1_799
    assert await status(web, token) == 200
    clock.now = START + 1_800
    assert await status(web, token) == 401


async def test_a_playground_token_may_have_a_chosen_value(
    sim: Simulator, web: Web
) -> None:
    assert sim.tokens.issue_playground(sim.account, "for-the-demo") == "for-the-demo"
    assert await status(web, "for-the-demo") == 200


async def test_a_refresh_token_or_code_is_no_bearer(sim: Simulator, web: Web) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)
    assert await status(web, pair.refresh_token) == 401
    assert await status(web, sim.tokens.issue_code(sim.account, sim.client)) == 401
    assert await status(web, pair.access_token) == 200


async def test_tokens_end_when_told_to(sim: Simulator, web: Web) -> None:
    tokens = [sim.tokens.issue(sim.account, sim.client) for _ in range(3)]
    sim.tokens.revoke(tokens[0].access_token)
    sim.tokens.expire("access-2")

    found = [await status(web, pair.access_token) for pair in tokens]
    assert found == [401, 401, 200]

    sim.tokens.revoke_all(sim.account)
    assert await status(web, tokens[2].access_token) == 401
    with pytest.raises(KeyError):
        sim.tokens.revoke("nonsense")


async def test_an_account_sees_only_its_own(sim: Simulator, web: Web) -> None:
    other = sim.add_account("Sam", "Reed", "sam@example.com")
    shed = sim.add_device("camera", "Shed", account=other)
    headers = bearer(sim.tokens.issue(other, sim.client).access_token)

    me = await (await web.get("/v1/users/me", headers=headers)).json()
    assert me["data"]["id"] == other.id
    devices = await (await web.get("/v1/devices", headers=headers)).json()
    assert [device["id"] for device in devices["data"]] == [shed.id]
    foreign = f"/v1/devices/{sim.device('Front Door').id}"
    assert (await web.get(foreign, headers=headers)).status == 404
    locations = await (await web.get("/v1/locations", headers=headers)).json()
    assert [place["attributes"] for place in locations["data"]] == [{"country": "US"}]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/v1/devices/x/events", 403),
        ("DELETE", "/v1/devices", 405),
    ],
)
async def test_unknown_routes_have_empty_answers(
    api: Web, method: str, path: str, expected: int
) -> None:
    answer = await api.request(method, path)

    assert (answer.status, await answer.read()) == (expected, b"")


async def test_answers_carry_ids_and_limits(api: Web) -> None:
    first = await api.get("/v1/devices")
    second = await api.get("/v1/devices")

    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["X-RateLimit-Limit"] == "100"
    assert first.headers["X-RateLimit-Remaining"] == "99"
    assert second.headers["X-RateLimit-Remaining"] == "98"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_the_log_has_no_secrets(sim: Simulator, web: Web, clock: Clock) -> None:
    token = sim.tokens.issue_playground(sim.account)
    await web.get(
        "/v1/devices",
        headers=bearer(token),
        params={"include": "status", "code": "sec", "token": token},
    )
    await web.get("/v1/devices", headers=bearer("unknown"))

    known, unknown = sim.requests
    assert (known.time, known.method, known.path) == (START, "GET", "/v1/devices")
    assert known.query == {"include": "status", "code": "***", "token": "***"}
    assert (known.status, known.token, known.fault) == (200, "playground-1", None)
    assert (unknown.status, unknown.token) == (401, None)
    assert token not in repr(sim.requests)
    assert token not in repr(sim.tokens.all())


async def test_the_log_is_bounded_and_leaves_the_panel_out(
    sim: Simulator, web: Web
) -> None:
    await web.get("/_simulator/state")
    await web.get("/")
    assert not sim.requests
    for _ in range(1001):
        await web.get("/nothing")
    assert len(sim.requests) == 1000
    assert sim.requests[-1].number == 1001
