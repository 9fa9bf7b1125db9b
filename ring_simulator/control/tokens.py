"""Control API for tokens."""

from collections.abc import Callable

from aiohttp import web

from ring_simulator.account import Account
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from .fields import BadInputError, Fields


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    tokens = _TokenControl(simulator)
    app.router.add_post("/tokens/playground", tokens.issue_playground)
    app.router.add_post("/tokens/pair", tokens.issue_pair)
    app.router.add_post("/tokens/revoke", tokens.revoke)
    app.router.add_post("/tokens/expire", tokens.expire)


def find_account(simulator: Simulator, fields: Fields) -> Account:
    """Return the account with the ``account_id`` of a request, or the default one."""
    account_id = fields.text("account_id")
    if account_id is None:
        return simulator.account
    if account_id not in simulator.accounts:
        raise BadInputError("account_id: there is no such account")
    return simulator.accounts[account_id]


class _TokenControl:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def issue_playground(self, request: web.Request) -> web.Response:
        fields = await Fields.read(request, "account_id")
        token = self._simulator.tokens.issue_playground(
            find_account(self._simulator, fields)
        )
        return json_response({"token": token}, status=201)

    async def issue_pair(self, request: web.Request) -> web.Response:
        fields = await Fields.read(request, "account_id", "client_id")
        client_id = fields.text("client_id") or self._simulator.client.client_id
        client = self._simulator.clients.get(client_id)
        if client is None:
            raise BadInputError("client_id: there is no such app")
        pair = self._simulator.tokens.issue_pair(
            find_account(self._simulator, fields), client
        )
        return json_response(pair.as_dict(), status=201)

    async def revoke(self, request: web.Request) -> web.Response:
        """Revoke a token, given by label or value, or all tokens of an account."""
        fields = await Fields.read(request, "token", "account_id")
        if "token" in fields:
            self._call(self._simulator.tokens.revoke, fields.required("token"))
        else:
            self._simulator.tokens.revoke_all(find_account(self._simulator, fields))
        return json_response({})

    async def expire(self, request: web.Request) -> web.Response:
        """Let a token, given by label or value, expire now."""
        fields = await Fields.read(request, "token")
        self._call(self._simulator.tokens.expire, fields.required("token"))
        return json_response({})

    def _call(self, method: Callable[[str], None], token: str) -> None:
        try:
            method(token)
        except KeyError:
            raise BadInputError("token: there is no such token") from None
