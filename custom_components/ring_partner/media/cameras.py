"""Finds the account, the device and the camera that an identifier stands for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..account.device_registry import async_get_device
from ..api import Device, RingError
from ..api.media import MAX_CLIP_LENGTH
from ..const import DOMAIN
from ..helpers.translations import translate
from .action_input import past_time
from .clip_cache import ClipId
from .errors import encrypted_error, media_error
from .identifiers import CameraIdentifier, ClipIdentifier, DeviceIdentifier
from .picture_files import CameraId
from .ring_media import RingMedia


class MediaDevice(NamedTuple):
    """A device with cameras.

    Attributes:
        identifier: its identifier in the media browser.
        media: the media of its account.
        device: the device.
        registered: its entry in the device registry.

    """

    identifier: DeviceIdentifier
    media: RingMedia
    device: Device
    registered: dr.DeviceEntry

    @property
    def name(self) -> str:
        """Its name in Home Assistant."""
        return self.registered.name_by_user or self.registered.name or self.device.id

    @property
    def cameras(self) -> list[MediaCamera]:
        """Its cameras, at least one."""
        return [MediaCamera(self, each) for each in self.device.component_ids]

    def error(self, error: RingError | OSError) -> HomeAssistantError:
        """Return the exception that tells a person why its media are missing."""
        if isinstance(error, RingError):
            return media_error(error, self.name)
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="file_not_written",
            translation_placeholders={
                "path": str(error.filename or "-"),
                "reason": error.strerror or type(error).__name__,
            },
        )


class MediaCamera(NamedTuple):
    """A camera.

    Attributes:
        device: its device.
        component_id: the camera of a device with several; None for the only one.

    """

    device: MediaDevice
    component_id: str | None

    @property
    def id(self) -> CameraId:
        """Its ID at Ring."""
        return CameraId(self.device.device.id, self.component_id)

    @property
    def identifier(self) -> CameraIdentifier:
        """Its identifier in the media browser."""
        return CameraIdentifier(self.device.identifier, self.component_id)

    @property
    def ratio(self) -> str | None:
        """The ratio of its width and height."""
        capabilities = self.device.device.capabilities
        if capabilities is None:
            return None
        for each in capabilities.components:
            if each.component_id == self.component_id:
                return each.ratio
        return None if capabilities.video is None else capabilities.video.ratio

    @callback
    def async_get_entity(self, hass: HomeAssistant) -> er.RegistryEntry | None:
        """Return its entity."""
        unique_id = f"{self.device.device.id}_{Platform.CAMERA}"
        if self.component_id is not None:
            unique_id += f"_{self.component_id}"
        registry = er.async_get(hass)
        entity_id = registry.async_get_entity_id(Platform.CAMERA, DOMAIN, unique_id)
        return None if entity_id is None else registry.async_get(entity_id)

    @callback
    def async_get_name(self, hass: HomeAssistant) -> str:
        """Return its name, which is that of the device if it is the only camera."""
        if self.component_id is None:
            return self.device.name
        entity = self.async_get_entity(hass)
        return (entity and (entity.name or entity.original_name)) or translate(
            hass, "media_camera", component=self.component_id
        )

    @callback
    def async_get_full_name(self, hass: HomeAssistant) -> str:
        """Return its name together with that of the device."""
        name = self.async_get_name(hass)
        return name if self.component_id is None else f"{self.device.name} {name}"

    def media_time(self, at: datetime) -> datetime:
        """Return a time of an identifier.

        Raises:
            HomeAssistantError: Ring cannot have media of it, or only in encrypted form.

        """
        if self.device.device.is_encrypted:
            raise encrypted_error(self.device.name)
        return past_time(at)

    def clip_id(self, identifier: ClipIdentifier) -> ClipId:
        """Return the clip of an identifier; raises as `media_time`."""
        start = self.media_time(identifier.start)
        if not timedelta() < identifier.duration <= MAX_CLIP_LENGTH:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="clip_duration"
            )
        return ClipId(self.id, start, identifier.duration)


def unknown_item() -> HomeAssistantError:
    """Return the exception for an identifier that stands for nothing."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="media_item_unknown"
    )


@callback
def async_get_account(hass: HomeAssistant, entry_id: str) -> ConfigEntry:
    """Return the config entry of an account that is set up.

    Raises:
        HomeAssistantError: there is none.

    """
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN:
        raise unknown_item()
    if entry.state is not ConfigEntryState.LOADED:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="account_not_set_up",
            translation_placeholders={"account": entry.title},
        )
    return entry


@callback
def async_get_media_devices(
    hass: HomeAssistant, entry: ConfigEntry
) -> Iterator[MediaDevice]:
    """Iterate over the devices of an account that have a camera."""
    devices: dict[str, Device] = entry.runtime_data.coordinator.data
    for device in devices.values():
        registered = async_get_device(hass, entry, device.id)
        if device.has_camera and registered is not None:
            identifier = DeviceIdentifier(entry.entry_id, registered.id)
            media: RingMedia = entry.runtime_data.media
            yield MediaDevice(identifier, media, device, registered)


@callback
def async_get_media_device(
    hass: HomeAssistant, identifier: DeviceIdentifier
) -> MediaDevice:
    """Return a device with a camera.

    Raises:
        HomeAssistantError: there is none, or its account is not set up.

    """
    entry = async_get_account(hass, identifier.entry_id)
    for device in async_get_media_devices(hass, entry):
        if device.identifier == identifier:
            return device
    raise unknown_item()


@callback
def async_get_media_camera(
    hass: HomeAssistant, identifier: CameraIdentifier
) -> MediaCamera:
    """Return a camera; raises as `async_get_media_device`."""
    for camera in async_get_media_device(hass, identifier.device).cameras:
        if camera.component_id == identifier.component_id:
            return camera
    raise unknown_item()
