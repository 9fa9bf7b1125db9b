"""``/v1/users/me`` (API reference, 2.1)."""

from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer
from ring_simulator.pipeline import CALLER

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, _sim: Simulator) -> None:
    """Add the routes of this area."""
    app.router.add_get("/v1/users/me", _me)


async def _me(request: web.Request) -> web.Response:
    account = request[CALLER].account
    # the one answer that names its charset
    return json_answer({"data": account.resource()}, charset="utf-8")
