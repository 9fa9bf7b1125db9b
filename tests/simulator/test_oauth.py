"""Tests of the token endpoint."""

from typing import Any

import pytest

from ring_simulator import Simulator

from .helpers import Clock, HttpClient


def form(simulator: Simulator, **fields: str) -> dict[str, str]:
    return {
        "client_id": simulator.client.client_id,
        "client_secret": simulator.client.client_secret,
        **fields,
    }


def refresh(simulator: Simulator, token: str) -> dict[str, str]:
    return form(simulator, grant_type="refresh_token", refresh_token=token)


def exchange(simulator: Simulator, code: str) -> dict[str, str]:
    return form(simulator, grant_type="authorization_code", code=code)


async def post(
    http_client: HttpClient, data: dict[str, str], **kwargs: Any
) -> tuple[int, dict[str, Any]]:
    response = await http_client.post("/oauth/token", data=data, **kwargs)
    return response.status, await response.json()


async def test_exchange_code(simulator: Simulator, http_client: HttpClient) -> None:
    status, body = await post(
        http_client,
        exchange(
            simulator, simulator.tokens.issue_code(simulator.account, simulator.client)
        ),
    )

    assert status == 200
    assert body.keys() == {
        "access_token",
        "refresh_token",
        "scope",
        "expires_in",
        "token_type",
    }
    assert body["scope"] == "ava.v1:read"
    assert body["expires_in"] == 14_400
    assert body["token_type"] == "Bearer"
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await http_client.get("/v1/users/me", headers=headers)).status == 200


async def test_code_works_once(simulator: Simulator, http_client: HttpClient) -> None:
    data = exchange(
        simulator, simulator.tokens.issue_code(simulator.account, simulator.client)
    )

    assert (await post(http_client, data))[0] == 200
    assert (await post(http_client, data))[0] == 401


@pytest.mark.parametrize(("age", "status"), [(59.9, 200), (60, 401)])
async def test_code_is_valid_for_60_seconds(
    simulator: Simulator, http_client: HttpClient, clock: Clock, age: float, status: int
) -> None:
    data = exchange(
        simulator, simulator.tokens.issue_code(simulator.account, simulator.client)
    )
    clock.now += age

    assert (await post(http_client, data))[0] == status


async def test_refresh_token_rotates(
    simulator: Simulator, http_client: HttpClient
) -> None:
    first = simulator.tokens.issue_pair(simulator.account, simulator.client)

    status, second = await post(http_client, refresh(simulator, first.refresh_token))
    assert status == 200
    assert second["refresh_token"] != first.refresh_token
    assert second["access_token"] != first.access_token

    status, body = await post(http_client, refresh(simulator, first.refresh_token))
    assert status == 401
    assert body["error"] == "invalid_grant"
    assert body["error_description"]

    assert (await post(http_client, refresh(simulator, second["refresh_token"])))[
        0
    ] == 200


async def test_unused_refresh_token_expires_after_30_days(
    simulator: Simulator, http_client: HttpClient, clock: Clock
) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    clock.now += 30 * 86_400

    assert (await post(http_client, refresh(simulator, pair.refresh_token)))[0] == 401


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_refusal_status(
    simulator: Simulator, http_client: HttpClient, status: int
) -> None:
    simulator.settings.refusal_status = status

    assert (await post(http_client, refresh(simulator, "nonsense")))[0] == status


async def test_refusal_with_html_page(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.settings.refusal_status = 403
    simulator.settings.refusal_body = "html"

    response = await http_client.post(
        "/oauth/token", data=refresh(simulator, "nonsense")
    )

    assert (response.status, response.content_type) == (403, "text/html")


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, 401, "unsupported_grant_type"),
        ({"grant_type": "password"}, 401, "unsupported_grant_type"),
        ({}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "client_id": "x"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "client_secret": "é"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token"}, 401, "invalid_grant"),
    ],
)
async def test_invalid_requests(
    simulator: Simulator,
    http_client: HttpClient,
    fields: dict[str, str],
    status: int,
    error: str,
) -> None:
    response_status, body = await post(http_client, form(simulator) | fields)

    assert (response_status, body["error"]) == (status, error)


async def test_wrong_secret_does_not_use_token(
    simulator: Simulator, http_client: HttpClient
) -> None:
    data = refresh(
        simulator,
        simulator.tokens.issue_pair(simulator.account, simulator.client).refresh_token,
    )

    assert (await post(http_client, data | {"client_secret": "wrong"}))[0] == 401
    assert (await post(http_client, data))[0] == 200


async def test_token_of_another_app_is_refused(
    simulator: Simulator, http_client: HttpClient
) -> None:
    other = simulator.add_client("Another app")
    pair = simulator.tokens.issue_pair(simulator.account, other)

    assert (await post(http_client, refresh(simulator, pair.refresh_token)))[0] == 401


async def test_access_token_is_refused_as_refresh_token(
    simulator: Simulator, http_client: HttpClient
) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)

    assert (await post(http_client, refresh(simulator, pair.access_token)))[0] == 401


async def test_body_must_be_form(simulator: Simulator, http_client: HttpClient) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)

    response = await http_client.post(
        "/oauth/token", json=refresh(simulator, pair.refresh_token)
    )

    assert response.status == 400
    assert (await response.json())["error"] == "invalid_request"


async def test_python_urllib_is_refused(
    simulator: Simulator, http_client: HttpClient
) -> None:
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)

    response = await http_client.post(
        "/oauth/token",
        data=refresh(simulator, pair.refresh_token),
        headers={"User-Agent": "Python-urllib/3.14"},
    )

    assert (response.status, response.content_type) == (403, "text/html")
    assert "1010" in await response.text()
