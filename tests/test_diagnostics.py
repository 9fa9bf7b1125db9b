"""Diagnostics of an account and of a device, without private data."""

import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import ExtendedJSONEncoder
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from ring_simulator import Fault, Simulator

from .helpers import POLL


async def test_account(
    freezer: Any,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    freezer.move_to("2026-11-20T12:00:00+00:00")
    for device in simulator.devices.values():
        device.reported_at = device.reported_at and simulator.clock() - 120
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert diagnostics == snapshot


async def test_outage_is_shown_without_private_data(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=500))
    await pass_time(POLL)
    await pass_time(POLL)
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded_entry)
    assert diagnostics["health"]["state"] == "outage"
    assert diagnostics["polling"]["last_error"] == "UpdateFailed"
    assert diagnostics["requests"]["circuit_breaker"] == "open"

    text = json.dumps(diagnostics, cls=ExtendedJSONEncoder)
    private = [
        loaded_entry.data["token"]["access_token"],
        simulator.account.id,
        simulator.account.email,
        "Alex",
        *simulator.devices,
        *(device.name for device in simulator.devices.values()),
    ]
    assert [secret for secret in private if secret in text] == []


async def test_device(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    def registered(identifier: str) -> Any:
        return device_registry.async_get_device_by_identifier(
            (DOMAIN, identifier), loaded_entry.entry_id
        )

    garden = await async_get_device_diagnostics(
        hass, loaded_entry, registered(simulator.device("Garden").id)
    )
    assert garden["status"]["online"] is True
    assert garden["configurations"]["motion_zones"] == 1

    account = await async_get_device_diagnostics(
        hass, loaded_entry, registered(simulator.account.id)
    )
    assert len(account["devices"]) == 11
