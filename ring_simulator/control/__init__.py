"""The control API under ``/_simulator``, and the panel that uses it.

Bodies and answers are JSON. Bad input is answered with 400 and
``{"error": "what is wrong"}``, and changes nothing.
"""

from typing import TYPE_CHECKING

from aiohttp import web

from . import (
    behaviour,
    clients,
    devices,
    faults,
    guard,
    happenings,
    linking,
    panel,
    state,
    tokens,
)

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

_AREAS = (
    state,
    clients,
    linking,
    devices,
    happenings,
    tokens,
    faults,
    behaviour,
    panel,
)


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the control API and the panel; ``/`` leads there."""
    inner = web.Application(middlewares=[guard.middleware])
    for area in _AREAS:
        area.add_routes(inner, sim)
    app.add_subapp("/_simulator", inner)
    app.router.add_get("/", _to_panel)


async def _to_panel(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/_simulator")
