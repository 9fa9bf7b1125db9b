"""Control API for installing and removing Ring apps."""

from aiohttp import web

from ring_simulator.linking import LinkingError
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from .clients import find_client
from .fields import BadInputError, Fields
from .tokens import find_account


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""

    async def install(request: web.Request) -> web.Response:
        """Install an app and return the redirect to the Account Link URL."""
        fields = await Fields.read(request, "client_id", "account_id", "device_ids")
        client = find_client(simulator, fields)
        account = find_account(simulator, fields)
        device_ids = fields.text_list("device_ids")
        try:
            installation = await simulator.linking.install(client, account, device_ids)
        except LinkingError as err:
            raise BadInputError(str(err)) from None
        return json_response(
            {
                "redirect_url": installation.redirect_url,
                "nonce": installation.nonce,
                "time": installation.time,
                "token_exchange_status": installation.token_exchange_status,
            },
            status=201,
        )

    async def uninstall(request: web.Request) -> web.Response:
        """Remove an app from an account."""
        fields = await Fields.read(request, "client_id", "account_id")
        simulator.linking.uninstall(
            find_client(simulator, fields), find_account(simulator, fields)
        )
        return json_response({})

    app.router.add_post("/linking/install", install)
    app.router.add_post("/linking/uninstall", uninstall)
