"""Tests of the subscriptions endpoint."""

from ring_simulator import Simulator, Subscription

from .helpers import HttpClient, bearer

SUBSCRIPTIONS = "/v1/accounts/me/subscriptions"


def subscribe(simulator: Simulator, count: int) -> None:
    device_id = simulator.device("Front Door").id
    simulator.account.subscriptions.extend(
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


async def test_subscriptions(simulator: Simulator, api_client: HttpClient) -> None:
    subscribe(simulator, 1)

    document = await (await api_client.get(SUBSCRIPTIONS)).json()

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
                        "data": [
                            {"type": "devices", "id": simulator.device("Front Door").id}
                        ]
                    }
                },
            }
        ],
    }


async def test_subscriptions_have_25_per_page(
    simulator: Simulator, api_client: HttpClient
) -> None:
    subscribe(simulator, 50)

    first = await (await api_client.get(SUBSCRIPTIONS)).json()
    second = await (await api_client.get(first["links"]["next"])).json()

    assert [len(first["data"]), len(second["data"])] == [25, 25]
    assert "links" not in second
    assert first["data"][-1] != second["data"][0]


async def test_subscriptions_of_other_accounts_are_refused(
    api_client: HttpClient,
) -> None:
    response = await api_client.get("/v1/accounts/someone/subscriptions")

    assert response.status == 400
    (error,) = (await response.json())["errors"]
    assert error["detail"] == "Path parameter 'id' must be 'me'"


async def test_playground_token_is_refused(
    simulator: Simulator, http_client: HttpClient
) -> None:
    headers = bearer(simulator.tokens.issue_playground(simulator.account))

    response = await http_client.get(SUBSCRIPTIONS, headers=headers)

    assert response.status == 422
    (error,) = (await response.json())["errors"]
    assert error["detail"] == "Unable to process subscription request for this user"
