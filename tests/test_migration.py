"""Config entries, entities and files of earlier versions of the integration."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.account.options import RingOptions
from custom_components.ring_partner.app.public_urls import async_get_public_urls
from ring_simulator import Simulator

from .helpers import state_of

EARLIER_SENSOR = "sensor.alex_morgan_webhook_status"
EARLIER_URLS = {
    "token_exchange": "entered-1",
    "account_link": "entered-2",
    "webhook": "entered-3",
}


@pytest.fixture
def earlier(hass: HomeAssistant, linked: MockConfigEntry) -> MockConfigEntry:
    """Return an account as the first version has stored it."""
    hass.config_entries.async_update_entry(
        linked,
        minor_version=1,
        options={"late_after": 90, "stale_after": 20, "motion_lasts": 45},
    )
    return linked


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def add_sensor(hass: HomeAssistant, entry: MockConfigEntry, key: str, name: str) -> str:
    registered = er.async_get(hass).async_get_or_create(
        "sensor",
        "ring_partner",
        f"{entry.unique_id}_{key}",
        suggested_object_id=f"alex_morgan_{name}",
        config_entry=entry,
    )
    return registered.entity_id


async def test_options(hass: HomeAssistant, earlier: MockConfigEntry) -> None:
    data = dict(earlier.data)

    await set_up(hass, earlier)

    assert (earlier.state, earlier.version, earlier.minor_version) == (
        ConfigEntryState.LOADED,
        1,
        2,
    )
    assert earlier.options == {
        "late_after": 90,
        "stale_after": 20,
        "motion_duration": 45,
    }
    assert RingOptions.from_entry(earlier).motion_duration.total_seconds() == 45
    assert earlier.data == data


async def test_current_option_is_kept(
    hass: HomeAssistant, earlier: MockConfigEntry
) -> None:
    options = {"motion_lasts": 45, "motion_duration": 60}
    hass.config_entries.async_update_entry(earlier, options=options)

    await set_up(hass, earlier)

    assert earlier.options == {"motion_duration": 60}


async def test_sensor_keeps_its_entity_id(
    hass: HomeAssistant,
    earlier: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    assert add_sensor(hass, earlier, "webhook_status", "webhook_status") == (
        EARLIER_SENSOR
    )

    await set_up(hass, earlier)

    assert state_of(hass, EARLIER_SENSOR) == "waiting"
    assert entity_registry.async_get("sensor.alex_morgan_event_delivery") is None


async def test_sensor_that_was_there_twice(
    hass: HomeAssistant,
    earlier: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    add_sensor(hass, earlier, "webhook_status", "webhook_status")
    current = add_sensor(hass, earlier, "event_delivery", "events")

    await set_up(hass, earlier)

    assert entity_registry.async_get(EARLIER_SENSOR) is None
    assert state_of(hass, current) == "waiting"


async def test_public_urls_that_were_entered_at_ring(
    hass: HomeAssistant,
    earlier: MockConfigEntry,
    simulator: Simulator,
    hass_storage: dict[str, Any],
) -> None:
    client_id = simulator.client.client_id
    others = {"webhook_ids": dict.fromkeys(EARLIER_URLS, "old"), "cloudhooks": {}}
    hass_storage["ring_partner.addresses"] = {
        "version": 1,
        "key": "ring_partner.addresses",
        "data": {
            client_id: {"webhook_ids": EARLIER_URLS, "cloudhooks": {}},
            "other": others,
        },
    }
    current = {"webhook_ids": dict.fromkeys(EARLIER_URLS, "new"), "cloudhooks": {}}
    hass_storage["ring_partner.public_urls"] = {
        "version": 1,
        "key": "ring_partner.public_urls",
        "data": {"other": current},
    }

    await set_up(hass, earlier)

    urls = async_get_public_urls(hass)
    assert await urls.async_webhook_ids(client_id) == EARLIER_URLS
    assert hass_storage["ring_partner.public_urls"]["data"]["other"] == current
    assert "ring_partner.addresses" not in hass_storage


async def test_event_file(
    hass: HomeAssistant,
    earlier: MockConfigEntry,
    simulator: Simulator,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    door = simulator.device("Front Door").id
    at = "2026-11-20T11:00:00+00:00"
    key = f"ring_partner.{earlier.entry_id}.events"
    last = {"type": "button_press", "sub_type": None, "time": at, "event_id": "e1"}
    hass_storage[key] = {
        "version": 1,
        "key": key,
        "data": {
            "ids": ["e:e1"],
            "sightings": {"webhook": [], "history": []},
            "deliveries": {"known": [[door, "button_press"]], "missed_in_a_row": 0},
            "doorbells": [door],
            "last": {door: last},
            "appeared": {door: at},
            "read_until": {door: at},
        },
    }

    await set_up(hass, earlier)

    store = earlier.runtime_data.dispatcher.store
    assert store.doorbells == {door}
    assert store.last_events[door] == last
    assert store.first_seen[door] == at
    assert store.deliveries.as_dict()["delivered"] == [(door, "button_press")]
    assert "Ignored the file" not in caplog.text


async def test_newer_minor_version_is_used(
    hass: HomeAssistant, linked: MockConfigEntry
) -> None:
    options = {"motion_duration": 45, "new": True}
    hass.config_entries.async_update_entry(linked, minor_version=9, options=options)

    await set_up(hass, linked)

    assert linked.state is ConfigEntryState.LOADED
    assert (linked.minor_version, linked.options) == (9, options)


async def test_newer_major_version_is_refused(
    hass: HomeAssistant, linked: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    hass.config_entries.async_update_entry(linked, version=2, minor_version=1)

    await set_up(hass, linked)

    assert linked.state is ConfigEntryState.MIGRATION_ERROR
    assert linked.version == 2
    (message,) = (
        record.getMessage() for record in caplog.records if record.levelname == "ERROR"
    )
    assert message == (
        "Config entry Alex Morgan for ring_partner has version 2 which is higher than"
        " the current version 1"
    )
