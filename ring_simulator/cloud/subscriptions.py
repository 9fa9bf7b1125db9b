"""``/v1/accounts/me/subscriptions`` (API reference, 2.13)."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from ring_simulator.answers import ApiError, document, json_answer
from ring_simulator.paging import page
from ring_simulator.pipeline import CALLER

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

PAGE_SIZE = 25


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""

    async def subscriptions(request: web.Request) -> web.Response:
        if request.match_info["account"] != "me":
            raise ApiError(400, "Path parameter 'id' must be 'me'")
        caller = request[CALLER]
        if caller.token.read_only:
            raise ApiError(422, "Unable to process subscription request for this user")
        listed, links = page(request, caller.account.subscriptions, PAGE_SIZE)
        data = [subscription.resource() for subscription in listed]
        members: dict[str, Any] = {"links": links} if links else {}
        return json_answer(document(data, sim.clock(), **members))

    app.router.add_get("/v1/accounts/{account}/subscriptions", subscriptions)
