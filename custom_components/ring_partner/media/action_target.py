"""The device of an action, and what an action does with it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, service

from ..api import Device, NotFoundError, RingError, RingSession
from ..const import DOMAIN
from .action_downloads import Waiting
from .action_input import async_check_permission
from .errors import encrypted_error, media_error
from .identifiers import CameraIdentifier, DeviceIdentifier
from .picture_files import CameraId
from .ring_media import RingMedia


class ActionTarget(NamedTuple):
    """The device of an action.

    Attributes:
        entry: the account of the device.
        session: requests of the account to Ring.
        media: the media of the account.
        device: the device.
        registry_id: its ID in the device registry.
        name: its name in Home Assistant.

    """

    entry: ConfigEntry
    session: RingSession
    media: RingMedia
    device: Device
    registry_id: str
    name: str

    def camera_id(
        self, selected: str | None, seen_by: Iterable[str | None] = ()
    ) -> CameraId:
        """Return a camera of the device.

        Args:
            selected: the camera that the person has selected.
            seen_by: without a selection, the cameras that saw an event. If none is
                known, it is the first camera of the device.

        Raises:
            ServiceValidationError: the device has no such camera.

        """
        known = self.device.component_ids
        if selected is not None and selected not in known:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_component",
                translation_placeholders={
                    "device": self.name,
                    "component": selected,
                    "components": ", ".join(filter(None, known)) or "-",
                },
            )
        if selected is None:
            selected = next((each for each in seen_by if each in known), known[0])
        return CameraId(self.device.id, selected)

    def camera_identifier(self, camera_id: CameraId) -> CameraIdentifier:
        """Return the identifier of a camera in URLs."""
        device = DeviceIdentifier(self.entry.entry_id, self.registry_id)
        return CameraIdentifier(device, camera_id.component_id)

    def waiting(self, timeout: timedelta) -> Waiting:
        """Return how to wait for Ring, which ends when the account is unloaded."""

        def check() -> None:
            loaded = self.entry.state is ConfigEntryState.LOADED
            if not loaded or self.entry.runtime_data.media is not self.media:
                raise HomeAssistantError(
                    translation_domain=DOMAIN,
                    translation_key="unloaded_meanwhile",
                    translation_placeholders={"account": self.entry.title},
                )

        return Waiting(timeout, self.session.resilience.sleep, check)

    @contextmanager
    def translated_errors(self, path: Path | None = None) -> Iterator[None]:
        """Raise errors of Ring and of the disk as exceptions of Home Assistant."""
        try:
            yield
        except RingError as error:
            raise media_error(error, self.name) from error
        except OSError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="file_not_written",
                translation_placeholders={
                    "path": str(path),
                    "reason": error.strerror or type(error).__name__,
                },
            ) from error


class FoundDevice(NamedTuple):
    """A device in Home Assistant's registry.

    Attributes:
        registered: its entry in the device registry.
        entry: the config entry of its account.
        device: the device; None for an account, and if Ring no longer has it.
        name: its name in Home Assistant.

    """

    registered: dr.DeviceEntry
    entry: ConfigEntry
    device: Device | None
    name: str


@callback
def async_find_device(hass: HomeAssistant, device_id: str) -> FoundDevice:
    """Return a device of an account that is set up, by its ID in the device registry.

    Raises:
        ServiceValidationError: there is none.

    """
    registered, entry = service.async_get_device_and_config_entry(
        hass, DOMAIN, device_id, include_child_devices=False
    )
    known: dict[str, Device] = entry.runtime_data.coordinator.data
    device = next(
        (known[key] for _, key in registered.identifiers if key in known), None
    )
    name = registered.name_by_user or registered.name or device_id
    return FoundDevice(registered, entry, device, name)


async def async_get_target(
    call: ServiceCall, device_id: str, policy: str
) -> ActionTarget:
    """Return a device with a camera.

    Raises:
        HomeAssistantError: there is none, or the user may not access it.

    """
    registered, entry, device, name = async_find_device(call.hass, device_id)
    await async_check_permission(call.hass, call.context, registered, policy)
    if registered.entry_type is dr.DeviceEntryType.SERVICE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="account_device",
            translation_placeholders={"device": name},
        )
    runtime = entry.runtime_data
    if device is None:
        raise media_error(NotFoundError(), name)
    if not device.has_camera:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_camera",
            translation_placeholders={"device": name},
        )
    return ActionTarget(entry, runtime.session, runtime.media, device, device_id, name)


async def async_get_only_target(call: ServiceCall, policy: str) -> ActionTarget:
    """Return the only device of an action, whose media Home Assistant can decode.

    Raises:
        HomeAssistantError: as `async_get_target`, or there are several devices, or the
            videos of the device are encrypted.

    """
    device_ids: list[str] = call.data[ATTR_DEVICE_ID]
    if len(device_ids) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="one_device",
        )
    target = await async_get_target(call, device_ids[0], policy)
    if target.device.is_encrypted:
        raise encrypted_error(target.name)
    return target
