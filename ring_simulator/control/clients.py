"""Control API for the Ring apps in the developer console."""

from aiohttp import web

from ring_simulator.account import Client
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from .fields import BadInputError, Fields
from .state import client_state

_URLS = (
    "token_exchange_url",
    "account_link_url",
    "webhook_url",
    "homepage_url",
    "redirect_uri",
)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    clients = _ClientControl(simulator)
    app.router.add_post("/clients", clients.add)
    app.router.add_patch("/clients/{id}", clients.change)
    app.router.add_post("/clients/{id}/enable-webhook", clients.enable)


def find_client(simulator: Simulator, fields: Fields) -> Client:
    """Return the app with the ``client_id`` of a request, or the default app."""
    client_id = fields.text("client_id")
    if client_id is None:
        return simulator.client
    if client_id not in simulator.clients:
        raise BadInputError("client_id: there is no such app")
    return simulator.clients[client_id]


class _ClientControl:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def add(self, request: web.Request) -> web.Response:
        fields = await self._read(request)
        name, changes = fields.required("name"), _changes(fields)
        client = self._simulator.add_client(name)
        _apply(client, changes)
        return json_response(client_state(self._simulator, client), status=201)

    async def change(self, request: web.Request) -> web.Response:
        client = self._find(request)
        _apply(client, _changes(await self._read(request)))
        return json_response(client_state(self._simulator, client))

    async def enable(self, request: web.Request) -> web.Response:
        """Enable the webhook URL of an app, which Ring has disabled."""
        client = self._find(request)
        self._simulator.webhooks.enable(client)
        return json_response(client_state(self._simulator, client))

    async def _read(self, request: web.Request) -> Fields:
        return await Fields.read(request, "name", *_URLS, "allow_listed_for_pkce")

    def _find(self, request: web.Request) -> Client:
        client = self._simulator.clients.get(request.match_info["id"])
        if client is None:
            raise BadInputError("There is no such app", status=404)
        return client


def _changes(fields: Fields) -> dict[str, str | bool]:
    changes = {
        "name": fields.text("name"),
        "allow_listed_for_pkce": fields.boolean("allow_listed_for_pkce"),
        **{name: fields.url(name) for name in _URLS},
    }
    return {name: value for name, value in changes.items() if value is not None}


def _apply(client: Client, changes: dict[str, str | bool]) -> None:
    for name, value in changes.items():
        setattr(client, name, value)
