"""Endpoint for playback on chimes (API reference, 2.12)."""

from typing import Any

from aiohttp import web
import orjson

from ring_simulator.middlewares import CALLER
from ring_simulator.responses import DEVICE_OFFLINE_ERROR, ApiError, json_response
from ring_simulator.simulator import Simulator

from .devices import find_device


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""

    async def play(request: web.Request) -> web.Response:
        request[CALLER].require_write()
        device = find_device(simulator, request)
        audio_ref = _audio_ref(await request.read(), simulator.settings.chime_body)
        slots = device.configurations["audio"]["customizable_slots"] or []
        if audio_ref not in [slot["audio_ref"] for slot in slots]:
            raise _invalid_input_error()
        if not device.online:
            raise ApiError(
                503, DEVICE_OFFLINE_ERROR["detail"], title=DEVICE_OFFLINE_ERROR["title"]
            )
        device.played.append(audio_ref)
        data = {"type": "audio", "id": audio_ref, "attributes": {"status": "completed"}}
        return json_response({"data": data})

    app.router.add_post("/v1/devices/{id}/media/audio/playback", play)


def _audio_ref(body: bytes, accepted: str) -> str:
    """Return ``audio_ref`` of the body in an accepted one of the documented formats."""
    try:
        members: Any = orjson.loads(body)
        flat = "audio_ref" in members
        ref = (members if flat else members["data"]["attributes"])["audio_ref"]
    except ValueError, TypeError, LookupError:
        raise _invalid_input_error() from None
    form = "flat" if flat else "json_api"
    if not isinstance(ref, str) or accepted not in ("both", form):
        raise _invalid_input_error()
    return ref


def _invalid_input_error() -> ApiError:
    return ApiError(
        400, "The request contains invalid input.", title="Validation Error"
    )
