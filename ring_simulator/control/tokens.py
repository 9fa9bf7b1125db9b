"""Issues tokens and ends them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer

from .fields import BadInputError, Fields

if TYPE_CHECKING:
    from ring_simulator.account import Account
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _TokenControl(sim)
    app.router.add_post("/tokens/playground", area.issue_playground)
    app.router.add_post("/tokens/pair", area.issue_pair)
    app.router.add_post("/tokens/revoke", area.revoke)
    app.router.add_post("/tokens/expire", area.expire)


def find_account(sim: Simulator, fields: Fields) -> Account:
    """Return the account that ``account_id`` names, or the default one."""
    account_id = fields.text("account_id")
    if account_id is None:
        return sim.account
    if account_id not in sim.accounts:
        raise BadInputError("account_id: there is no such account")
    return sim.accounts[account_id]


class _TokenControl:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def issue_playground(self, request: web.Request) -> web.Response:
        fields = await Fields.of(request, "account_id")
        token = self._sim.tokens.issue_playground(find_account(self._sim, fields))
        return json_answer({"token": token}, status=201)

    async def issue_pair(self, request: web.Request) -> web.Response:
        fields = await Fields.of(request, "account_id", "client_id")
        client_id = fields.text("client_id") or self._sim.client.client_id
        client = self._sim.clients.get(client_id)
        if client is None:
            raise BadInputError("client_id: there is no such app")
        pair = self._sim.tokens.issue(find_account(self._sim, fields), client)
        return json_answer(pair.as_dict(), status=201)

    async def revoke(self, request: web.Request) -> web.Response:
        """Revoke the token of a label or value, or all tokens of an account."""
        fields = await Fields.of(request, "token", "account_id")
        if "token" in fields:
            self._end(self._sim.tokens.revoke, fields.required("token"))
        else:
            self._sim.tokens.revoke_all(find_account(self._sim, fields))
        return json_answer({})

    async def expire(self, request: web.Request) -> web.Response:
        """Expire the token of a label or value."""
        fields = await Fields.of(request, "token")
        self._end(self._sim.tokens.expire, fields.required("token"))
        return json_answer({})

    def _end(self, end: Callable[[str], None], token: str) -> None:
        try:
            end(token)
        except KeyError:
            raise BadInputError("token: there is no such token") from None
