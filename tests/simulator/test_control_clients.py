"""Tests of the control API for Ring apps and linking."""

from typing import Any

import pytest

from ring_simulator import DeliveryState, Simulator

from .helpers import HttpClient, PartnerServer, call_control

URLS = {
    "token_exchange_url": "https://home.example/token",
    "account_link_url": "http://127.0.0.1:8123/link",
    "webhook_url": "https://home.example/hook",
    "homepage_url": "https://home.example",
    "redirect_uri": "https://my.home-assistant.io/redirect/oauth",
}


async def test_change_client(simulator: Simulator, http_client: HttpClient) -> None:
    path = f"/clients/{simulator.client.client_id}"
    changes = {**URLS, "name": "Mine", "allow_listed_for_pkce": True}

    status, client = await call_control(http_client, "PATCH", path, changes)

    assert status == 200
    assert changes.items() <= client.items()
    assert client["hmac_key"] == simulator.client.hmac_key
    assert client["webhook_disabled"] is False
    assert simulator.client.webhook_url == URLS["webhook_url"]
    _, state = await call_control(http_client, "GET", "/state")
    assert state["clients"] == [client]

    # other fields stay; an empty string removes a URL
    _, client = await call_control(http_client, "PATCH", path, {"webhook_url": ""})
    assert client["webhook_url"] == ""
    assert client["token_exchange_url"] == URLS["token_exchange_url"]
    assert simulator.client.allow_listed_for_pkce


async def test_add_client(simulator: Simulator, http_client: HttpClient) -> None:
    body = {"name": "Second", "webhook_url": URLS["webhook_url"]}

    status, client = await call_control(http_client, "POST", "/clients", body)

    assert status == 201
    added = simulator.clients[client["client_id"]]
    assert (added.name, added.webhook_url) == (
        "Second",
        URLS["webhook_url"],
    )
    assert added.hmac_key != simulator.client.hmac_key


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/clients", {}, 400, "name: is required"),
        ("POST", "/clients", {"name": "A", "webhook_url": "x"}, 400, "webhook_url: mu"),
        ("PATCH", "/clients/{client}", {"webhook_url": "ftp://a"}, 400, "webhook_url"),
        ("PATCH", "/clients/{client}", {"webhook_url": "http://["}, 400, "webhook_url"),
        ("PATCH", "/clients/{client}", {"webhook_url": 7}, 400, "webhook_url: must be"),
        ("PATCH", "/clients/{client}", {"client_id": "x"}, 400, "client_id: unknown"),
        ("PATCH", "/clients/nothing", {}, 404, "no such app"),
        ("POST", "/clients/nothing/enable-webhook", {}, 404, "no such app"),
        ("POST", "/linking/install", {}, 400, "no Token Exchange URL"),
        ("POST", "/linking/install", {"client_id": "x"}, 400, "client_id: there is no"),
        ("POST", "/linking/install", {"device_ids": "x"}, 400, "a list of strings"),
        ("POST", "/linking/install", {"device_ids": [7]}, 400, "a list of strings"),
        ("POST", "/linking/uninstall", {"account_id": "x"}, 400, "account_id: there"),
        ("POST", "/devices/{garden}/press", {}, 400, "only doorbells"),
        ("POST", "/devices/{garden}/press", {"x": 1}, 400, "x: unknown"),
        ("POST", "/devices/nothing/press", {}, 404, "no such device"),
        ("POST", "/devices/{door}/motion", {}, 400, "only cameras"),
        ("POST", "/devices/{garden}/motion", {"sub_type": 7}, 400, "sub_type: must be"),
        ("POST", "/devices/{door}/sensor-event", {}, 400, "type: is required"),
        (
            "POST",
            "/devices/{door}/sensor-event",
            {"type": "x", "values": {"temperature": "hot"}},
            400,
            "values: temperature",
        ),
        ("PATCH", "/settings", {"webhook_drop_share": 1.5}, 400, "must be at most 1"),
        ("PATCH", "/settings", {"code_delay": -1}, 400, "code_delay: must be at leas"),
        ("PATCH", "/settings", {"link_order": "random"}, 400, "link_order: must be"),
    ],
)
async def test_invalid_request_changes_nothing(
    simulator: Simulator,
    http_client: HttpClient,
    method: str,
    path: str,
    body: Any,
    status: int,
    error: str,
) -> None:
    path = path.format(
        client=simulator.client.client_id,
        garden=simulator.device("Garden").id,
        door=simulator.device("Back Door").id,
    )
    _, before = await call_control(http_client, "GET", "/state")

    response_status, response = await call_control(http_client, method, path, body)

    assert response_status == status
    assert error in response["error"]
    assert (await call_control(http_client, "GET", "/state"))[1] == before


async def test_install_and_uninstall(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    selected = [simulator.device("Garden").id]
    body = {"client_id": simulator.client.client_id, "device_ids": selected}

    status, installation = await call_control(
        http_client, "POST", "/linking/install", body
    )

    assert status == 201
    assert installation["token_exchange_status"] == 200
    assert installation["redirect_url"].endswith(
        f"nonce={installation['nonce']}&time={installation['time']}"
    )
    assert not simulator.device("Front Door").shared
    _, state = await call_control(http_client, "GET", "/state")
    assert state["integrations"] == [
        {
            "client_id": simulator.client.client_id,
            "account_id": simulator.account.id,
            "status": "awaiting",
            "account_identifier": None,
            "consented_at": None,
        }
    ]

    assert (await call_control(http_client, "POST", "/linking/uninstall"))[0] == 200
    assert simulator.linking.status(simulator.client, simulator.account) == "none"


async def test_install_with_unknown_device(
    simulator: Simulator, partner: PartnerServer, http_client: HttpClient
) -> None:
    body = {"device_ids": ["nothing"]}
    status, response = await call_control(http_client, "POST", "/linking/install", body)
    assert status == 400
    assert "no such device" in response["error"]


async def test_enable_webhook_url(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    partner.statuses = [404] * 10
    for _ in range(10):
        simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()
    _, state = await call_control(linked_client, "GET", "/state")
    assert state["clients"][0]["webhook_disabled"] is True

    path = f"/clients/{simulator.client.client_id}/enable-webhook"
    status, client = await call_control(linked_client, "POST", path)

    assert (status, client["webhook_disabled"]) == (200, False)
    simulator.press(simulator.device("Front Door"))
    await simulator.outbound.wait_until_done()
    assert simulator.webhooks.deliveries[-1].state is DeliveryState.DELIVERED
