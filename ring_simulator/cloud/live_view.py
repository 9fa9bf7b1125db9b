"""Endpoints for live sessions over WHEP (API reference, 2.10)."""

from aiohttp import web

from ring_simulator.media.drawing import camera_title
from ring_simulator.media.live_view import BusyError, UnsupportedOfferError
from ring_simulator.responses import DEVICE_OFFLINE_ERROR, ApiError
from ring_simulator.simulator import Simulator

from .devices import find_device

_SDP = "application/sdp"
_PATH = "/v1/devices/{id}/media/streaming/whep/sessions"
# with escaped and other characters, as apps must not change the query
_QUERY = "region=us-east-1&key=a%2Fb~c%3D"


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    endpoints = _LiveView(simulator)
    app.router.add_post(_PATH, endpoints.start)
    app.router.add_delete(f"{_PATH}/{{session}}", endpoints.end)


class _LiveView:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def start(self, request: web.Request) -> web.Response:
        simulator = self._simulator
        device = find_device(simulator, request)
        if not device.is_camera:
            raise ApiError(404, "Device not found")
        if request.content_type != _SDP:
            raise ApiError(415)
        if simulator.settings.media_permission == "missing":
            raise ApiError(403)
        component_id = request.query.get("component_id")
        if component_id is not None and component_id not in device.component_ids:
            raise ApiError(400, "Unknown component_id")
        if not device.online:
            raise ApiError(
                503, DEVICE_OFFLINE_ERROR["detail"], title=DEVICE_OFFLINE_ERROR["title"]
            )
        form = simulator.settings.live_location
        query = _QUERY if form.endswith("query") else ""
        try:
            session_id, answer = await simulator.live_view.start(
                device,
                camera_title(device.name, component_id),
                await request.text(),
                query=query,
            )
        except BusyError:
            status = simulator.settings.live_busy_status
            raise ApiError(status, "Too many live sessions") from None
        except UnsupportedOfferError:
            raise ApiError(500) from None
        location = f"{request.rel_url.path}/{session_id}"
        if not form.startswith("relative"):
            location = f"{request.url.origin()}{location}"
        if query:
            location = f"{location}?{query}"
        return web.Response(
            status=201,
            text=answer,
            content_type=_SDP,
            headers={"Location": location},
        )

    async def end(self, request: web.Request) -> web.Response:
        simulator = self._simulator
        if not await simulator.live_view.delete(
            find_device(simulator, request),
            request.match_info["session"],
            # as it was sent, because apps must not change it
            request.raw_path.partition("?")[2],
        ):
            raise ApiError(404)
        return web.Response()
