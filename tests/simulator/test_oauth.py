"""The token endpoint."""

from typing import Any

import pytest

from ring_simulator import Simulator

from .tools import Clock, Web


def form(sim: Simulator, **fields: str) -> dict[str, str]:
    return {
        "client_id": sim.client.client_id,
        "client_secret": sim.client.client_secret,
        **fields,
    }


def refresh(sim: Simulator, token: str) -> dict[str, str]:
    return form(sim, grant_type="refresh_token", refresh_token=token)


def exchange(sim: Simulator, code: str) -> dict[str, str]:
    return form(sim, grant_type="authorization_code", code=code)


async def post(
    web: Web, data: dict[str, str], **kwargs: Any
) -> tuple[int, dict[str, Any]]:
    answer = await web.post("/oauth/token", data=data, **kwargs)
    return answer.status, await answer.json()


async def test_a_code_becomes_tokens(sim: Simulator, web: Web) -> None:
    status, body = await post(
        web, exchange(sim, sim.tokens.issue_code(sim.account, sim.client))
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
    assert (await web.get("/v1/users/me", headers=headers)).status == 200


async def test_a_code_works_once(sim: Simulator, web: Web) -> None:
    data = exchange(sim, sim.tokens.issue_code(sim.account, sim.client))

    assert (await post(web, data))[0] == 200
    assert (await post(web, data))[0] == 401


@pytest.mark.parametrize(("age", "status"), [(59.9, 200), (60, 401)])
async def test_a_code_lives_for_60_seconds(
    sim: Simulator, web: Web, clock: Clock, age: float, status: int
) -> None:
    data = exchange(sim, sim.tokens.issue_code(sim.account, sim.client))
    clock.now += age

    assert (await post(web, data))[0] == status


async def test_a_refresh_rotates_the_token(sim: Simulator, web: Web) -> None:
    first = sim.tokens.issue(sim.account, sim.client)

    status, second = await post(web, refresh(sim, first.refresh_token))
    assert status == 200
    assert second["refresh_token"] != first.refresh_token
    assert second["access_token"] != first.access_token

    status, body = await post(web, refresh(sim, first.refresh_token))
    assert status == 401
    assert body["error"] == "invalid_grant"
    assert body["error_description"]

    assert (await post(web, refresh(sim, second["refresh_token"])))[0] == 200


async def test_an_unused_refresh_token_dies_after_30_days(
    sim: Simulator, web: Web, clock: Clock
) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)
    clock.now += 30 * 86_400

    assert (await post(web, refresh(sim, pair.refresh_token)))[0] == 401


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_the_status_of_a_refusal_can_be_chosen(
    sim: Simulator, web: Web, status: int
) -> None:
    sim.behaviour.refusal_status = status

    assert (await post(web, refresh(sim, "nonsense")))[0] == status


async def test_a_refusal_can_be_a_page(sim: Simulator, web: Web) -> None:
    sim.behaviour.refusal_status = 403
    sim.behaviour.refusal_body = "html"

    answer = await web.post("/oauth/token", data=refresh(sim, "nonsense"))

    assert (answer.status, answer.content_type) == (403, "text/html")


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
async def test_other_requests_are_refused(
    sim: Simulator, web: Web, fields: dict[str, str], status: int, error: str
) -> None:
    answered, body = await post(web, form(sim) | fields)

    assert (answered, body["error"]) == (status, error)


async def test_a_wrong_secret_uses_no_token_up(sim: Simulator, web: Web) -> None:
    data = refresh(sim, sim.tokens.issue(sim.account, sim.client).refresh_token)

    assert (await post(web, data | {"client_secret": "wrong"}))[0] == 401
    assert (await post(web, data))[0] == 200


async def test_a_token_belongs_to_one_app(sim: Simulator, web: Web) -> None:
    other = sim.add_client("Another app")
    pair = sim.tokens.issue(sim.account, other)

    assert (await post(web, refresh(sim, pair.refresh_token)))[0] == 401


async def test_an_access_token_is_no_refresh_token(sim: Simulator, web: Web) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)

    assert (await post(web, refresh(sim, pair.access_token)))[0] == 401


async def test_only_forms_are_read(sim: Simulator, web: Web) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)

    answer = await web.post("/oauth/token", json=refresh(sim, pair.refresh_token))

    assert answer.status == 400
    assert (await answer.json())["error"] == "invalid_request"


async def test_the_default_agent_of_python_is_turned_away(
    sim: Simulator, web: Web
) -> None:
    pair = sim.tokens.issue(sim.account, sim.client)

    answer = await web.post(
        "/oauth/token",
        data=refresh(sim, pair.refresh_token),
        headers={"User-Agent": "Python-urllib/3.14"},
    )

    assert (answer.status, answer.content_type) == (403, "text/html")
    assert "1010" in await answer.text()
