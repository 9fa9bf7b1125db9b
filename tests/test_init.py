"""Setting up, unloading and removing an account."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ring_partner.const import DOMAIN, RING_ACCOUNT_URL
from ring_simulator import Fault, Simulator

from .helpers import notifications, poll_count, requested_paths, state_of

type RemoveDevice = Callable[[str], Awaitable[bool]]


async def test_setup_reads_all_devices_with_one_request(
    hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
) -> None:
    registry = dr.async_get(hass)
    devices = dr.async_entries_for_config_entry(registry, loaded_entry.entry_id)

    assert loaded_entry.state is ConfigEntryState.LOADED
    assert {device.name for device in devices} == {
        "Alex Morgan",
        *(device.name for device in simulator.devices.values() if device.visible),
    }
    assert requested_paths(simulator) == ["/v1/devices"]


async def test_unload_stops_polling(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    before = poll_count(simulator)
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)

    await pass_time(3600)

    assert loaded_entry.state is ConfigEntryState.NOT_LOADED
    assert poll_count(simulator) == before
    assert state_of(hass, "binary_sensor.front_door_connectivity") == "unavailable"
    assert notifications(hass) == []


async def test_removal_deletes_the_cache(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    key = f"{DOMAIN}.{loaded_entry.entry_id}.devices"
    assert key in hass_storage

    await hass.config_entries.async_remove(loaded_entry.entry_id)
    await hass.async_block_till_done()

    assert key not in hass_storage


async def test_rejected_token_at_start_asks_to_sign_in(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    simulator.tokens.revoke_all(simulator.account)

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"


async def test_rejected_token_at_start_with_a_cache_asks_to_sign_in(
    hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
) -> None:
    simulator.tokens.revoke_all(simulator.account)

    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await hass.async_block_till_done()

    assert loaded_entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"


async def test_setup_is_retried_after_an_outage(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, pass_time: Any
) -> None:
    fault = simulator.faults.add(Fault(status=500))
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY

    simulator.faults.remove(fault)
    await pass_time(60)

    assert entry.state is ConfigEntryState.LOADED


@pytest.fixture
async def remove_device(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, loaded_entry: Any
) -> RemoveDevice:
    """Return a function that removes a device on its page; it returns the success."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client()

    async def remove(identifier: str) -> bool:
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=loaded_entry.entry_id, identifiers={(DOMAIN, identifier)}
        )
        await client.send_json_auto_id(
            {"type": "config/device_registry/remove", "device_id": device.id}
        )
        response = await client.receive_json()
        is_removed = dr.async_get(hass).async_get(device.id) is None
        assert response["success"] is is_removed
        if not is_removed:
            assert "rejected by integration" in response["error"]["message"]
        return is_removed

    return remove


async def test_user_can_remove_only_missing_devices(
    simulator: Simulator, remove_device: RemoveDevice
) -> None:
    assert not await remove_device(simulator.device("Garden").id)
    assert not await remove_device(simulator.account.id)
    assert await remove_device("ava1.ring.device.GONE")


async def test_user_can_remove_no_device_of_an_account_that_is_not_set_up(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, remove_device: RemoveDevice
) -> None:
    """It is not known then which devices Ring lists."""
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    assert not await remove_device("ava1.ring.device.GONE")


async def test_device_pages_link_to_ring(
    loaded_entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    devices = dr.async_entries_for_config_entry(device_registry, loaded_entry.entry_id)
    assert {device.configuration_url for device in devices} == {RING_ACCOUNT_URL}


async def test_replaced_urls_are_logged(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert "RING_PARTNER_API_URL is set: using http://127.0.0.1:" in caplog.text
    assert "RING_PARTNER_OAUTH_URL is set: using http://127.0.0.1:" in caplog.text


async def test_default_urls_are_not_logged(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    enable_custom_integrations: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.delenv("RING_PARTNER_API_URL", raising=False)
    monkeypatch.delenv("RING_PARTNER_OAUTH_URL", raising=False)

    assert await async_setup_component(hass, DOMAIN, {})

    assert "RING_PARTNER_" not in caplog.text


def test_manifest_has_no_requirements() -> None:
    manifest = Path("custom_components/ring_partner/manifest.json").read_text()
    assert '"requirements": []' in manifest
