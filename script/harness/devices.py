"""The devices that Home Assistant shows, as a person would say it."""

from collections.abc import Collection
from dataclasses import dataclass

from .api import HomeAssistantApi, State


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A device of the integration."""

    id: str
    name: str
    available: bool
    entity_ids: tuple[str, ...]


async def shown_devices(api: HomeAssistantApi, entry_id: str) -> list[ShownDevice]:
    """Return the devices of a configuration entry whose entities are all there."""
    states = await api.states()
    entities: dict[str, list[str]] = {}
    for entity in await api.command("config/entity_registry/list"):
        if entity["config_entry_id"] == entry_id and entity["disabled_by"] is None:
            entities.setdefault(entity["device_id"], []).append(entity["entity_id"])
    return [
        ShownDevice(
            device["id"],
            device["name_by_user"] or device["name"],
            _available([states[entity_id] for entity_id in entity_ids]),
            tuple(sorted(entity_ids)),
        )
        for device in await api.command("config/device_registry/list")
        if (entity_ids := entities.get(device["id"]))
        and all(entity_id in states for entity_id in entity_ids)
    ]


def _available(states: Collection[State]) -> bool:
    """Return whether a device with these entities is within reach.

    Its connectivity sensor knows best, and stays available to tell.
    """
    for state in states:
        if state.attributes.get("device_class") == "connectivity":
            return state.state == "on"
    return any(state.available for state in states)
