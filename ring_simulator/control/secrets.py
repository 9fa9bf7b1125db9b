"""Control API for the secrets, which tests look for in Home Assistant's log."""

from aiohttp import web

from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the route."""

    async def get(_request: web.Request) -> web.Response:
        return json_response(simulator.secrets.all())

    app.router.add_get("/secrets", get)
