"""Cameras of Ring devices: the newest picture and the live view."""

from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.camera import Camera, CameraEntityDescription
from homeassistant.components.camera.const import CameraEntityFeature
from homeassistant.components.camera.webrtc import WebRTCSendMessage
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from webrtc_models import RTCIceCandidateInit

from .api import Device, NotFoundError
from .api.sdp import IceCandidate
from .const import DOMAIN, MANUFACTURER
from .entity import (
    RingCameraEntityDescription,
    RingPictureEntity,
    async_add_device_entities,
    for_each_camera,
)
from .media.errors import encrypted_error, media_error
from .runtime import RingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RingCameraDescription(RingCameraEntityDescription, CameraEntityDescription):
    """Describes a camera."""


# Without a name of its own, a camera has that of its device.
CAMERA: Final = RingCameraDescription(key="camera", translation_key="camera", name=None)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the cameras."""
    cameras = for_each_camera(CAMERA, translation_key="camera_component")
    async_add_device_entities(entry, async_add_entities, {RingCamera: cameras})


class RingCamera(RingPictureEntity, Camera):
    """A camera of a Ring device."""

    entity_description: RingCameraDescription
    _attr_brand = MANUFACTURER
    _attr_supported_features = CameraEntityFeature.STREAM

    def __init__(
        self,
        entry: RingConfigEntry,
        device: Device,
        description: RingCameraDescription,
    ) -> None:
        """Set up the camera."""
        RingPictureEntity.__init__(self, entry, device, description)
        Camera.__init__(self)
        self._live_view = entry.runtime_data.media.live_view
        self._session_ids: set[str] = set()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End the live views of the camera."""
        for session_id in tuple(self._session_ids):
            self.close_webrtc_session(session_id)
        await super().async_will_remove_from_hass()

    @property
    @override
    def available(self) -> bool:
        """Whether the camera can be shown: the last picture stays in an outage."""
        if self._device_id in self.coordinator.data and not self.coordinator.is_fresh:
            return self._snapshots.newest(self._camera_id) is not None
        return super().available

    @property
    @override
    def motion_detection_enabled(self) -> bool:
        """Whether motion detection is on."""
        return bool(self.has_data and self.device.motion_detection)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """When the picture was taken, from where it is, and whether it is outdated.

        It is outdated if Ring could not be asked for a newer one.
        """
        newest = self._snapshots.newest(self._camera_id)
        return {
            "picture_taken_at": newest and newest.picture.taken_at,
            "picture_origin": newest and newest.picture.origin,
            "picture_outdated": newest is not None
            and (
                not self.coordinator.is_fresh
                or self._snapshots.error(self._camera_id) is not None
            ),
        }

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return the newest picture. This never starts a live view.

        Raises:
            HomeAssistantError: there is no picture; the text tells why.

        """
        device = self._existing_device()
        name = device.name or MANUFACTURER
        if device.is_encrypted:
            raise encrypted_error(name)
        newest = await self._snapshots.async_get_newest(self._camera_id)
        if newest is not None:
            return newest.picture.content
        if (error := self._snapshots.error(self._camera_id)) is not None:
            raise media_error(error, name)
        return None

    @callback
    @override
    def async_update_picture(self) -> None:
        """Take the content type of the newest picture."""
        if (newest := self._snapshots.newest(self._camera_id)) is not None:
            self.content_type = newest.picture.content_type

    @override
    async def stream_source(self) -> str | None:
        """Explain why there is no stream for recording, HLS and HomeKit.

        Raises:
            HomeAssistantError: always.

        """
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="no_stream_source",
        )

    @override
    async def async_handle_async_webrtc_offer(
        self, offer_sdp: str, session_id: str, send_message: WebRTCSendMessage
    ) -> None:
        """Start a live view.

        Raises:
            HomeAssistantError: the device was removed.

        """
        device = self._existing_device()
        self._session_ids.add(session_id)
        configuration = self.async_get_webrtc_client_configuration().configuration
        await self._live_view.async_start(
            device,
            self._camera_id.component_id,
            offer_sdp,
            session_id,
            send_message,
            needs_public=bool(configuration.ice_servers),
        )

    @override
    async def async_on_webrtc_candidate(
        self, session_id: str, candidate: RTCIceCandidateInit
    ) -> None:
        """Add a candidate to the offer."""
        self._live_view.async_add_candidate(
            session_id,
            IceCandidate(
                candidate.candidate, candidate.sdp_mid, candidate.sdp_m_line_index
            ),
        )

    @callback
    @override
    def close_webrtc_session(self, session_id: str) -> None:
        """End a live view."""
        self._session_ids.discard(session_id)
        self._live_view.async_close(session_id)

    def _existing_device(self) -> Device:
        """Return the device. Home Assistant also asks cameras that are unavailable.

        Raises:
            HomeAssistantError: an event says that the device was removed.

        """
        if (device := self.coordinator.get_device(self._device_id)) is None:
            registered = self.device_entry
            name = registered and (registered.name_by_user or registered.name)
            raise media_error(
                NotFoundError("The device was removed"), name or MANUFACTURER
            )
        return device
