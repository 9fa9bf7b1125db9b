"""Endpoints for pictures and clips (API reference, 2.8 and 2.9)."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from math import inf
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from ring_simulator.device import SimDevice
from ring_simulator.device_kinds import Encryption
from ring_simulator.history import HistoryEvent
from ring_simulator.media.clips import clip_response, make_clip
from ring_simulator.media.downloads import Respond
from ring_simulator.media.drawing import camera_title, draw, encode
from ring_simulator.media_errors import MediaError, media_error_response
from ring_simulator.middlewares import CALLER, REQUEST_ID
from ring_simulator.responses import ApiError
from ring_simulator.simulator import Simulator
from ring_simulator.timestamps import epoch_milliseconds

from .devices import find_device
from .media_requests import (
    Access,
    ClipRequest,
    PictureRequest,
    read_body,
    read_clip_request,
    read_picture_request,
)

# neither a picture nor a clip, as what only the user can decode
_ENCRYPTED = bytes(range(256)) * 16

type _ReadRequest[T] = Callable[[dict[str, Any], SimDevice, str | None, Access], T]


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    endpoints = _Media(simulator)
    path = "/v1/devices/{id}/media"
    app.router.add_post(
        f"{path}/image/download", endpoints.with_errors(endpoints.image)
    )
    app.router.add_post(
        f"{path}/video/download", endpoints.with_errors(endpoints.video)
    )


class _Media:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def with_errors(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Handler:
        """Turn the errors of a handler into responses in the form of the endpoints."""

        async def wrapped(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except MediaError as error:
                return media_error_response(
                    error, request[REQUEST_ID], self._simulator.clock()
                )

        return wrapped

    async def image(self, request: web.Request) -> web.StreamResponse:
        device, wanted = await self._read(request, read_picture_request)
        find = partial(self._find_picture, device, wanted)
        return await self._deliver(
            request, device, find, partial(self._send_picture, device, wanted)
        )

    async def video(self, request: web.Request) -> web.StreamResponse:
        device, wanted = await self._read(request, read_clip_request)
        find = partial(self._find_clip, device, wanted)
        return await self._deliver(
            request,
            device,
            find,
            partial(self._send_clip, device, wanted),
            is_direct=self._simulator.settings.clip_delivery == "direct",
        )

    async def _deliver(
        self,
        request: web.Request,
        device: SimDevice,
        find: Callable[[], object],
        send: Respond,
        *,
        is_direct: bool = False,
    ) -> web.StreamResponse:
        """Send media, or redirect to them.

        Args:
            request: The request.
            device: The camera.
            find: Raises MediaError without a recording.
            send: Sends the media.
            is_direct: Whether to send them.
        """
        simulator = self._simulator
        if is_direct or simulator.settings.media_error_step == "request":
            find()
        simulator.library.note_request(device)
        if is_direct:
            return await send(request)
        return web.Response(
            status=simulator.settings.media_redirect_status,
            headers={"Location": simulator.downloads.add(send)},
        )

    def _find_picture(
        self, device: SimDevice, wanted: PictureRequest
    ) -> tuple[HistoryEvent, float]:
        """Return the recording, and when the picture is taken in epoch seconds."""
        library = self._simulator.library
        if wanted.end is None:
            return library.at(device, wanted.start)
        recording = library.newest(device, wanted.start, wanted.end)
        return recording, min(recording.end / 1000, wanted.end)

    async def _send_picture(
        self, device: SimDevice, wanted: PictureRequest, _request: web.Request
    ) -> web.StreamResponse:
        recording, time = self._find_picture(device, wanted)
        recording.reviewed = True
        if device.encryption is Encryption.TAKE:
            content = _ENCRYPTED
        else:
            image = draw(
                camera_title(device.name, wanted.component_id),
                time,
                width=wanted.width,
                height=wanted.height,
            )
            content = encode(image, wanted.format)
        headers = {
            "X-Media-Timestamp": str(epoch_milliseconds(time)),
            "X-Media-Origin": self._simulator.settings.picture_origin,
        }
        return web.Response(
            body=content, content_type=f"image/{wanted.format}", headers=headers
        )

    def _find_clip(self, device: SimDevice, wanted: ClipRequest) -> HistoryEvent:
        """Return the recording of a clip."""
        return self._simulator.library.newest(
            device,
            wanted.start,
            wanted.start + wanted.duration,
            not_found_code=self._simulator.settings.clip_not_found_code,
        )

    async def _send_clip(
        self, device: SimDevice, wanted: ClipRequest, request: web.Request
    ) -> web.StreamResponse:
        settings = self._simulator.settings
        recording = self._find_clip(device, wanted)
        recording.reviewed = True
        start, end = wanted.start, wanted.start + wanted.duration
        if settings.clip_status == 206:
            start = max(start, recording.start / 1000)
            end = min(end, recording.end / 1000)
        duration = end - start
        if device.encryption is Encryption.TAKE:
            content = _ENCRYPTED
        else:
            content = await asyncio.to_thread(
                make_clip,
                camera_title(device.name, wanted.component_id),
                start,
                duration,
                audio=wanted.audio,
            )
        return clip_response(
            request,
            content,
            padding=settings.clip_padding,
            status=settings.clip_status,
            headers={
                "X-Media-Timestamp": str(epoch_milliseconds(start)),
                settings.clip_length_header: str(round(duration * 1000)),
            },
            is_chunked=settings.clip_transfer == "chunked",
        )

    async def _read[T](
        self, request: web.Request, read: _ReadRequest[T]
    ) -> tuple[SimDevice, T]:
        """Return the device and the content of a request.

        Raises:
            MediaError: The device is not a camera, the app has no access, or the
                request is not as documented.
        """
        simulator = self._simulator
        try:
            device = find_device(simulator, request)
        except ApiError as error:
            raise MediaError(error.status, "Device not found") from None
        if not device.is_camera:
            raise MediaError(404, "Device not found")
        body = read_body(await request.read())
        if simulator.settings.media_permission == "missing":
            raise MediaError(403, "The token does not allow this")
        access = Access(
            simulator.clock(),
            self._consented_at(request),
            simulator.settings.range_before_consent,
        )
        return device, read(body, device, request.query.get("component_id"), access)

    def _consented_at(self, request: web.Request) -> float:
        """Return when the user has shared recordings, in epoch seconds."""
        caller = request[CALLER]
        integration = self._simulator.linking.find(
            caller.token.client_id, caller.account.id
        )
        if integration is None:
            return -inf
        consent = integration.consented_at
        return inf if consent is None else consent
