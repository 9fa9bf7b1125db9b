"""Devices of the integration, as Home Assistant shows them."""

from collections.abc import Collection
from dataclasses import dataclass

from .api import HomeAssistantApi, State


@dataclass(frozen=True, slots=True)
class Device:
    """A device in Home Assistant's device registry.

    Attributes:
        id: ID in the device registry.
        name: Name that the frontend shows.
        available: Whether Ring reports the device as online. For devices without a
            connectivity entity: whether any entity is available.
        entity_ids: Enabled entities, sorted.
    """

    id: str
    name: str
    available: bool
    entity_ids: tuple[str, ...]


async def get_devices(api: HomeAssistantApi, entry_id: str) -> list[Device]:
    """Return the devices of a config entry whose entities all have a state."""
    states = await api.states()
    entities: dict[str, list[str]] = {}
    for entity in await api.websocket_command("config/entity_registry/list"):
        if entity["config_entry_id"] == entry_id and entity["disabled_by"] is None:
            entities.setdefault(entity["device_id"], []).append(entity["entity_id"])
    return [
        Device(
            device["id"],
            device["name_by_user"] or device["name"],
            _is_available([states[entity_id] for entity_id in entity_ids]),
            tuple(sorted(entity_ids)),
        )
        for device in await api.websocket_command("config/device_registry/list")
        if (entity_ids := entities.get(device["id"]))
        and all(entity_id in states for entity_id in entity_ids)
    ]


def _is_available(states: Collection[State]) -> bool:
    """Return whether a device with these entities is available."""
    for state in states:
        # The connectivity entity stays available while its device is offline.
        if state.attributes.get("device_class") == "connectivity":
            return state.state == "on"
    return any(state.available for state in states)
