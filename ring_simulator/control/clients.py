"""The developer console: adds apps and changes their addresses."""

from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer

from .fields import BadInputError, Fields
from .state import client_state

if TYPE_CHECKING:
    from ring_simulator.account import Client
    from ring_simulator.simulator import Simulator

_URLS = (
    "token_exchange_url",
    "account_link_url",
    "webhook_url",
    "homepage_url",
    "redirect_uri",
)


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _Console(sim)
    app.router.add_post("/clients", area.add)
    app.router.add_patch("/clients/{id}", area.change)
    app.router.add_post("/clients/{id}/enable-webhook", area.enable)


def find_client(sim: Simulator, fields: Fields) -> Client:
    """Return the app that ``client_id`` names, or the default one."""
    client_id = fields.text("client_id")
    if client_id is None:
        return sim.client
    if client_id not in sim.clients:
        raise BadInputError("client_id: there is no such app")
    return sim.clients[client_id]


class _Console:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def add(self, request: web.Request) -> web.Response:
        fields = await self._read(request)
        name, changes = fields.required("name"), _changes(fields)
        client = self._sim.add_client(name)
        _apply(client, changes)
        return json_answer(client_state(self._sim, client), status=201)

    async def change(self, request: web.Request) -> web.Response:
        client = self._find(request)
        _apply(client, _changes(await self._read(request)))
        return json_answer(client_state(self._sim, client))

    async def enable(self, request: web.Request) -> web.Response:
        """Let an app's webhook URL, which Ring has given up, get events again."""
        client = self._find(request)
        self._sim.webhooks.enable(client)
        return json_answer(client_state(self._sim, client))

    async def _read(self, request: web.Request) -> Fields:
        return await Fields.of(request, "name", *_URLS, "allow_listed_for_pkce")

    def _find(self, request: web.Request) -> Client:
        client = self._sim.clients.get(request.match_info["id"])
        if client is None:
            raise BadInputError("There is no such app", status=404)
        return client


def _changes(fields: Fields) -> dict[str, str | bool]:
    changes = {
        "name": fields.text("name"),
        "allow_listed_for_pkce": fields.flag("allow_listed_for_pkce"),
        **{name: fields.url(name) for name in _URLS},
    }
    return {name: value for name, value in changes.items() if value is not None}


def _apply(client: Client, changes: dict[str, str | bool]) -> None:
    for name, value in changes.items():
        setattr(client, name, value)
