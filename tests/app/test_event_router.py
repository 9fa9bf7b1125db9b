"""The event router: which account receives a webhook."""

from typing import Any

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.app.event_router import WebhookSubscriber
from ring_simulator import SimDevice

from ..helpers import state_of
from ..link_flow_driver import linked_account
from ..linked_home import RING, LinkedHome


async def second_account(home: LinkedHome) -> tuple[MockConfigEntry, SimDevice]:
    """Return another account of the same app, not set up, and its doorbell."""
    simulator = home.simulator
    account = simulator.add_account("Sam", "Reed", "sam.reed@example.com")
    device = simulator.add_device("doorbell", "Cabin", account=account)
    entry = linked_account(home.hass, simulator, account)
    return entry, device


async def test_each_account_receives_its_own_events(home: LinkedHome) -> None:
    entry, cabin = await second_account(home)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()

    for version in ("1.1", "1.0"):
        home.simulator.settings.webhook_version = version
        await home.pass_time(20)
        home.simulator.press(cabin)
        await home.settle()

    assert len(home.event_ids("event.cabin_doorbell")) == 2
    assert home.event_ids(RING) == []
    assert state_of(home.hass, "sensor.sam_reed_event_delivery") == "working"
    assert state_of(home.hass, "sensor.alex_morgan_event_delivery") == "waiting"


async def test_event_is_kept_until_its_account_is_set_up(home: LinkedHome) -> None:
    entry, cabin = await second_account(home)
    home.simulator.actions.send_device_added(cabin)
    home.simulator.press(cabin)
    await home.settle()
    assert {d.last_status for d in home.simulator.webhooks.deliveries} == {200}

    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()

    assert len(home.event_ids("event.cabin_doorbell")) == 1


async def test_kept_event_is_for_its_account_and_for_an_hour(
    home: LinkedHome,
) -> None:
    """Another account of the app does not receive it."""
    entry, cabin = await second_account(home)
    await home.deliver(press_body(entry, cabin, "old"))
    await home.pass_time(3601)
    await home.deliver(press_body(entry, cabin, "new"))
    await home.reload()
    assert home.event_ids("event.cabin_doorbell") == []

    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    assert home.event_ids("event.cabin_doorbell") == ["new"]
    assert home.late == []


def press_body(
    entry: MockConfigEntry, device: SimDevice, event_id: str
) -> dict[str, Any]:
    """Return the body of a press that happens now."""
    now = dt_util.utcnow()
    return {
        "meta": {
            "version": "1.1",
            "time": now.isoformat(),
            "request_id": event_id,
            "account_id": entry.unique_id,
        },
        "data": {
            "id": event_id,
            "type": "button_press",
            "attributes": {
                "source": device.id,
                "source_type": "devices",
                "timestamp": round(now.timestamp() * 1000),
            },
        },
    }


async def test_unknown_account_id_is_resolved_by_the_device(
    home: LinkedHome,
) -> None:
    body = home.envelope("button_press")
    body["meta"]["account_id"] = "ava1.ring.account.ANOTHERFORM"
    assert await home.deliver(body) == 200
    assert len(home.event_ids(RING)) == 1


async def test_event_without_an_account_id_reaches_the_only_account(
    home: LinkedHome,
) -> None:
    """Version 1.0 of the envelope has no account ID, and the device is new."""
    home.simulator.settings.webhook_version = "1.0"
    await home.press()
    await home.pass_time(60)
    shed = home.simulator.add_device("camera", "Shed")
    home.simulator.actions.send_device_added(shed)
    await home.settle()
    await home.pass_time(11)
    assert home.hass.states.get("event.shed_motion") is not None


async def test_event_is_discarded_an_hour_before_the_setup(
    home: LinkedHome,
) -> None:
    entry, cabin = await second_account(home)
    await home.deliver(
        home.envelope("motion_detected", cabin)
        | {
            "meta": {
                "version": "1.1",
                "request_id": "r1",
                "account_id": entry.unique_id,
            }
        }
    )
    await home.pass_time(3601)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    assert cabin.id not in entry.runtime_data.dispatcher.store.last_events
    assert home.late == []


async def test_event_of_another_account_is_not_for_the_only_account(
    home: LinkedHome,
) -> None:
    _, cabin = await second_account(home)
    home.simulator.press(cabin)
    await home.settle()
    store = home.entry.runtime_data.dispatcher.store
    assert cabin.id not in store.devices
    assert home.entry.runtime_data.delivery.tracker.last_delivery is None


async def test_event_without_an_account_id_reaches_none_of_two(
    home: LinkedHome,
) -> None:
    entry, _ = await second_account(home)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    shed = home.simulator.add_device("camera", "Shed")
    body = home.envelope("motion_detected", shed)
    del body["meta"]["account_id"]
    assert await home.deliver(body) == 200
    for account in (home.entry, entry):
        assert account.runtime_data.delivery.tracker.last_delivery is None


@pytest.mark.parametrize("named", [0, 1])
async def test_account_id_takes_precedence_over_the_device(
    home: LinkedHome, named: int
) -> None:
    """Two accounts may share a doorbell."""
    entry, cabin = await second_account(home)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    accounts = (home.entry, entry)
    body = home.envelope("motion_detected", (cabin, home.door)[named])
    body["meta"]["account_id"] = accounts[named].unique_id
    assert await home.deliver(body) == 200
    assert [
        account.runtime_data.delivery.tracker.last_delivery is not None
        for account in accounts
    ] == [named == 0, named == 1]


async def test_wrong_signature_is_reported_for_all_accounts(home: LinkedHome) -> None:
    entry, _ = await second_account(home)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()
    for _ in range(3):
        await home.deliver(home.envelope("button_press"), hmac_key="another")
    for account in ("sam_reed", "alex_morgan"):
        status = state_of(home.hass, f"sensor.{account}_event_delivery")
        assert status == "wrong_signature"


async def test_ring_repeats_an_event_of_an_account_that_is_being_reloaded(
    home: LinkedHome,
) -> None:
    router, key = home.app.router, home.simulator.client.hmac_key
    router.async_add(
        home.entry.entry_id, WebhookSubscriber(key, account_id=home.entry.unique_id)
    )
    assert await home.deliver(home.envelope("button_press")) == 503


async def test_signed_bodies_that_are_no_events_are_counted(home: LinkedHome) -> None:
    for _ in range(2):
        assert await home.deliver({}) == 200
    assert home.app.router.unusable_webhooks == 2
