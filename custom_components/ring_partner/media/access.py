"""What the user of a request may see in the media browser."""

from collections.abc import Iterable

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.websocket_api import current_connection
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from .action_input import async_check_permission
from .cameras import (
    MediaCamera,
    MediaDevice,
    async_get_account,
    async_get_media_camera,
    async_get_media_device,
    async_get_media_devices,
)
from .errors import encrypted_error
from .identifiers import (
    AccountIdentifier,
    CameraIdentifier,
    DeviceIdentifier,
    Identifier,
)


async def async_get_devices(
    hass: HomeAssistant, entry: ConfigEntry
) -> list[MediaDevice]:
    """Return the devices of an account that the user may see."""
    devices = []
    for device in async_get_media_devices(hass, entry):
        try:
            await _async_check(hass, device)
        except HomeAssistantError:
            continue
        devices.append(device)
    return devices


async def async_get_device(
    hass: HomeAssistant, identifier: DeviceIdentifier
) -> MediaDevice:
    """Return a device whose recordings the user may see, and Home Assistant can show.

    Raises:
        HomeAssistantError: the sentence tells why not.

    """
    device = async_get_media_device(hass, identifier)
    await _async_check(hass, device)
    if device.device.is_encrypted:
        raise encrypted_error(device.name)
    return device


async def async_get_camera(
    hass: HomeAssistant, identifier: CameraIdentifier
) -> MediaCamera:
    """Return a camera; raises as `async_get_device`."""
    await async_get_device(hass, identifier.device)
    return async_get_media_camera(hass, identifier)


async def async_get_cameras(
    hass: HomeAssistant, identifier: Identifier | None
) -> list[MediaCamera]:
    """Return the cameras that a folder is about, None for all.

    Raises:
        HomeAssistantError: there is no such folder, or the user may not see it.

    """
    match identifier:
        case None:
            entries: Iterable[ConfigEntry] = hass.config_entries.async_loaded_entries(
                DOMAIN
            )
        case AccountIdentifier():
            entries = [async_get_account(hass, identifier.entry_id)]
        case DeviceIdentifier():
            return (await async_get_device(hass, identifier)).cameras
        case CameraIdentifier():
            return [await async_get_camera(hass, identifier)]
        case _:
            return [await async_get_camera(hass, identifier.camera)]
    return [
        camera
        for entry in entries
        for device in await async_get_devices(hass, entry)
        if not device.device.is_encrypted
        for camera in device.cameras
    ]


async def _async_check(hass: HomeAssistant, device: MediaDevice) -> None:
    """Raise HomeAssistantError if the user may not see a device."""
    if (connection := current_connection.get()) is not None:
        context = Context(user_id=connection.user.id)
        await async_check_permission(hass, context, device.registered, POLICY_READ)
