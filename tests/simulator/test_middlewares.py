"""Tests of the middlewares: authentication, response headers, request log."""

import pytest

from ring_simulator import Simulator

from .helpers import START, Clock, HttpClient, bearer


async def status(http_client: HttpClient, token: str) -> int:
    return (await http_client.get("/v1/users/me", headers=bearer(token))).status


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
async def test_invalid_token_gets_empty_401(
    simulator: Simulator, http_client: HttpClient, headers: dict[str, str]
) -> None:
    simulator.tokens.issue_playground(simulator.account)

    response = await http_client.get("/v1/devices", headers=headers)

    assert (response.status, await response.read()) == (401, b"")


async def test_401_with_json_body(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.settings.unauthorized_body = "json"

    response = await http_client.get("/v1/devices")

    assert response.status == 401
    (error,) = (await response.json())["errors"]
    assert (error["status"], error["title"]) == ("401", "Invalid Client")


async def test_access_token_is_valid_for_4_hours(
    simulator: Simulator, http_client: HttpClient, clock: Clock
) -> None:
    token = simulator.tokens.issue_pair(
        simulator.account, simulator.client
    ).access_token
    clock.now = START + 14_399
    assert await status(http_client, token) == 200
    clock.now = START + 14_400
    assert await status(http_client, token) == 401


async def test_playground_token_is_valid_for_30_minutes(
    simulator: Simulator, http_client: HttpClient, clock: Clock
) -> None:
    token = simulator.tokens.issue_playground(simulator.account)
    clock.now = START + 1_799
    assert await status(http_client, token) == 200
    clock.now = START + 1_800
    assert await status(http_client, token) == 401


async def test_playground_token_with_given_value(
    simulator: Simulator, http_client: HttpClient
) -> None:
    assert (
        simulator.tokens.issue_playground(simulator.account, "for-the-demo")
        == "for-the-demo"
    )
    assert await status(http_client, "for-the-demo") == 200


async def test_refresh_token_and_code_are_refused_as_bearer(
    simulator: Simulator, http_client: HttpClient
) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    assert await status(http_client, pair.refresh_token) == 401
    assert (
        await status(
            http_client,
            simulator.tokens.issue_code(simulator.account, simulator.client),
        )
        == 401
    )
    assert await status(http_client, pair.access_token) == 200


async def test_revoke_and_expire(simulator: Simulator, http_client: HttpClient) -> None:
    tokens = [
        simulator.tokens.issue_pair(simulator.account, simulator.client)
        for _ in range(3)
    ]
    simulator.tokens.revoke(tokens[0].access_token)
    simulator.tokens.expire("access-2")

    found = [await status(http_client, pair.access_token) for pair in tokens]
    assert found == [401, 401, 200]

    simulator.tokens.revoke_all(simulator.account)
    assert await status(http_client, tokens[2].access_token) == 401
    with pytest.raises(KeyError):
        simulator.tokens.revoke("nonsense")


async def test_resources_of_other_accounts_are_hidden(
    simulator: Simulator, http_client: HttpClient
) -> None:
    other = simulator.add_account("Sam", "Reed", "sam@example.com")
    shed = simulator.add_device("camera", "Shed", account=other)
    headers = bearer(simulator.tokens.issue_pair(other, simulator.client).access_token)

    me = await (await http_client.get("/v1/users/me", headers=headers)).json()
    assert me["data"]["id"] == other.id
    devices = await (await http_client.get("/v1/devices", headers=headers)).json()
    assert [device["id"] for device in devices["data"]] == [shed.id]
    foreign = f"/v1/devices/{simulator.device('Front Door').id}"
    assert (await http_client.get(foreign, headers=headers)).status == 404
    locations = await (await http_client.get("/v1/locations", headers=headers)).json()
    assert [location["attributes"] for location in locations["data"]] == [
        {"country": "US"}
    ]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/v1/devices/x/events", 403),
        ("DELETE", "/v1/devices", 405),
    ],
)
async def test_unknown_routes_have_empty_bodies(
    api_client: HttpClient, method: str, path: str, expected: int
) -> None:
    response = await api_client.request(method, path)

    assert (response.status, await response.read()) == (expected, b"")


async def test_response_headers(api_client: HttpClient) -> None:
    first = await api_client.get("/v1/devices")
    second = await api_client.get("/v1/devices")

    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["X-RateLimit-Limit"] == "100"
    assert first.headers["X-RateLimit-Remaining"] == "99"
    assert second.headers["X-RateLimit-Remaining"] == "98"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_request_log_contains_no_secrets(
    simulator: Simulator, http_client: HttpClient, clock: Clock
) -> None:
    token = simulator.tokens.issue_playground(simulator.account)
    await http_client.get(
        "/v1/devices",
        headers=bearer(token),
        params={"include": "status", "code": "sec", "token": token},
    )
    await http_client.get("/v1/devices", headers=bearer("unknown"))

    known, unknown = simulator.requests
    assert (known.time, known.method, known.path) == (START, "GET", "/v1/devices")
    assert known.query == {"include": "status", "code": "***", "token": "***"}
    assert (known.status, known.token, known.fault) == (200, "playground-1", None)
    assert (unknown.status, unknown.token) == (401, None)
    assert token not in repr(simulator.requests)
    assert token not in repr(simulator.tokens.all())


async def test_request_log_is_bounded_and_excludes_panel(
    simulator: Simulator, http_client: HttpClient
) -> None:
    await http_client.get("/_simulator/state")
    await http_client.get("/")
    assert not simulator.requests
    for _ in range(1001):
        await http_client.get("/nothing")
    assert len(simulator.requests) == 1000
    assert simulator.requests[-1].number == 1001
