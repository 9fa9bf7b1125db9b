"""Control API for faults."""

from aiohttp import web

from ring_simulator.faults import Fault, FaultBody
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from .fields import BadInputError, Fields

_FIELDS = (
    "status",
    "path",
    "method",
    "count",
    "share",
    "retry_after",
    "delay",
    "body",
    "headers",
    "every",
)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    faults = _FaultControl(simulator)
    app.router.add_get("/faults", faults.list_all)
    app.router.add_post("/faults", faults.add)
    app.router.add_delete("/faults", faults.clear)
    app.router.add_delete("/faults/{id}", faults.remove)


def _parse_fault(fields: Fields) -> Fault:
    """Return the fault that the fields of a request describe.

    Raises:
        BadInputError: A field has the wrong type or is out of range.
    """
    headers = fields.json_object("headers") or {}
    if not all(isinstance(value, str) for value in headers.values()):
        raise BadInputError("headers: every value must be a string")
    share = fields.number("share")
    try:
        return Fault(
            status=fields.integer("status"),
            path=fields.text("path") or "*",
            method=(fields.text("method") or "*").upper(),
            count=fields.integer("count"),
            share=1 if share is None else share,
            retry_after=fields.text_or_number("retry_after"),
            delay=fields.number("delay") or 0,
            body=fields.choice("body", list(FaultBody)) or FaultBody.JSON,
            headers=headers,
            every=fields.integer_pair("every"),
        )
    except ValueError as err:
        raise BadInputError(str(err)) from None


class _FaultControl:
    def __init__(self, simulator: Simulator) -> None:
        self._faults = simulator.faults

    async def list_all(self, _request: web.Request) -> web.Response:
        return json_response([active.as_dict() for active in self._faults.all()])

    async def add(self, request: web.Request) -> web.Response:
        fault_id = self._faults.add(_parse_fault(await Fields.read(request, *_FIELDS)))
        return json_response({"id": fault_id}, status=201)

    async def clear(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return json_response({})

    async def remove(self, request: web.Request) -> web.Response:
        self._faults.remove(request.match_info["id"])
        return json_response({})
