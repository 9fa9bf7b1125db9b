"""Control API for the live sessions."""

from aiohttp import web

from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""

    async def end(_request: web.Request) -> web.Response:
        """End all live sessions, as Ring does before their time if a camera fails."""
        await simulator.live_view.end_all()
        return json_response({})

    app.router.add_delete("/live_view/sessions", end)
