"""Tests of the app-integrations endpoint."""

from collections.abc import Mapping
from typing import Any

import pytest

from ring_simulator import Fault, Installation, Simulator

from .helpers import Clock, HttpClient, PartnerServer, bearer

INTEGRATIONS = "/v1/accounts/me/app-integrations"


async def install_and_exchange(
    simulator: Simulator, http_client: HttpClient
) -> tuple[Installation, dict[str, str]]:
    """Install the app, exchange its code and return the headers of its token."""
    installation = await simulator.linking.install(simulator.client, simulator.account)
    form = {
        "grant_type": "authorization_code",
        "client_id": simulator.client.client_id,
        "client_secret": simulator.client.client_secret,
        "code": installation.code,
    }
    response = await http_client.post("/oauth/token", data=form)
    assert response.status == 200
    return installation, bearer((await response.json())["access_token"])


async def call(
    http_client: HttpClient, method: str, headers: Mapping[str, str], body: Any = None
) -> tuple[int, Any]:
    response = await http_client.request(
        method, INTEGRATIONS, json=body, headers=headers
    )
    return response.status, await response.json()


def title(body: Any) -> str:
    (error,) = body["errors"]
    return str(error["title"])


async def test_link_is_confirmed_and_completed(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    installation, headers = await install_and_exchange(simulator, http_client)
    body = {"nonce": installation.nonce, "account_identifier": "u***r@example.com"}

    status, response = await call(http_client, "POST", headers, body)
    assert status == 200
    assert response["data"]["type"] == "app-integrations"
    assert response["data"]["id"].startswith("ava1.ring.client.")
    assert response["data"]["attributes"] == {"status": "awaiting"}
    assert response["meta"] == {"time": "2026-09-15T23:47:12Z"}
    assert simulator.linking.status(simulator.client, simulator.account) == "awaiting"

    status, response = await call(
        http_client, "PATCH", headers, {"status": "completed"}
    )
    assert status == 200
    assert response["data"]["attributes"] == {
        "account_identifier": "u***r@example.com",
        "status": "completed",
        "updated_at": "2026-09-15T23:47:12Z",
    }
    assert simulator.linking.status(simulator.client, simulator.account) == "completed"
    await simulator.outbound.wait_until_done()
    assert partner.event_types[-1] == "app_integration_added"

    # a repetition has no effect and sends no event
    assert (await call(http_client, "PATCH", headers, {"status": "completed"}))[
        0
    ] == 200
    await simulator.outbound.wait_until_done()
    assert partner.event_types.count("app_integration_added") == 1


async def test_flat_responses(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    simulator.settings.app_integration_shape = "flat"
    installation, headers = await install_and_exchange(simulator, http_client)

    _, response = await call(
        http_client, "POST", headers, {"nonce": installation.nonce}
    )
    assert response == {"status": "awaiting"}
    body = {"status": "completed", "account_identifier": "a***x"}
    _, response = await call(http_client, "PATCH", headers, body)
    assert response == {
        "account_identifier": "a***x",
        "status": "completed",
        "updated_at": "2026-09-15T23:47:12Z",
    }


@pytest.mark.parametrize(("age", "status"), [(600, 200), (600.1, 400)])
async def test_nonce_is_valid_for_ten_minutes(
    simulator: Simulator,
    partner: PartnerServer,
    http_client: HttpClient,
    clock: Clock,
    age: float,
    status: int,
) -> None:
    installation, headers = await install_and_exchange(simulator, http_client)
    clock.now += age

    response_status, _ = await call(
        http_client, "POST", headers, {"nonce": installation.nonce}
    )

    assert response_status == status


async def test_nonce_works_once(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    installation, headers = await install_and_exchange(simulator, http_client)

    assert (await call(http_client, "POST", headers, {"nonce": installation.nonce}))[
        0
    ] == 200
    status, response = await call(
        http_client, "POST", headers, {"nonce": installation.nonce}
    )

    assert (status, title(response)) == (400, "Invalid Nonce")


async def test_nonce_of_another_account_is_refused(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    other = simulator.add_account("Kim", "Lee", "kim@example.com")
    foreign = await simulator.linking.install(simulator.client, other)
    _, headers = await install_and_exchange(simulator, http_client)

    status, response = await call(
        http_client, "POST", headers, {"nonce": foreign.nonce}
    )

    assert (status, title(response)) == (400, "Invalid Nonce")
    integration = simulator.linking.find(simulator.client.client_id, other.id)
    assert integration is not None
    assert foreign.nonce in integration.nonces


@pytest.mark.parametrize(
    "body", [{}, {"account_identifier": "a***x"}, {"nonce": 7}, []]
)
async def test_confirmation_requires_nonce(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient, body: Any
) -> None:
    _, headers = await install_and_exchange(simulator, http_client)

    status, response = await call(http_client, "POST", headers, body)

    assert (status, title(response)) == (400, "Missing Required Fields")


async def test_invalid_json(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    _, headers = await install_and_exchange(simulator, http_client)
    response = await http_client.patch(INTEGRATIONS, data=b"{", headers=headers)
    assert (response.status, title(await response.json())) == (
        400,
        "Missing Required Fields",
    )


async def test_status_transitions(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    installation, headers = await install_and_exchange(simulator, http_client)

    # the app has to confirm the link first
    status, response = await call(
        http_client, "PATCH", headers, {"status": "completed"}
    )
    assert (status, title(response)) == (400, "Invalid Status Transition")
    await call(http_client, "POST", headers, {"nonce": installation.nonce})
    status, response = await call(http_client, "PATCH", headers, {"status": "paused"})
    assert (status, title(response)) == (400, "Invalid Status Transition")
    status, response = await call(http_client, "PATCH", headers, {})
    assert (status, title(response)) == (400, "Missing Required Fields")

    assert (await call(http_client, "PATCH", headers, {"status": "completed"}))[
        0
    ] == 200
    assert (await call(http_client, "PATCH", headers, {"status": "awaiting"}))[0] == 200
    assert simulator.linking.status(simulator.client, simulator.account) == "awaiting"
    status, response = await call(
        http_client, "PATCH", headers, {"account_identifier": "b***y"}
    )
    assert status == 200
    assert response["data"]["attributes"]["account_identifier"] == "b***y"
    assert response["data"]["attributes"]["status"] == "awaiting"


async def test_request_is_processed_even_if_response_is_lost(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    installation, headers = await install_and_exchange(simulator, http_client)
    simulator.faults.add(Fault(body="reset", path=INTEGRATIONS, method="POST", count=1))

    with pytest.raises(OSError):
        await call(http_client, "POST", headers, {"nonce": installation.nonce})

    assert (await call(http_client, "POST", headers, {"nonce": installation.nonce}))[
        0
    ] == 400
    assert (await call(http_client, "PATCH", headers, {"status": "completed"}))[
        0
    ] == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_requests_without_integration_or_write_access(
    simulator: Simulator, api_client: HttpClient, http_client: HttpClient, method: str
) -> None:
    body = {"nonce": "x", "status": "completed"}

    # the app is not installed
    response = await api_client.request(method, INTEGRATIONS, json=body)
    assert (response.status, title(await response.json())) == (404, "Not Found")
    # a Playground token is read-only
    token = simulator.tokens.issue_playground(simulator.account)
    assert (await call(http_client, method, bearer(token), body))[0] == 403


async def test_delete_is_refused_for_one_way_links(
    simulator: Simulator, linked_client: HttpClient
) -> None:
    response = await linked_client.delete(INTEGRATIONS)

    assert response.status == 403
    assert simulator.linking.status(simulator.client, simulator.account) == "completed"


async def test_devices_are_available_while_awaiting(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    _, headers = await install_and_exchange(simulator, http_client)

    assert (await http_client.get("/v1/devices", headers=headers)).status == 200
