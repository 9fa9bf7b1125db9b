"""What all entities of Ring devices have in common."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .api import Device
from .coordinator import RingConfigEntry, RingDevicesCoordinator
from .registry import ring_device


class RingEntity(CoordinatorEntity[RingDevicesCoordinator]):
    """An entity of one Ring device."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: RingDevicesCoordinator,
        device: Device,
        description: EntityDescription,
    ) -> None:
        """Set up the entity."""
        super().__init__(coordinator)
        self.entity_description = description
        self._device_id = device.id
        self._attr_unique_id = f"{device.id}_{description.key}"
        self._attr_device_info = ring_device(device)

    @property
    def device(self) -> Device:
        """The device as Ring described it last."""
        return self.coordinator.data[self._device_id]

    @property
    def known(self) -> bool:
        """Ring's description of the device is there and recent enough."""
        return self.coordinator.is_fresh and self._device_id in self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Whether the device is online and known well enough to be shown."""
        if not self.known:
            return False
        status = self.device.status
        return status is None or status.online is not False

    @override
    async def async_update(self) -> None:
        """Ask Ring about this device now."""
        await self.coordinator.async_refresh_device(self._device_id)


@callback
def async_add_per_device(
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Device], Iterable[tuple[str, Callable[[], Entity]]]],
) -> None:
    """Add the entities of all devices, and of those that appear later.

    Args:
        entry: the account.
        async_add_entities: Home Assistant's way in.
        entities_of: names the entities that a device has by a key each, with how to
            make them. More may come as Ring tells more about a device.

    """
    coordinator = entry.runtime_data.coordinator
    added: dict[str, set[str]] = {}

    @callback
    def add_new() -> None:
        for gone in added.keys() - coordinator.data.keys():
            del added[gone]
        new = []
        for device in coordinator.data.values():
            known = added.setdefault(device.id, set())
            for key, make in entities_of(device):
                if key not in known:
                    known.add(key)
                    new.append(make())
        if new:
            async_add_entities(new)

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
