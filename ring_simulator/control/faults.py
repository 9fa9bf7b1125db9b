"""Starts failures and ends them."""

from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer
from ring_simulator.faults import Body, Fault

from .fields import BadInputError, Fields

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

_KNOWN = (
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


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _FaultControl(sim)
    app.router.add_get("/faults", area.list_all)
    app.router.add_post("/faults", area.add)
    app.router.add_delete("/faults", area.clear)
    app.router.add_delete("/faults/{id}", area.remove)


def parse(fields: Fields) -> Fault:
    """Return the fault that a body describes.

    Raises:
        BadInputError: A member has the wrong type or makes no sense.
    """
    headers = fields.members("headers") or {}
    if not all(isinstance(value, str) for value in headers.values()):
        raise BadInputError("headers: every value must be text")
    share = fields.number("share")
    try:
        return Fault(
            status=fields.whole("status"),
            path=fields.text("path") or "*",
            method=(fields.text("method") or "*").upper(),
            count=fields.whole("count"),
            share=1 if share is None else share,
            retry_after=fields.text_or_number("retry_after"),
            delay=fields.number("delay") or 0,
            body=fields.choice("body", list(Body)) or Body.JSON,
            headers=headers,
            every=fields.pair("every"),
        )
    except ValueError as err:
        raise BadInputError(str(err)) from None


class _FaultControl:
    def __init__(self, sim: Simulator) -> None:
        self._faults = sim.faults

    async def list_all(self, _request: web.Request) -> web.Response:
        return json_answer([active.as_dict() for active in self._faults.all()])

    async def add(self, request: web.Request) -> web.Response:
        fault_id = self._faults.add(parse(await Fields.of(request, *_KNOWN)))
        return json_answer({"id": fault_id}, status=201)

    async def clear(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return json_answer({})

    async def remove(self, request: web.Request) -> web.Response:
        self._faults.remove(request.match_info["id"])
        return json_answer({})
