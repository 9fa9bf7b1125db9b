"""Which of several accounts an event belongs to."""

from typing import Any

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ring_simulator import SimDevice

from .helpers import state_of
from .house import RING, House
from .link_bench import linked_account


async def second_account(house: House) -> tuple[MockConfigEntry, SimDevice]:
    """Return another account of the same app, not set up, and its doorbell."""
    simulator = house.simulator
    account = simulator.add_account("Sam", "Reed", "sam.reed@example.com")
    device = simulator.add_device("doorbell", "Cabin", account=account)
    entry = linked_account(house.hass, simulator, account)
    return entry, device


async def test_each_account_gets_its_own_events(house: House) -> None:
    entry, cabin = await second_account(house)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()

    for version in ("1.1", "1.0"):
        house.simulator.behaviour.webhook_version = version
        await house.pass_time(20)
        house.simulator.press(cabin)
        await house.settle()

    assert len(house.event_ids("event.cabin_doorbell")) == 2
    assert house.event_ids(RING) == []
    assert state_of(house.hass, "sensor.sam_reed_event_delivery") == "working"
    assert state_of(house.hass, "sensor.alex_morgan_event_delivery") == "waiting"


async def test_what_comes_before_the_account_is_kept_for_it(house: House) -> None:
    entry, cabin = await second_account(house)
    house.simulator.happenings.added(cabin)
    house.simulator.press(cabin)
    await house.settle()
    assert {d.last_status for d in house.simulator.webhooks.deliveries} == {200}

    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()

    assert len(house.event_ids("event.cabin_doorbell")) == 1


async def test_what_is_kept_goes_to_its_account_and_not_for_ever(house: House) -> None:
    """Neither to another account of the app, nor after an hour."""
    entry, cabin = await second_account(house)
    await house.deliver(an_event_of(entry, cabin, "old"))
    await house.pass_time(3601)
    await house.deliver(an_event_of(entry, cabin, "new"))
    await house.reload()
    assert house.event_ids("event.cabin_doorbell") == []

    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    assert house.event_ids("event.cabin_doorbell") == ["new"]
    assert house.late == []


def an_event_of(
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


async def test_an_account_that_is_called_otherwise_is_known_by_its_device(
    house: House,
) -> None:
    body = house.envelope("button_press")
    body["meta"]["account_id"] = "ava1.ring.account.ANOTHERFORM"
    assert await house.deliver(body) == 200
    assert len(house.event_ids(RING)) == 1


async def test_who_names_no_account_means_the_only_one(house: House) -> None:
    """A new device in an envelope of version 1.0."""
    house.simulator.behaviour.webhook_version = "1.0"
    await house.press()
    await house.pass_time(60)
    shed = house.simulator.add_device("camera", "Shed")
    house.simulator.happenings.added(shed)
    await house.settle()
    await house.pass_time(11)
    assert house.hass.states.get("event.shed_motion") is not None


async def test_what_comes_long_before_the_account_is_not_kept_for_it(
    house: House,
) -> None:
    entry, cabin = await second_account(house)
    await house.deliver(
        house.envelope("motion_detected", cabin)
        | {
            "meta": {
                "version": "1.1",
                "request_id": "r1",
                "account_id": entry.unique_id,
            }
        }
    )
    await house.pass_time(3601)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    assert cabin.id not in entry.runtime_data.events.memory.last
    assert house.late == []


async def test_what_is_another_account_s_is_not_taken_by_the_only_one(
    house: House,
) -> None:
    _, cabin = await second_account(house)
    house.simulator.press(cabin)
    await house.settle()
    memory = house.entry.runtime_data.events.memory
    assert cabin.id not in memory.devices
    assert house.entry.runtime_data.webhooks.deliveries.last is None


async def test_who_names_no_account_means_none_of_two(house: House) -> None:
    entry, _ = await second_account(house)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    shed = house.simulator.add_device("camera", "Shed")
    body = house.envelope("motion_detected", shed)
    del body["meta"]["account_id"]
    assert await house.deliver(body) == 200
    for account in (house.entry, entry):
        assert account.runtime_data.webhooks.deliveries.last is None


@pytest.mark.parametrize("named", [0, 1])
async def test_the_account_itself_comes_before_who_knows_the_device(
    house: House, named: int
) -> None:
    """As where two accounts see the same doorbell."""
    entry, cabin = await second_account(house)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    accounts = (house.entry, entry)
    body = house.envelope("motion_detected", (cabin, house.door)[named])
    body["meta"]["account_id"] = accounts[named].unique_id
    assert await house.deliver(body) == 200
    assert [
        account.runtime_data.webhooks.deliveries.last is not None
        for account in accounts
    ] == [named == 0, named == 1]


async def test_a_wrong_key_concerns_all_accounts_of_the_app(house: House) -> None:
    entry, _ = await second_account(house)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    for _ in range(3):
        await house.deliver(house.envelope("button_press"), hmac_key="another")
    for account in ("sam_reed", "alex_morgan"):
        status = state_of(house.hass, f"sensor.{account}_event_delivery")
        assert status == "wrong_signature"
