"""Control API under ``/_simulator``, and the panel that uses it.

Requests and responses have JSON bodies. An invalid request gets 400 with
``{"error": "<message>"}`` and changes nothing.
"""

from aiohttp import web
from aiohttp.typedefs import Handler

from ring_simulator.local_access import LocalAccessError, require_local_access
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from . import (
    actions,
    clients,
    devices,
    faults,
    linking,
    live_view,
    panel,
    secrets,
    settings,
    state,
    tokens,
)
from .fields import BadInputError

_MODULES = (
    state,
    clients,
    linking,
    devices,
    actions,
    live_view,
    tokens,
    faults,
    settings,
    secrets,
    panel,
)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the control API and the panel; ``/`` redirects to the panel."""
    control = web.Application(middlewares=[_middleware])
    for module in _MODULES:
        module.add_routes(control, simulator)
    app.add_subapp("/_simulator", control)
    app.router.add_get("/", _redirect_to_panel)


@web.middleware
async def _middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests from elsewhere, and return errors as JSON."""
    try:
        require_local_access(request)
        response = await handler(request)
    except LocalAccessError as err:
        response = json_response({"error": str(err)}, status=403)
    except BadInputError as err:
        response = json_response({"error": str(err)}, status=err.status)
    except web.HTTPClientError as err:
        response = json_response({"error": err.reason}, status=err.status)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _redirect_to_panel(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/_simulator")
