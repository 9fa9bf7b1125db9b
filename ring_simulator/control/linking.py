"""Installs and removes apps, as people do in the Ring app."""

from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer
from ring_simulator.linking import LinkingError

from .clients import find_client
from .fields import BadInputError, Fields
from .tokens import find_account

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""

    async def install(request: web.Request) -> web.Response:
        """Install an app; the answer says where Ring sends the browser."""
        fields = await Fields.of(request, "client_id", "account_id", "device_ids")
        client, account = find_client(sim, fields), find_account(sim, fields)
        device_ids = fields.texts("device_ids")
        try:
            made = await sim.linking.install(client, account, device_ids)
        except LinkingError as err:
            raise BadInputError(str(err)) from None
        return json_answer(
            {
                "redirect_url": made.redirect_url,
                "nonce": made.nonce,
                "time": made.time,
                "token_exchange_status": made.token_exchange_status,
            },
            status=201,
        )

    async def uninstall(request: web.Request) -> web.Response:
        """Remove an app from an account."""
        fields = await Fields.of(request, "client_id", "account_id")
        sim.linking.uninstall(find_client(sim, fields), find_account(sim, fields))
        return json_answer({})

    app.router.add_post("/linking/install", install)
    app.router.add_post("/linking/uninstall", uninstall)
