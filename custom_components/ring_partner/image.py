"""Images of Ring devices: the picture of the last event."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device
from .entity import RingEntity, async_add_device_entities
from .media.picture_files import CameraId, StoredPicture
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingImageDescription(ImageEntityDescription):
    """Describes an image.

    Attributes:
        component_id: the camera of a device with several.

    """

    component_id: str | None = None


LAST_EVENT: Final = RingImageDescription(key="last_event", translation_key="last_event")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the images."""
    async_add_device_entities(entry, async_add_entities, {RingLastEventImage: _images})


def _images(device: Device) -> Iterator[RingImageDescription]:
    for component_id in device.component_ids:
        if component_id is None:
            yield LAST_EVENT
        else:
            yield RingImageDescription(
                key=f"{LAST_EVENT.key}_{component_id}",
                translation_key="last_event_component",
                translation_placeholders={"component": component_id},
                component_id=component_id,
            )


class RingLastEventImage(RingEntity, ImageEntity):
    """The picture of the last press or motion of a camera."""

    entity_description: RingImageDescription
    # They change with every event and are recorded with the event entity.
    _unrecorded_attributes = frozenset({"event_id", "taken_at"})

    def __init__(
        self, entry: RingConfigEntry, device: Device, description: RingImageDescription
    ) -> None:
        """Set up the image."""
        RingEntity.__init__(self, entry, device, description)
        ImageEntity.__init__(self, self.coordinator.hass)
        self._camera_id = CameraId(device.id, description.component_id)
        self._snapshots = entry.runtime_data.media.snapshots
        self._shown: StoredPicture | None = None

    @property
    @override
    def available(self) -> bool:
        """Whether the device is known; the picture is valid also while offline."""
        return self._device_id in self.coordinator.data

    @override
    async def async_added_to_hass(self) -> None:
        """Load the last picture and listen to newer ones."""
        await super().async_added_to_hass()
        await self._snapshots.async_load(self._camera_id)
        self.async_on_remove(
            self._snapshots.async_add_listener(
                self._camera_id, self._async_picture_changed
            )
        )
        self._async_update_attributes()

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
    def _async_picture_changed(self) -> None:
        if self._snapshots.last_event(self._camera_id) is not self._shown:
            self._async_update_attributes()
            self.async_write_ha_state()

    @callback
    def _async_update_attributes(self) -> None:
        self._shown = self._snapshots.last_event(self._camera_id)
        if self._shown is not None:
            self._attr_content_type = self._shown.picture.content_type
            self._attr_image_last_updated = _time_of(self._shown)


def _time_of(shown: StoredPicture) -> datetime | None:
    return shown.event_time or shown.picture.taken_at
