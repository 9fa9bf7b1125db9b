"""Diagnostics without names, identifiers and secrets."""

from dataclasses import asdict
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .api import Device
from .const import CONF_LINK, DOMAIN
from .runtime import RingConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: RingConfigEntry
) -> dict[str, Any]:
    """Return diagnostics for an account."""
    runtime = entry.runtime_data
    coordinator, health = runtime.coordinator, runtime.health
    shared, tracker = runtime.app.resilience, runtime.delivery.tracker
    return {
        "link": entry.data[CONF_LINK],
        "options": dict(entry.options),
        "health": {
            "state": health.state.value,
            "since": health.since.isoformat(),
            "reason": health.reason,
            "next_try": health.next_try.isoformat() if health.next_try else None,
            "failed_polls": health.failed_polls,
        },
        "polling": {
            "last_success": coordinator.last_success.isoformat()
            if coordinator.last_success
            else None,
            "fresh": coordinator.is_fresh,
            "stale_after_seconds": coordinator.stale_after.total_seconds(),
            "unusable_resources": coordinator.skipped,
            "last_error": type(coordinator.last_exception).__name__
            if coordinator.last_exception
            else None,
        },
        "requests": {
            "limit_per_second": shared.limiter.limit,
            "in_last_second": shared.limiter.grants_in_window,
            "waiting": shared.limiter.waiting,
            "paused_for_seconds": round(shared.limiter.paused_for, 1),
            "circuit_breaker": shared.breaker.state.value,
            "network_refused_for_seconds": round(shared.network_pause.remaining, 1),
        },
        "events": {
            "delivery": runtime.delivery.state.value,
            "last_delivery": tracker.last_delivery,
            "missed": tracker.missed_events,
            "devices_not_sent": len(tracker.devices_not_sent),
            "wrong_signatures": tracker.wrong_signatures,
            "doorbells": len(runtime.dispatcher.store.doorbells),
        },
        "devices": [_describe(device) for device in coordinator.data.values()],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: RingConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return diagnostics for a device, or for the account that it stands for."""
    devices = entry.runtime_data.coordinator.data
    for domain, key in device.identifiers:
        if domain == DOMAIN and key in devices:
            return _describe(devices[key])
    return await async_get_config_entry_diagnostics(hass, entry)


def _describe(device: Device) -> dict[str, Any]:
    """Return a device without its ID, name, location and the shape of its zones."""
    described = asdict(device)
    for private in ("id", "name", "location"):
        del described[private]
    if configurations := described["configurations"]:
        for zones in ("motion_zones", "privacy_zones"):
            configurations[zones] = len(configurations[zones])
        configurations["audio_slots"] = len(configurations["audio_slots"])
    if capabilities := described["capabilities"]:
        capabilities["sensors"] = sorted(capabilities["sensors"])
    return described
