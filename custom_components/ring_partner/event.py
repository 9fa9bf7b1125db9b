"""Doorbell and motion events."""

from abc import abstractmethod
from functools import partial
from typing import Final, override

from homeassistant.components.event import (
    DoorbellEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device
from .api.events import EventKind
from .entity import Makers, RingListener, async_add_per_device
from .events import Told
from .registry import looks_like_a_doorbell
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0

MOTION: Final = "motion"
SEVERAL: Final = 2

# Ring's words for what moved (Ring Partner API reference, 3.2); there may be more.
_MOTIONS: Final = {
    "human": "person",
    "vehicle": "vehicle",
    "animal": "animal",
    "package": "package",
    "package_delivery": "package",
    "other_motion": "other",
}

DOORBELL: Final = EventEntityDescription(
    key="doorbell",
    translation_key="doorbell",
    device_class=EventDeviceClass.DOORBELL,
    event_types=[DoorbellEventType.RING],
)
MOTION_EVENT: Final = EventEntityDescription(
    key="motion",
    translation_key="motion",
    device_class=EventDeviceClass.MOTION,
    event_types=[MOTION, *dict.fromkeys(_MOTIONS.values())],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the event entities."""
    events = entry.runtime_data.events

    def entities_of(device: Device) -> Makers[RingEventEntity]:
        if device.id in events.memory.doorbells or looks_like_a_doorbell(device):
            yield "doorbell", partial(DoorbellEvent, entry, device)
        if device.capabilities is None or not device.capabilities.has_camera:
            return
        yield "motion", partial(MotionEvent, entry, device)
        cameras = [
            component.component_id
            for component in device.capabilities.components
            if component.component_id is not None
        ]
        if len(cameras) >= SEVERAL:
            for camera in cameras:
                yield f"motion_{camera}", partial(MotionEvent, entry, device, camera)

    async_add_per_device(entry, async_add_entities, entities_of)


class RingEventEntity(RingListener, EventEntity):
    """Something that happens at a device."""

    _speaks = False

    @property
    @override
    def available(self) -> bool:
        """Whether the device is online, or was when what is told now happened."""
        return self._speaks or super().available

    @callback
    @override
    def hear(self, told: Told) -> bool:
        """Fire, if it is news."""
        if not told.is_news or (happened := self.what_happened(told)) is None:
            return False
        if gone := not self.available:
            # It happened before the device went offline; triggers ignore what
            # follows upon "unavailable".
            self._speaks = True
            self.async_write_ha_state()
        self._trigger_event(
            happened,
            {
                "time": told.at,
                "sub_type": told.event.sub_type,
                "event_id": told.event.event_id,
            },
        )
        self.async_write_ha_state()
        if gone:
            self._speaks = False
            self.async_write_ha_state()
        return True

    @abstractmethod
    def what_happened(self, told: Told) -> str | None:
        """Return which of the entity's events this is, if it is one."""


class DoorbellEvent(RingEventEntity):
    """Somebody presses the button."""

    def __init__(self, entry: RingConfigEntry, device: Device) -> None:
        """Set up the entity."""
        super().__init__(entry, device, DOORBELL)

    @override
    def what_happened(self, told: Told) -> str | None:
        """Return a ring for every press."""
        pressed = told.event.type == EventKind.BUTTON_PRESS
        return DoorbellEventType.RING if pressed else None


class MotionEvent(RingEventEntity):
    """A camera, or one camera of several, sees something move."""

    def __init__(
        self,
        entry: RingConfigEntry,
        device: Device,
        component_id: str | None = None,
    ) -> None:
        """Set up the entity; without a component for all cameras of the device."""
        super().__init__(entry, device, MOTION_EVENT)
        self._component_id = component_id
        if component_id is not None:
            self._attr_unique_id = f"{device.id}_motion_{component_id}"
            self._attr_translation_key = "motion_component"
            self._attr_translation_placeholders = {"component": component_id}

    @override
    def what_happened(self, told: Told) -> str | None:
        """Return what moved; words that nobody knows are just motion."""
        event = told.event
        if event.type != EventKind.MOTION_DETECTED:
            return None
        if self._component_id not in (None, *event.component_ids):
            return None
        return _MOTIONS.get(event.sub_type or "", MOTION)
