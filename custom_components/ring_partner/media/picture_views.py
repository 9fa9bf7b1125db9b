"""Serves thumbnails to the media browser, and pictures of events to notifications."""

from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final, override

from aiohttp import web
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback

from ..api import Picture, Priority
from ..const import DOMAIN
from .cameras import MediaCamera
from .identifiers import ClipIdentifier, PictureIdentifier
from .views import MediaView

SIGNATURE_VALID_FOR: Final = timedelta(hours=24)


def thumbnail_url(identifier: ClipIdentifier) -> str:
    """Return the path of the thumbnail of a clip."""
    return f"/api/{DOMAIN}/thumbnail/{identifier}"


@callback
def async_signed_picture_url(hass: HomeAssistant, identifier: PictureIdentifier) -> str:
    """Return the path of a picture, which nobody has to sign in for.

    It is for the recipients of a notification. It stays valid if the person who ran
    the action signs out.
    """
    path = f"/api/{DOMAIN}/picture/{identifier}"
    return async_sign_path(hass, path, SIGNATURE_VALID_FOR, use_content_user=True)


class ThumbnailView(MediaView[ClipIdentifier]):
    """Serves thumbnails of recordings."""

    identifier_type = ClipIdentifier
    url = f"/api/{DOMAIN}/thumbnail/{{identifier:.+}}"
    name = f"api:{DOMAIN}:thumbnail"

    @override
    async def _async_respond(
        self, request: web.Request, camera: MediaCamera, identifier: ClipIdentifier
    ) -> web.StreamResponse:
        clip_id = camera.clip_id(identifier)
        picture = await camera.device.media.thumbnails.async_get(
            clip_id.camera_id, clip_id.start, camera.ratio
        )
        return _response(request, picture)


class PictureView(MediaView[PictureIdentifier]):
    """Serves pictures in Ring's size."""

    identifier_type = PictureIdentifier
    url = f"/api/{DOMAIN}/picture/{{identifier:.+}}"
    name = f"api:{DOMAIN}:picture"

    @override
    async def _async_respond(
        self, request: web.Request, camera: MediaCamera, identifier: PictureIdentifier
    ) -> web.StreamResponse:
        picture = await camera.device.media.pictures.async_get(
            camera.id, camera.media_time(identifier.at), priority=Priority.USER
        )
        return _response(request, picture)


def _response(request: web.Request, picture: Picture) -> web.Response:
    """Return a picture, without its content if the browser has it already."""
    etag = sha256(picture.content).hexdigest()
    if etag in (known.value for known in request.if_none_match or ()):
        response = web.Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = web.Response(body=picture.content, content_type=picture.content_type)
    response.etag = etag
    return response
