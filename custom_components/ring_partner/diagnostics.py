"""Diagnostics without names, identifiers, places and secrets."""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.util import dt as dt_util

from .account.device_registry import has_doorbell_model, model_of
from .api import Device
from .api.fields import Json, mapping, mappings, text
from .const import CONF_HMAC_KEY, CONF_LINK, DOMAIN
from .helpers.payload_shape import known_text, shape_of
from .helpers.words import is_word
from .media.disk_usage import async_get_disk_usage
from .runtime import RingConfigEntry, RingRuntimeData


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: RingConfigEntry
) -> dict[str, Any]:
    """Return diagnostics for an account."""
    account = {
        "state": entry.state.value,
        "link": entry.data[CONF_LINK],
        "uses_webhooks": CONF_HMAC_KEY in entry.data,
        "options": dict(entry.options),
    }
    if entry.state is not ConfigEntryState.LOADED:
        return {"account": account}
    runtime = entry.runtime_data
    coordinator = runtime.coordinator
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    usage = await async_get_disk_usage(hass, entry.entry_id)
    return {
        "account": account,
        "counts": {
            "devices": _count_devices(runtime),
            "entities": _count_entities(hass, entities),
        },
        "health": _describe_health(entry),
        "polling": {
            "seconds_since_success": _age(coordinator.last_success),
            "interval_seconds": coordinator.update_interval
            and coordinator.update_interval.total_seconds(),
            "fresh": coordinator.is_fresh,
            "stale_after_seconds": coordinator.stale_after.total_seconds(),
            "unusable_resources": coordinator.skipped,
            "last_error": type(coordinator.last_exception).__name__
            if coordinator.last_exception
            else None,
        },
        "requests": _describe_requests(runtime),
        "events": _describe_events(runtime),
        "media": {
            "live_views": runtime.media.live_view.active,
            "files": usage.files,
            "bytes": usage.size,
        },
        "devices": [
            _describe_device(runtime, device) for device in coordinator.data.values()
        ],
        "device_list": [shape_of(page) for page in coordinator.pages],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: RingConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return diagnostics for a device, or for the account that it stands for."""
    ids = {key for domain, key in device.identifiers if domain == DOMAIN}
    if entry.unique_id in ids or entry.state is not ConfigEntryState.LOADED:
        return await async_get_config_entry_diagnostics(hass, entry)
    runtime = entry.runtime_data
    known = [runtime.coordinator.data[key] for key in ids & {*runtime.coordinator.data}]
    entities = er.async_entries_for_device(
        er.async_get(hass), device.id, include_disabled_entities=True
    )
    return {
        "is_listed": bool(known),
        "entities": _count_entities(hass, entities),
        "devices": [_describe_device(runtime, each) for each in known],
        "resources": [
            shape_of(resource)
            for page in runtime.coordinator.pages
            for resource in _resources_of(page, ids)
        ],
    }


def _count_devices(runtime: RingRuntimeData) -> dict[str, int]:
    devices = runtime.coordinator.data.values()
    kinds = Counter(_kind_of(runtime, device) for device in devices)
    return {
        "total": len(devices),
        **dict(sorted(kinds.items())),
        "several_cameras": sum(len(device.component_ids) > 1 for device in devices),
        "encrypted": sum(device.is_encrypted for device in devices),
        "offline": sum(device.is_offline for device in devices),
        "without_status": sum(device.status is None for device in devices),
    }


def _count_entities(
    hass: HomeAssistant, entities: Iterable[er.RegistryEntry]
) -> dict[str, Any]:
    entities = list(entities)
    states = [hass.states.get(entity.entity_id) for entity in entities]
    found = Counter(state.state for state in states if state is not None)
    return {
        "total": len(entities),
        "platforms": dict(sorted(Counter(each.domain for each in entities).items())),
        "disabled": sum(entity.disabled for entity in entities),
        "unavailable": found[STATE_UNAVAILABLE],
        "unknown": found[STATE_UNKNOWN],
    }


def _describe_health(entry: RingConfigEntry) -> dict[str, Any]:
    runtime = entry.runtime_data
    health = runtime.health
    return {
        "state": health.state.value,
        "seconds_in_state": _age(health.since),
        "reason": health.reason and _without_private_texts(health.reason, entry),
        "seconds_to_next_try": health.next_try and -(_age(health.next_try) or 0),
        "failed_polls": health.failed_polls,
    }


def _describe_requests(runtime: RingRuntimeData) -> dict[str, Any]:
    shared = runtime.app.resilience
    return {
        "limit_per_second": shared.limiter.limit,
        "in_last_second": shared.limiter.grants_in_window,
        "waiting": shared.limiter.waiting,
        "paused_for_seconds": round(shared.limiter.paused_for, 1),
        "circuit_breaker": shared.breaker.state.value,
        "network_refused_for_seconds": round(shared.network_pause.remaining, 1),
        # A count of 0 is left out.
        "unusable": dict(sorted((+runtime.session.parse_failures).items())),
    }


def _describe_events(runtime: RingRuntimeData) -> dict[str, Any]:
    tracker = runtime.delivery.tracker
    return {
        "delivery": runtime.delivery.state.value,
        "seconds_since_delivery": _age(tracker.last_delivery),
        "seconds_since_history_read": _age(runtime.history.last_read),
        "missed": tracker.missed_events,
        "devices_not_sent": len(tracker.devices_not_sent),
        "wrong_signatures": tracker.wrong_signatures,
        "unusable_webhooks": runtime.app.router.unusable_webhooks,
        "unknown_types": dict(sorted(runtime.dispatcher.unknown_types.counts.items())),
        "doorbells": len(runtime.dispatcher.store.doorbells),
    }


def _kind_of(runtime: RingRuntimeData, device: Device) -> str:
    """Return the kind of a device, which Ring does not report."""
    is_doorbell = device.id in runtime.dispatcher.store.doorbells
    if is_doorbell or has_doorbell_model(device):
        return "doorbell"
    if device.has_camera:
        return "camera"
    if device.capabilities is None:
        return "unknown"
    if device.capabilities.plays_chime:
        return "chime"
    return "sensor" if device.capabilities.sensors else "other"


def _describe_device(runtime: RingRuntimeData, device: Device) -> dict[str, Any]:
    """Return a device without its ID, name, location and the shape of its zones."""
    reported_at = None if device.status is None else device.status.reported_at
    described: dict[str, Any] = {
        "kind": _kind_of(runtime, device),
        "model": model_of(device),
        "seconds_since_report": _age(reported_at),
        "missing": [
            each.name for each in fields(device) if getattr(device, each.name) is None
        ],
    }
    if device.status is not None:
        described["status"] = _without_texts(asdict(device.status))
        described["status"].pop("reported_at", None)
    if device.capabilities is not None:
        described["capabilities"] = _without_texts(asdict(device.capabilities))
        described["capabilities"]["sensors"] = sorted(
            filter(is_word, device.capabilities.sensors)
        )
    if (configurations := device.configurations) is not None:
        described["configurations"] = _without_texts(asdict(configurations)) | {
            "audio_slots": len(configurations.audio_slots),
            "image_enhancements": {
                name: value
                for name, value in configurations.image_enhancements
                if is_word(name)
            },
            "motion_zones": len(configurations.motion_zones),
            "privacy_zones": len(configurations.privacy_zones),
        }
    return described


def _without_texts(value: Any) -> Any:
    """Return values of Ring's with types in place of texts that could be private."""
    match value:
        case dict():
            return {
                key: _without_texts(member)
                for key, member in value.items()
                if member is not None
            }
        case list() | tuple():
            return [_without_texts(item) for item in value]
        case str():
            return known_text(value)
        case datetime():
            return value.isoformat()
    return value


def _resources_of(page: Json, ids: Container[str]) -> Iterable[Json]:
    """Return the resources of devices in a page of the device list."""
    related: set[str | None] = set()
    for resource in mappings(page.get("data")):
        if text(resource.get("id")) in ids:
            yield resource
            for relationship in mapping(resource.get("relationships")).values():
                data = mapping(mapping(relationship).get("data"))
                related.add(text(data.get("id")))
    for resource in mappings(page.get("included")):
        if (text(resource.get("id")) or "") in related:
            yield resource


def _without_private_texts(reason: str, entry: RingConfigEntry) -> str:
    """Return a text of Ring's without what is known to identify account and devices."""
    devices = entry.runtime_data.coordinator.data.values()
    private = [entry.unique_id, entry.title]
    private += [each for device in devices for each in (device.id, device.name)]
    for each in sorted(filter(None, private), key=len, reverse=True):
        reason = reason.replace(each, "…")
    return reason


def _age(at: datetime | None) -> int | None:
    """Return how long ago a time is, in seconds."""
    return None if at is None else round((dt_util.utcnow() - at).total_seconds())
