"""Events, their envelopes, and who hears of them."""

import hashlib
import hmac

import pytest

from ring_simulator import Delivery, DeliveryState, Simulator, Subscription
from ring_simulator.webhooks import account_event, device_event, envelope, sign

from .tools import START, Clock, Partner, Received, Web


def state(delivery: Delivery) -> tuple[DeliveryState, int, int | None]:
    return delivery.state, delivery.attempts, delivery.last_status


async def only(sim: Simulator, partner: Partner) -> Received:
    await sim.webhooks.idle()
    (received,) = partner.webhooks
    return received


def test_the_vector_of_the_reference(sim: Simulator) -> None:
    device = sim.device("Front Door")
    device.id = "ava1.ring.device.XXXYYY"
    device.account_id = "ava1.ring.account.XXXYYY"

    body = envelope(
        device_event(device, "button_press", 1771027372.393),
        time="2026-02-14T00:02:53.027052438Z",
        request_id="c83081fc-2f1b-4cb7-8b18-b18a318b8bab",
        version="1.1",
        sub_type_place="data",
    )

    assert len(body) == 432
    assert sign("dGVzdC1obWFjLWtleS1mb3ItZG9jcw==", body) == (
        "sha256=485b8650fc929168fa8165a8805dfcabdf72e1a2a31e3288d081dd63dd6d4b78"
    )


async def test_a_press(sim: Simulator, partner: Partner, linked: Web) -> None:
    device = sim.device("Front Door")

    (delivery,) = sim.press(device)

    received = await only(sim, partner)
    assert received.headers["Content-Type"] == "application/json"
    expected = hmac.new(sim.client.hmac_key.encode(), received.body, hashlib.sha256)
    assert received.headers["X-Signature"] == f"sha256={expected.hexdigest()}"
    now = round(START * 1000)
    assert received.json == {
        "meta": {
            "version": "1.1",
            "time": "2026-09-15T23:47:12.000000000Z",
            "request_id": delivery.request_id,
            "account_id": sim.account.id,
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
    assert state(delivery) == (DeliveryState.DELIVERED, 1, 200)
    assert list(sim.webhooks.deliveries) == [delivery]


async def test_motion(sim: Simulator, partner: Partner, linked: Web) -> None:
    device = sim.device("Garage")

    sim.motion(device, "vehicle", ("2",))

    data = (await only(sim, partner)).json["data"]
    assert data["type"] == "motion_detected"
    assert data["subType"] == "vehicle"
    assert data["attributes"]["component_ids"] == ["2"]
    assert "sub_type" not in data["attributes"]
    assert data["id"] == f"{device.id}_vehicle_{round(START * 1000)}"


async def test_variants_of_the_envelope(
    sim: Simulator, partner: Partner, linked: Web, clock: Clock
) -> None:
    clock.now += 0.25
    sim.behaviour.webhook_version = "1.0"
    sim.behaviour.sub_type_place = "attributes"

    sim.motion(sim.device("Garden"))

    body = (await only(sim, partner)).json
    assert body["meta"]["version"] == "1.0"
    assert body["meta"]["time"] == "2026-09-15T23:47:12.250000000Z"
    assert "account_id" not in body["meta"]
    assert "subType" not in body["data"]
    assert body["data"]["attributes"]["sub_type"] == "human"


async def test_an_event_of_the_account(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    event = account_event(sim.account, "app_integration_added", START, "opaque")

    (delivery,) = await sim.webhooks.send(event)

    assert delivery.state is DeliveryState.DELIVERED
    assert partner.webhooks[0].json["data"] == {
        "id": "opaque",
        "type": "app_integration_added",
        "attributes": {
            "source": sim.account.id,
            "source_type": "users",
            "timestamp": round(START * 1000),
        },
    }


@pytest.mark.parametrize("active", [True, False])
async def test_subscriptions(
    sim: Simulator, partner: Partner, linked: Web, *, active: bool
) -> None:
    device = sim.device("Front Door")
    subscription = Subscription(
        id="ava1.ring.subscription.1",
        sub_type="trial",
        status="active" if active else "inactive",
        plan_id=None,
        created_at="2026-01-21T00:00:00Z",
        expires_at="2026-02-21T00:00:00Z",
        device_ids=(device.id,),
    )

    sim.happenings.subscription(sim.account, subscription)

    data = (await only(sim, partner)).json["data"]
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


# ---- who hears what


async def test_nobody_hears_before_the_link_is_complete(
    sim: Simulator, partner: Partner
) -> None:
    assert sim.press(sim.device("Front Door")) == []
    await sim.linking.install(sim.client, sim.account)
    await sim.webhooks.idle()
    partner.received.clear()

    assert sim.press(sim.device("Front Door")) == []
    assert len(sim.happenings.added(sim.device("Front Door"))) == 1
    await sim.webhooks.idle()
    assert partner.events == ["device_added"]


async def test_an_app_without_a_url_hears_nothing(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    sim.client.webhook_url = ""
    assert sim.press(sim.device("Front Door")) == []


async def test_apps_hear_of_their_accounts(
    sim: Simulator, partner: Partner, linked: Web
) -> None:
    other = sim.add_account("Kim", "Lee", "kim@example.com")
    door = sim.add_device("doorbell", "Kim's door", account=other)
    assert sim.press(door) == []

    second = sim.add_client("Another app")
    partner.adopt(second)
    sim.linking.link(second, sim.account)
    deliveries = sim.press(sim.device("Front Door"))
    assert [delivery.client_id for delivery in deliveries] == list(sim.clients)
    await sim.webhooks.idle()
    signatures = {received.headers["X-Signature"] for received in partner.webhooks}
    assert len(signatures) == 2
