"""What all entities of Ring devices have in common."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Protocol, override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .api import Device
from .coordinator import RingDevicesCoordinator
from .events import Told
from .registry import ring_device
from .runtime import RingConfigEntry

type Makers[E: Entity] = Iterator[tuple[str, Callable[[], E]]]
"""Entities that a device has: a key for each, and how to make it."""


class RingEntity(CoordinatorEntity[RingDevicesCoordinator]):
    """An entity of one Ring device."""

    _attr_has_entity_name = True

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: EntityDescription
    ) -> None:
        """Set up the entity."""
        super().__init__(entry.runtime_data.coordinator)
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


class RingListener(RingEntity):
    """An entity that hears of a device's events as they come."""

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: EntityDescription
    ) -> None:
        """Set up the entity."""
        super().__init__(entry, device, description)
        self._events = entry.runtime_data.events
        self._webhooks = entry.runtime_data.webhooks
        self._history = entry.runtime_data.history

    @property
    @override
    def known(self) -> bool:
        """Ring's description of the device is there, and events can come.

        They come by themselves, so that data which is too old to be shown elsewhere is
        no reason to take the doorbell away.
        """
        fresh = self.coordinator.is_fresh or self._webhooks.may_come
        return fresh and self._device_id in self.coordinator.data

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the device."""
        await super().async_added_to_hass()
        self.async_on_remove(self._events.async_listen(self._device_id, self.hear))

    @override
    async def async_update(self) -> None:
        """Ask Ring about this device, and what happened at it, now."""
        await super().async_update()
        await self._history.async_read_now(self._device_id)

    @callback
    @abstractmethod
    def hear(self, told: Told) -> bool:
        """Take in an event of the device; tell whether it has set something off."""


class Described(Protocol):
    """A description that knows which devices it is for."""

    @property
    def key(self) -> str:
        """What the entity is called inside its device."""

    @property
    def exists(self) -> Callable[[Device], bool]:
        """Tell whether a device has the entity."""


def described[D: Described, E: Entity](
    make: Callable[[RingConfigEntry, Device, D], E],
    descriptions: Iterable[D],
    entry: RingConfigEntry,
    device: Device,
) -> Makers[E]:
    """Iterate over what a device has of several described entities."""
    for description in descriptions:
        if description.exists(device):
            yield description.key, partial(make, entry, device, description)


@callback
def async_add_per_device(
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Device], Makers[Entity]],
) -> None:
    """Add the entities of all devices, and of those that appear later.

    Args:
        entry: the account.
        async_add_entities: Home Assistant's way in.
        entities_of: what a device has; more may come as Ring tells more about it.

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
