"""Images of Ring devices: the picture of the last event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device
from .entity import (
    RingCameraEntityDescription,
    RingPictureEntity,
    async_add_device_entities,
    for_each_camera,
)
from .media.picture_files import StoredPicture
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingImageDescription(RingCameraEntityDescription, ImageEntityDescription):
    """Describes an image."""


LAST_EVENT: Final = RingImageDescription(key="last_event", translation_key="last_event")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the images."""
    images = for_each_camera(LAST_EVENT, translation_key="last_event_component")
    async_add_device_entities(entry, async_add_entities, {RingLastEventImage: images})


class RingLastEventImage(RingPictureEntity, ImageEntity):
    """The picture of the last press or motion of a camera."""

    entity_description: RingImageDescription
    # They change with every event and are recorded with the event entity.
    _unrecorded_attributes = frozenset({"event_id", "taken_at"})

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: RingImageDescription
    ) -> None:
        """Set up the image."""
        RingPictureEntity.__init__(self, entry, device, description)
        ImageEntity.__init__(self, self.coordinator.hass)
        self._shown: StoredPicture | None = None

    @property
    @override
    def available(self) -> bool:
        """Whether the device is known; the picture is valid also while offline."""
        return self._device_id in self.coordinator.data

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Which event the picture shows, when it was taken and from where it is."""
        shown = self._shown
        return {
            "event_type": shown and shown.event_type,
            "event_id": shown and shown.event_id,
            "taken_at": shown and shown.picture.taken_at,
            "origin": shown and shown.picture.origin,
        }

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture."""
        return self._shown.picture.content if self._shown else None

    @callback
    @override
    def async_picture_changed(self) -> None:
        """Show the picture of another event; other pictures are not shown."""
        if self._snapshots.last_event(self._camera_id) is not self._shown:
            super().async_picture_changed()

    @callback
    @override
    def async_update_picture(self) -> None:
        """Take the picture of the last event, its type and its time."""
        self._shown = self._snapshots.last_event(self._camera_id)
        if self._shown is not None:
            self._attr_content_type = self._shown.picture.content_type
            self._attr_image_last_updated = _time_of(self._shown)


def _time_of(shown: StoredPicture) -> datetime | None:
    return shown.event_time or shown.picture.taken_at
