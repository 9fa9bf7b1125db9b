"""The recordings of Ring devices in the media browser."""

from pathlib import Path
from typing import override

from homeassistant.components.media_player import (
    BrowseError,
    MediaClass,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .api import RingError
from .const import DOMAIN
from .media.access import async_get_camera, async_get_cameras
from .media.browse import TITLE, async_browse, async_search
from .media.cameras import unknown_item
from .media.identifiers import (
    ClipIdentifier,
    Identifier,
    PictureIdentifier,
    parse_identifier,
)
from .media.picture_views import ThumbnailView
from .media.views import CLIP_TYPE, ClipView, clip_url


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Set up the media source."""
    hass.http.register_view(ClipView(hass))
    hass.http.register_view(ThumbnailView(hass))
    return RingMediaSource(hass)


class RingMediaSource(MediaSource):
    """The recordings of all accounts."""

    name = TITLE

    def __init__(self, hass: HomeAssistant) -> None:
        """Set up the media source."""
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the URL of a recording, whose download has begun.

        Otherwise, a person would see an empty player in place of the reason.
        """
        try:
            identifier = _parse(item.identifier)
            if not isinstance(identifier, ClipIdentifier):
                raise unknown_item()
            camera = await async_get_camera(self.hass, identifier.camera)
            clip_id = camera.clip_id(identifier)
            try:
                async with camera.device.media.clips.async_open(clip_id) as clip:
                    path = clip if isinstance(clip, Path) else None
            except (RingError, OSError) as error:
                raise camera.device.error(error) from error
        except HomeAssistantError as error:
            raise _convert(Unresolvable, error) from error
        return PlayMedia(clip_url(identifier), CLIP_TYPE, path=path)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder with its content, or a recording."""
        try:
            return await async_browse(self.hass, _parse(item.identifier))
        except HomeAssistantError as error:
            raise _convert(BrowseError, error) from error

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Return the latest recordings whose camera, day and title have all words."""
        classes = query.media_filter_classes
        if classes and MediaClass.VIDEO not in classes:
            return SearchMedia(result=[])
        try:
            cameras = await async_get_cameras(self.hass, _parse(item.identifier))
            words = query.search_query.casefold().split()
            return SearchMedia(result=await async_search(self.hass, cameras, words))
        except HomeAssistantError as error:
            raise _convert(BrowseError, error) from error


def _parse(identifier: str | None) -> Identifier | None:
    """Return what an identifier stands for; None for all accounts.

    Raises:
        HomeAssistantError: it stands for nothing in the media browser.

    """
    try:
        parsed = parse_identifier(identifier) if identifier else None
    except ValueError as error:
        raise unknown_item() from error
    if isinstance(parsed, PictureIdentifier):
        raise unknown_item()
    return parsed


def _convert[E: HomeAssistantError](kind: type[E], error: HomeAssistantError) -> E:
    """Return the exception that Home Assistant expects, with the same sentence."""
    return kind(
        translation_domain=error.translation_domain,
        translation_key=error.translation_key,
        translation_placeholders=error.translation_placeholders,
    )
