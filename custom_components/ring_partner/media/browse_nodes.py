"""Folders and recordings as the media browser shows them."""

from homeassistant.components.media_player import MediaClass, MediaType
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..helpers.translations import translate
from .action_downloads import ClipRange
from .cameras import MediaCamera, MediaDevice
from .identifiers import ClipIdentifier, Identifier
from .picture_views import thumbnail_url
from .recordings import Recording
from .views import CLIP_TYPE


def device_folder(hass: HomeAssistant, device: MediaDevice) -> BrowseMediaSource:
    """Return the folder of a device, or of its only camera."""
    if device.device.is_encrypted:
        title = translate(hass, "media_encrypted", device=device.name)
        return folder(device.identifier, title)
    if len(device.cameras) == 1:
        return camera_folder(hass, device.cameras[0])
    return folder(device.identifier, device.name)


def camera_folder(hass: HomeAssistant, camera: MediaCamera) -> BrowseMediaSource:
    """Return the folder of a camera, with its newest picture if there may be one."""
    entity = camera.async_get_entity(hass)
    thumbnail = None
    if (
        entity is not None
        and not entity.disabled
        and not camera.device.media.snapshots.is_missing(camera.id)
    ):
        thumbnail = f"/api/camera_proxy/{entity.entity_id}"
    return folder(camera.identifier, camera.async_get_name(hass), thumbnail=thumbnail)


def clip_identifier(camera: MediaCamera, recording: Recording) -> ClipIdentifier:
    """Return the identifier of a whole recording."""
    clip = ClipRange.of(recording)
    return ClipIdentifier(camera.identifier, clip.start, clip.duration)


def folder(
    identifier: Identifier | str | None,
    title: str,
    children: list[BrowseMediaSource] | None = None,
    *,
    children_class: MediaClass = MediaClass.DIRECTORY,
    thumbnail: str | None = None,
) -> BrowseMediaSource:
    """Return a folder."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=None if identifier is None else str(identifier),
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.VIDEO,
        title=title,
        can_play=False,
        can_expand=True,
        can_search=True,
        search_media_classes=[MediaClass.VIDEO],
        children=children,
        children_media_class=children_class,
        thumbnail=thumbnail,
    )


def playable(identifier: ClipIdentifier, title: str) -> BrowseMediaSource:
    """Return a recording."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=str(identifier),
        media_class=MediaClass.VIDEO,
        media_content_type=CLIP_TYPE,
        title=title,
        can_play=True,
        can_expand=False,
        thumbnail=thumbnail_url(identifier),
    )
