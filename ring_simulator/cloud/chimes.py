"""Sounds on a chime (API reference, 2.12)."""

from typing import TYPE_CHECKING, Any

from aiohttp import web
import orjson

from ring_simulator.answers import ApiError, json_answer
from ring_simulator.pipeline import CALLER

from .devices import find_device

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""

    async def play(request: web.Request) -> web.Response:
        request[CALLER].require_write()
        device = find_device(sim, request)
        audio_ref = _audio_ref(await request.read())
        slots = device.configurations["audio"]["customizable_slots"] or []
        if audio_ref not in [slot["audio_ref"] for slot in slots]:
            raise _invalid()
        device.played.append(audio_ref)
        data = {"type": "audio", "id": audio_ref, "attributes": {"status": "completed"}}
        return json_answer({"data": data})

    app.router.add_post("/v1/devices/{id}/media/audio/playback", play)


def _audio_ref(raw: bytes) -> str:
    """Return the sound that the body names, in either of the documented forms."""
    try:
        body: Any = orjson.loads(raw)
        flat = "audio_ref" in body
        ref = (body if flat else body["data"]["attributes"])["audio_ref"]
    except ValueError, TypeError, LookupError:
        raise _invalid() from None
    if not isinstance(ref, str):
        raise _invalid()
    return ref


def _invalid() -> ApiError:
    return ApiError(
        400, "The request contains invalid input.", title="Validation Error"
    )
