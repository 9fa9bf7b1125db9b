"""What Home Assistant must show, compared with what Ring has."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import (
    async_get_persistent_notifications,
)

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import SimDevice

from ..helpers import repair_issues
from .world import World

# Names of the simulator's readings and of the integration's entities.
_BINARY = {
    "contact": "contact_open",
    "flood": "flood",
    "freeze": "freeze",
    "tamper": "tampered",
}
_MEASURED = ("temperature", "humidity", "pm25", "co")


def check_shown(world: World) -> None:
    """Check that Home Assistant shows what Ring has, and nothing that is over."""
    hass, simulator = world.hass, world.simulator
    assert world.is_loaded
    devices = [d for d in simulator.devices.values() if d.visible]
    for device in devices:
        _check_device(world, device)
    registry = dr.async_get(hass)
    entries = dr.async_entries_for_config_entry(registry, world.home.entry.entry_id)
    names = {id_: entry.name for entry in entries for _, id_ in entry.identifiers}
    account = simulator.account.id
    assert names.pop(account) == world.home.entry.title
    assert names == {device.id: device.name for device in devices}
    assert _state(world, Platform.SENSOR, f"{account}_api_status") == "ok"
    assert _state(world, Platform.SENSOR, f"{account}_event_delivery") == "working"
    assert [issue.issue_id for issue in repair_issues(hass)] == []
    assert async_get_persistent_notifications(hass) == {}
    assert not world.is_signed_out


def _check_device(world: World, device: SimDevice) -> None:
    """Check all entities of a device."""
    shown = {(Platform.BINARY_SENSOR, "connectivity"): "on" if device.online else "off"}
    if device.motion_detection is not None:
        shown[Platform.BINARY_SENSOR, "motion_detection"] = _on_off(
            device.motion_detection
        )
    if device.reported_at is not None:
        for name, key in _BINARY.items():
            if name in device.readings:
                value = _on_off(device.readings[name])
                shown[Platform.BINARY_SENSOR, key] = value
    for (platform, key), state in shown.items():
        assert _state(world, platform, f"{device.id}_{key}") == state, key
    for name in _MEASURED:
        if name in device.readings:
            measured = _state(world, Platform.SENSOR, f"{device.id}_{name}")
            assert float(measured) == device.readings[name], name
    registry = er.async_get(world.hass)
    for entry in er.async_entries_for_config_entry(registry, world.home.entry.entry_id):
        found = world.hass.states.get(entry.entity_id)
        if found is not None and entry.unique_id.startswith(device.id):
            assert found.state != STATE_UNAVAILABLE, entry.entity_id


def _state(world: World, platform: Platform, unique_id: str) -> Any:
    registry = er.async_get(world.hass)
    entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id)
    assert entity_id is not None, unique_id
    state = world.hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def _on_off(value: bool) -> str:  # noqa: FBT001 - a state
    return "on" if value else "off"
