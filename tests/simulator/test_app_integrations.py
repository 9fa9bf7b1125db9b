"""What apps tell Ring about a link."""

from collections.abc import Mapping
from typing import Any

import pytest

from ring_simulator import Fault, Installation, Simulator

from .tools import Clock, Partner, Web, bearer

INTEGRATIONS = "/v1/accounts/me/app-integrations"


async def installed(sim: Simulator, web: Web) -> tuple[Installation, dict[str, str]]:
    """Install the app, exchange its code and return the headers of its token."""
    made = await sim.linking.install(sim.client, sim.account)
    form = {
        "grant_type": "authorization_code",
        "client_id": sim.client.client_id,
        "client_secret": sim.client.client_secret,
        "code": made.code,
    }
    answer = await web.post("/oauth/token", data=form)
    assert answer.status == 200
    return made, bearer((await answer.json())["access_token"])


async def call(
    web: Web, method: str, headers: Mapping[str, str], body: Any = None
) -> tuple[int, Any]:
    answer = await web.request(method, INTEGRATIONS, json=body, headers=headers)
    return answer.status, await answer.json()


def title(body: Any) -> str:
    (error,) = body["errors"]
    return str(error["title"])


async def test_the_whole_link(sim: Simulator, partner: Partner, web: Web) -> None:
    made, headers = await installed(sim, web)
    body = {"nonce": made.nonce, "account_identifier": "u***r@example.com"}

    status, answer = await call(web, "POST", headers, body)
    assert status == 200
    assert answer["data"]["type"] == "app-integrations"
    assert answer["data"]["id"].startswith("ava1.ring.client.")
    assert answer["data"]["attributes"] == {"status": "awaiting"}
    assert answer["meta"] == {"time": "2026-09-15T23:47:12Z"}
    assert sim.linking.status(sim.client, sim.account) == "awaiting"

    status, answer = await call(web, "PATCH", headers, {"status": "completed"})
    assert status == 200
    assert answer["data"]["attributes"] == {
        "account_identifier": "u***r@example.com",
        "status": "completed",
        "updated_at": "2026-09-15T23:47:12Z",
    }
    assert sim.linking.status(sim.client, sim.account) == "completed"
    await sim.outbound.finish()
    assert partner.events[-1] == "app_integration_added"

    # repeating does no harm and tells nobody again
    assert (await call(web, "PATCH", headers, {"status": "completed"}))[0] == 200
    await sim.outbound.finish()
    assert partner.events.count("app_integration_added") == 1


async def test_the_flat_shape(sim: Simulator, partner: Partner, web: Web) -> None:
    sim.behaviour.app_integration_shape = "flat"
    made, headers = await installed(sim, web)

    _, answer = await call(web, "POST", headers, {"nonce": made.nonce})
    assert answer == {"status": "awaiting"}
    body = {"status": "completed", "account_identifier": "a***x"}
    _, answer = await call(web, "PATCH", headers, body)
    assert answer == {
        "account_identifier": "a***x",
        "status": "completed",
        "updated_at": "2026-09-15T23:47:12Z",
    }


@pytest.mark.parametrize(("age", "status"), [(600, 200), (600.1, 400)])
async def test_a_nonce_lives_for_ten_minutes(
    sim: Simulator, partner: Partner, web: Web, clock: Clock, age: float, status: int
) -> None:
    made, headers = await installed(sim, web)
    clock.now += age

    answered, _ = await call(web, "POST", headers, {"nonce": made.nonce})

    assert answered == status


async def test_a_nonce_works_once(sim: Simulator, partner: Partner, web: Web) -> None:
    made, headers = await installed(sim, web)

    assert (await call(web, "POST", headers, {"nonce": made.nonce}))[0] == 200
    status, answer = await call(web, "POST", headers, {"nonce": made.nonce})

    assert (status, title(answer)) == (400, "Invalid Nonce")


async def test_a_nonce_belongs_to_an_account(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    other = sim.add_account("Kim", "Lee", "kim@example.com")
    foreign = await sim.linking.install(sim.client, other)
    _, headers = await installed(sim, web)

    status, answer = await call(web, "POST", headers, {"nonce": foreign.nonce})

    assert (status, title(answer)) == (400, "Invalid Nonce")
    assert foreign.nonce in sim.linking.find(sim.client.client_id, other.id).nonces  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body", [{}, {"account_identifier": "a***x"}, {"nonce": 7}, []]
)
async def test_a_confirmation_needs_a_nonce(
    sim: Simulator, partner: Partner, web: Web, body: Any
) -> None:
    _, headers = await installed(sim, web)

    status, answer = await call(web, "POST", headers, body)

    assert (status, title(answer)) == (400, "Missing Required Fields")


async def test_a_body_that_is_no_json(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    _, headers = await installed(sim, web)
    answer = await web.patch(INTEGRATIONS, data=b"{", headers=headers)
    assert (answer.status, title(await answer.json())) == (
        400,
        "Missing Required Fields",
    )


async def test_statuses(sim: Simulator, partner: Partner, web: Web) -> None:
    made, headers = await installed(sim, web)

    # not before the app has confirmed
    status, answer = await call(web, "PATCH", headers, {"status": "completed"})
    assert (status, title(answer)) == (400, "Invalid Status Transition")
    await call(web, "POST", headers, {"nonce": made.nonce})
    status, answer = await call(web, "PATCH", headers, {"status": "paused"})
    assert (status, title(answer)) == (400, "Invalid Status Transition")
    status, answer = await call(web, "PATCH", headers, {})
    assert (status, title(answer)) == (400, "Missing Required Fields")

    assert (await call(web, "PATCH", headers, {"status": "completed"}))[0] == 200
    assert (await call(web, "PATCH", headers, {"status": "awaiting"}))[0] == 200
    assert sim.linking.status(sim.client, sim.account) == "awaiting"
    status, answer = await call(web, "PATCH", headers, {"account_identifier": "b***y"})
    assert status == 200
    assert answer["data"]["attributes"]["account_identifier"] == "b***y"
    assert answer["data"]["attributes"]["status"] == "awaiting"


async def test_a_lost_answer_has_been_carried_out(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    made, headers = await installed(sim, web)
    sim.faults.add(Fault(body="reset", path=INTEGRATIONS, method="POST", count=1))

    with pytest.raises(OSError):
        await call(web, "POST", headers, {"nonce": made.nonce})

    assert (await call(web, "POST", headers, {"nonce": made.nonce}))[0] == 400
    assert (await call(web, "PATCH", headers, {"status": "completed"}))[0] == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_who_may_not(sim: Simulator, api: Web, web: Web, method: str) -> None:
    body = {"nonce": "x", "status": "completed"}

    # the app was never installed
    answer = await api.request(method, INTEGRATIONS, json=body)
    assert (answer.status, title(await answer.json())) == (404, "Not Found")
    # a Playground token changes nothing
    token = sim.tokens.issue_playground(sim.account)
    assert (await call(web, method, bearer(token), body))[0] == 403


async def test_ring_alone_unlinks(sim: Simulator, linked: Web) -> None:
    answer = await linked.delete(INTEGRATIONS)

    assert answer.status == 403
    assert sim.linking.status(sim.client, sim.account) == "completed"


async def test_devices_while_the_link_waits(
    sim: Simulator, partner: Partner, web: Web
) -> None:
    _, headers = await installed(sim, web)

    assert (await web.get("/v1/devices", headers=headers)).status == 200
