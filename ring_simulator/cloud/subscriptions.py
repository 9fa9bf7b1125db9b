"""Endpoint ``/v1/accounts/me/subscriptions`` (API reference, 2.13)."""

from typing import Any

from aiohttp import web

from ring_simulator.middlewares import CALLER
from ring_simulator.pagination import paginate
from ring_simulator.responses import ApiError, document, json_response
from ring_simulator.simulator import Simulator

PAGE_SIZE = 25


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""

    async def subscriptions(request: web.Request) -> web.Response:
        if request.match_info["account"] != "me":
            raise ApiError(400, "Path parameter 'id' must be 'me'")
        caller = request[CALLER]
        if caller.token.read_only:
            raise ApiError(422, "Unable to process subscription request for this user")
        page, links = paginate(request, caller.account.subscriptions, PAGE_SIZE)
        data = [subscription.resource() for subscription in page]
        members: dict[str, Any] = {"links": links} if links else {}
        return json_response(document(data, simulator.clock(), **members))

    app.router.add_get("/v1/accounts/{account}/subscriptions", subscriptions)
