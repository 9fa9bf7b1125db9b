"""Endpoint ``/v1/users/me`` (API reference, 2.1)."""

from aiohttp import web

from ring_simulator.middlewares import CALLER
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, _simulator: Simulator) -> None:
    """Add the routes."""
    app.router.add_get("/v1/users/me", _me)


async def _me(request: web.Request) -> web.Response:
    account = request[CALLER].account
    # the only endpoint whose content type has a charset
    return json_response({"data": account.resource()}, charset="utf-8")
