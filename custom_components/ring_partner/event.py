"""Doorbell and motion events of Ring devices."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.event import (
    DoorbellEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.device_registry import has_doorbell_model
from .api import Device
from .api.events import RingEvent, RingEventType
from .entity import (
    RingCameraEntityDescription,
    RingEventListenerEntity,
    async_add_device_entities,
    for_component,
)
from .events.dispatcher import DispatchedEvent
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0

MOTION: Final = "motion"

# Event types by Ring's subtype (Ring Partner API reference, 3.2), which may have other
# values too.
_MOTION_TYPES: Final = {
    "human": "person",
    "vehicle": "vehicle",
    "animal": "animal",
    "package": "package",
    "package_delivery": "package",
    "other_motion": "other",
}


@dataclass(frozen=True, kw_only=True)
class MotionEventDescription(RingCameraEntityDescription, EventEntityDescription):
    """Describes a motion event; without a component, of all cameras of the device."""


DOORBELL_EVENT: Final = EventEntityDescription(
    key="doorbell",
    translation_key="doorbell",
    device_class=EventDeviceClass.DOORBELL,
    event_types=[DoorbellEventType.RING],
)
MOTION_EVENT: Final = MotionEventDescription(
    key="motion",
    translation_key="motion",
    device_class=EventDeviceClass.MOTION,
    event_types=[MOTION, *dict.fromkeys(_MOTION_TYPES.values())],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the event entities."""
    doorbells = entry.runtime_data.dispatcher.store.doorbells

    def doorbell_events(device: Device) -> Iterator[EventEntityDescription]:
        if device.id in doorbells or has_doorbell_model(device):
            yield DOORBELL_EVENT

    async_add_device_entities(
        entry,
        async_add_entities,
        {RingDoorbellEvent: doorbell_events, RingMotionEvent: _motion_events},
    )


def _motion_events(device: Device) -> Iterator[MotionEventDescription]:
    """Iterate over the motion events: one for the device, and one for each camera."""
    if not device.has_camera:
        return
    yield MOTION_EVENT
    for component_id in filter(None, device.component_ids):
        yield for_component(
            MOTION_EVENT, component_id, translation_key="motion_component"
        )


class RingEventEntity(RingEventListenerEntity, EventEntity):
    """An event of a device."""

    _available_for_event = False

    @property
    @override
    def available(self) -> bool:
        """Whether the device is online, or was at the time of the event shown now."""
        return self._available_for_event or super().available

    @callback
    @override
    def async_handle_event(self, dispatched: DispatchedEvent) -> bool:
        """Trigger the event, unless it is late."""
        if (
            dispatched.is_late
            or (type_ := self.event_type_of(dispatched.event)) is None
        ):
            return False
        if unavailable := not self.available:
            # The event happened before the device went offline. Event triggers ignore
            # a change from unavailable.
            self._available_for_event = True
            self.async_write_ha_state()
        self._trigger_event(
            type_,
            {
                "time": dispatched.at,
                "sub_type": dispatched.event.sub_type,
                "event_id": dispatched.event.event_id,
            },
        )
        self.async_write_ha_state()
        if unavailable:
            self._available_for_event = False
            self.async_write_ha_state()
        return True

    @abstractmethod
    def event_type_of(self, event: RingEvent) -> str | None:
        """Return the entity's event type for an event; None if it has none."""


class RingDoorbellEvent(RingEventEntity):
    """A press of the doorbell's button."""

    @override
    def event_type_of(self, event: RingEvent) -> str | None:
        """Return `ring` for a press of the button."""
        return (
            DoorbellEventType.RING if event.type == RingEventType.BUTTON_PRESS else None
        )


class RingMotionEvent(RingEventEntity):
    """Motion at a device, or at one of its cameras."""

    entity_description: MotionEventDescription

    @override
    def event_type_of(self, event: RingEvent) -> str | None:
        """Return what moved; `motion` if Ring does not report it."""
        if event.type != RingEventType.MOTION_DETECTED:
            return None
        if self.entity_description.component_id not in (None, *event.component_ids):
            return None
        return _MOTION_TYPES.get(event.sub_type or "", MOTION)
