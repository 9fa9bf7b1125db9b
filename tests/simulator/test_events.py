"""Tests of events, their envelopes and their recipients."""

import hashlib
import hmac

import pytest

from ring_simulator import DeliveryState, Simulator, Subscription
from ring_simulator.webhooks import account_event, device_event, envelope, sign

from .helpers import (
    START,
    Clock,
    HttpClient,
    PartnerServer,
    ReceivedRequest,
    delivery_result,
)


async def only(simulator: Simulator, partner: PartnerServer) -> ReceivedRequest:
    await simulator.webhooks.wait_until_idle()
    (received,) = partner.webhooks
    return received


def test_signature_test_vector(simulator: Simulator) -> None:
    device = simulator.device("Front Door")
    device.id = "ava1.ring.device.XXXYYY"
    device.account_id = "ava1.ring.account.XXXYYY"

    body = envelope(
        device_event(device, "button_press", 1771027372.393),
        time="2026-02-14T00:02:53.027052438Z",
        request_id="c83081fc-2f1b-4cb7-8b18-b18a318b8bab",
        version="1.1",
        sub_type_location="data",
    )

    assert len(body) == 432
    assert sign("dGVzdC1obWFjLWtleS1mb3ItZG9jcw==", body) == (
        "sha256=485b8650fc929168fa8165a8805dfcabdf72e1a2a31e3288d081dd63dd6d4b78"
    )


async def test_button_press(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Front Door")

    (delivery,) = simulator.press(device)

    received = await only(simulator, partner)
    assert received.headers["Content-Type"] == "application/json"
    expected = hmac.new(
        simulator.client.hmac_key.encode(), received.body, hashlib.sha256
    )
    assert received.headers["X-Signature"] == f"sha256={expected.hexdigest()}"
    now = round(START * 1000)
    assert received.json == {
        "meta": {
            "version": "1.1",
            "time": "2026-09-15T23:47:12.000000000Z",
            "request_id": delivery.request_id,
            "account_id": simulator.account.id,
        },
        "data": {
            "id": f"{device.id}_button_press_{now}",
            "type": "button_press",
            "attributes": {
                "source": device.id,
                "source_type": "devices",
                "timestamp": now,
            },
            "relationships": {
                "devices": {"links": {"self": f"/v1/devices/{device.id}"}}
            },
        },
    }
    assert delivery_result(delivery) == (DeliveryState.DELIVERED, 1, 200)
    assert list(simulator.webhooks.deliveries) == [delivery]


async def test_motion(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    device = simulator.device("Garage")

    simulator.motion(device, "vehicle", ("2",))

    data = (await only(simulator, partner)).json["data"]
    assert data["type"] == "motion_detected"
    assert data["subType"] == "vehicle"
    assert data["attributes"]["component_ids"] == ["2"]
    assert "sub_type" not in data["attributes"]
    assert data["id"] == f"{device.id}_vehicle_{round(START * 1000)}"


async def test_envelope_variants(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    clock: Clock,
) -> None:
    clock.now += 0.25
    simulator.settings.webhook_version = "1.0"
    simulator.settings.sub_type_location = "attributes"

    simulator.motion(simulator.device("Garden"))

    body = (await only(simulator, partner)).json
    assert body["meta"]["version"] == "1.0"
    assert body["meta"]["time"] == "2026-09-15T23:47:12.250000000Z"
    assert "account_id" not in body["meta"]
    assert "subType" not in body["data"]
    assert body["data"]["attributes"]["sub_type"] == "human"


async def test_account_event(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    event = account_event(simulator.account, "app_integration_added", START, "opaque")

    (delivery,) = await simulator.webhooks.send(event)

    assert delivery.state is DeliveryState.DELIVERED
    assert partner.webhooks[0].json["data"] == {
        "id": "opaque",
        "type": "app_integration_added",
        "attributes": {
            "source": simulator.account.id,
            "source_type": "users",
            "timestamp": round(START * 1000),
        },
    }


@pytest.mark.parametrize("active", [True, False])
async def test_subscription_events(
    simulator: Simulator,
    partner: PartnerServer,
    linked_client: HttpClient,
    *,
    active: bool,
) -> None:
    device = simulator.device("Front Door")
    subscription = Subscription(
        id="ava1.ring.subscription.1",
        sub_type="trial",
        status="active" if active else "inactive",
        plan_id=None,
        created_at="2026-01-21T00:00:00Z",
        expires_at="2026-02-21T00:00:00Z",
        device_ids=(device.id,),
    )

    simulator.actions.send_subscription_event(simulator.account, subscription)

    data = (await only(simulator, partner)).json["data"]
    expires = {"expires_at": "2026-02-21T00:00:00Z"} if active else {}
    assert data == {
        "id": data["id"],
        "type": "subscription_activated" if active else "subscription_deactivated",
        "attributes": {
            "source": "subscriptions",
            "source_id": "ava1.ring.subscription.1",
            "sub_type": "trial",
            "plan_id": None,
            **expires,
        },
        "relationships": {
            "devices": {"data": [{"type": "device", "id": device.id}]},
            "subscriptions": {"links": {"self": "/v1/accounts/me/subscriptions"}},
        },
    }


# ---- recipients


async def test_only_device_added_is_sent_before_completion(
    simulator: Simulator, partner: PartnerServer
) -> None:
    assert simulator.press(simulator.device("Front Door")) == []
    await simulator.linking.install(simulator.client, simulator.account)
    await simulator.webhooks.wait_until_idle()
    partner.received.clear()

    assert simulator.press(simulator.device("Front Door")) == []
    assert len(simulator.actions.send_device_added(simulator.device("Front Door"))) == 1
    await simulator.webhooks.wait_until_idle()
    assert partner.event_types == ["device_added"]


async def test_nothing_is_sent_without_webhook_url(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    simulator.client.webhook_url = ""
    assert simulator.press(simulator.device("Front Door")) == []


async def test_events_are_sent_to_apps_of_the_account(
    simulator: Simulator, partner: PartnerServer, linked_client: HttpClient
) -> None:
    other = simulator.add_account("Kim", "Lee", "kim@example.com")
    door = simulator.add_device("doorbell", "Kim's door", account=other)
    assert simulator.press(door) == []

    second = simulator.add_client("Another app")
    partner.register(second)
    simulator.linking.link(second, simulator.account)
    deliveries = simulator.press(simulator.device("Front Door"))
    assert [delivery.client_id for delivery in deliveries] == list(simulator.clients)
    await simulator.webhooks.wait_until_idle()
    signatures = {received.headers["X-Signature"] for received in partner.webhooks}
    assert len(signatures) == 2
