"""Base classes of the entities of Ring devices, and how they are added."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import UNDEFINED
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .account.device_registry import (
    account_device_info,
    async_get_device,
    ring_device_info,
)
from .api import Device
from .coordinator import RingDevicesCoordinator
from .events.dispatcher import DispatchedEvent
from .media.picture_files import CameraId
from .runtime import RingConfigEntry


@dataclass(frozen=True, kw_only=True)
class RingEntityDescription(EntityDescription):
    """Describes an entity of Ring devices.

    Attributes:
        exists: whether a device has the entity.

    """

    exists: Callable[[Device], bool] = lambda _device: True


@dataclass(frozen=True, kw_only=True)
class RingCameraEntityDescription(EntityDescription):
    """Describes an entity of a camera.

    Attributes:
        component_id: the camera of a device with several.

    """

    component_id: str | None = None


type EntityFactory = Callable[[RingConfigEntry, Device, Any], Entity]
"""Makes the entity of a device from its description."""
type Describe = Callable[[Device], Iterable[EntityDescription]]
"""Returns the descriptions of the entities that a device has."""


def existing(*descriptions: RingEntityDescription) -> Describe:
    """Return a function that returns those descriptions that exist for a device."""
    return lambda device: (each for each in descriptions if each.exists(device))


def for_cameras(description: EntityDescription) -> Describe:
    """Return a function that returns the description for devices with a camera."""
    return lambda device: (description,) if device.has_camera else ()


def reading(device: Device, name: str) -> Any:
    """Return a reading of a sensor; None if it is unknown.

    The readings of a sensor that has never reported are unknown.

    Args:
        device: the device.
        name: attribute of its status.

    """
    status = device.status
    if status is None or status.never_reported:
        return None
    return getattr(status, name)


def has_reading(device: Device, name: str) -> bool:
    """Return whether Ring reports a reading of a device."""
    return device.status is not None and getattr(device.status, name) is not None


def for_component[D: RingCameraEntityDescription](
    description: D, component_id: str, **changes: Any
) -> D:
    """Return the description for one camera of a device with several.

    Args:
        description: for a device with one camera.
        component_id: the camera.
        changes: attributes that differ, such as the translation key.

    """
    return replace(
        description,
        key=f"{description.key}_{component_id}",
        # A camera has the name of its device only if it is the only one.
        name=UNDEFINED,
        translation_placeholders={"component": component_id},
        component_id=component_id,
        **changes,
    )


def for_each_camera[D: RingCameraEntityDescription](
    description: D, **changes: Any
) -> Callable[[Device], Iterator[D]]:
    """Return a function that iterates over the descriptions for a device's cameras.

    Args:
        description: for a device with one camera.
        changes: as for `for_component`.

    """

    def describe(device: Device) -> Iterator[D]:
        for component_id in device.component_ids:
            yield (
                description
                if component_id is None
                else for_component(description, component_id, **changes)
            )

    return describe


@callback
def async_add_device_entities(
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities: Mapping[EntityFactory, Describe],
) -> None:
    """Add the entities of all devices, and those that devices get later.

    Args:
        entry: the account.
        async_add_entities: adds entities to the platform.
        entities: what the entities of a device are made from.

    """
    coordinator = entry.runtime_data.coordinator
    added: dict[str, set[str]] = {}

    @callback
    def add_new() -> None:
        for removed in added.keys() - coordinator.data.keys():
            # A device that an event has hidden is registered until the next poll.
            if async_get_device(coordinator.hass, entry, removed) is None:
                del added[removed]
        new = []
        for device in coordinator.data.values():
            keys = added.setdefault(device.id, set())
            for factory, describe in entities.items():
                for description in describe(device):
                    if description.key not in keys:
                        keys.add(description.key)
                        new.append(factory(entry, device, description))
        if new:
            async_add_entities(new)

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()


class RingEntity(CoordinatorEntity[RingDevicesCoordinator]):
    """An entity of a Ring device."""

    _attr_has_entity_name = True

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: EntityDescription
    ) -> None:
        """Set up the entity."""
        runtime = entry.runtime_data
        super().__init__(runtime.coordinator)
        self.entity_description = description
        self._device_id = device.id
        self._attr_unique_id = f"{device.id}_{description.key}"
        self._attr_device_info = ring_device_info(device, runtime.account_device_id)

    @property
    def device(self) -> Device:
        """The device as Ring last described it."""
        return self.coordinator.data[self._device_id]

    @property
    def has_data(self) -> bool:
        """Whether there is data of the device that is recent enough to be shown."""
        return self.coordinator.is_fresh and self._device_id in self.coordinator.data

    @property
    @override
    def available(self) -> bool:
        """Whether there is data of the device and it is not offline."""
        return self.has_data and not self.device.is_offline

    @override
    async def async_update(self) -> None:
        """Request the device now."""
        await self.coordinator.async_refresh_device(self._device_id)


class RingPictureEntity(RingEntity):
    """An entity that shows pictures of a camera."""

    def __init__(
        self,
        entry: RingConfigEntry,
        device: Device,
        description: RingCameraEntityDescription,
    ) -> None:
        """Set up the entity."""
        super().__init__(entry, device, description)
        self._camera_id = CameraId(device.id, description.component_id)
        self._snapshots = entry.runtime_data.media.snapshots

    @override
    async def async_added_to_hass(self) -> None:
        """Load the last picture and listen to newer ones."""
        await super().async_added_to_hass()
        await self._snapshots.async_load(self._camera_id)
        self.async_on_remove(
            self._snapshots.async_add_listener(
                self._camera_id, self.async_picture_changed
            )
        )
        self.async_update_picture()

    @callback
    def async_picture_changed(self) -> None:
        """Show another picture."""
        self.async_update_picture()
        self.async_write_ha_state()

    @callback
    @abstractmethod
    def async_update_picture(self) -> None:
        """Take the attributes of the picture that is shown now."""


class RingAccountEntity(Entity):
    """An entity of an account. It is available as long as the account is set up."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: RingConfigEntry, description: EntityDescription) -> None:
        """Set up the entity."""
        self.entity_description = description
        self._attr_unique_id = f"{entry.unique_id}_{description.key}"
        self._attr_device_info = account_device_info(entry)


class RingEventListenerEntity(RingEntity):
    """An entity that is updated by the events of its device."""

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: EntityDescription
    ) -> None:
        """Set up the entity."""
        super().__init__(entry, device, description)
        self._dispatcher = entry.runtime_data.dispatcher
        self._delivery = entry.runtime_data.delivery
        self._history = entry.runtime_data.history

    @property
    @override
    def has_data(self) -> bool:
        """Whether the device is known and its events can arrive.

        Webhooks arrive also while Ring cannot be polled.
        """
        fresh = self.coordinator.is_fresh or self._delivery.is_possible
        return fresh and self._device_id in self.coordinator.data

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the events of the device."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._dispatcher.async_listen_device(
                self._device_id, self.async_handle_event
            )
        )

    @override
    async def async_update(self) -> None:
        """Request the device and its event history now."""
        await super().async_update()
        await self._history.async_read_now(self._device_id)

    @callback
    @abstractmethod
    def async_handle_event(self, dispatched: DispatchedEvent) -> bool:
        """Handle an event of the device; return whether the entity has shown it."""
