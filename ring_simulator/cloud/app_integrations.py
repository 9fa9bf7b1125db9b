"""Endpoint ``/v1/accounts/me/app-integrations`` (API reference, 1.4)."""

from typing import Any

from aiohttp import web
import orjson

from ring_simulator.linking import (
    Integration,
    InvalidNonceError,
    InvalidTransitionError,
)
from ring_simulator.middlewares import CALLER
from ring_simulator.responses import ApiError, document, json_response
from ring_simulator.simulator import Simulator
from ring_simulator.timestamps import iso

_PATH = "/v1/accounts/me/app-integrations"


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    endpoint = _AppIntegrations(simulator)
    app.router.add_post(_PATH, endpoint.confirm)
    app.router.add_patch(_PATH, endpoint.change)
    app.router.add_delete(_PATH, endpoint.remove)


class _AppIntegrations:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def confirm(self, request: web.Request) -> web.Response:
        integration = self._find(request)
        fields = await _text_members(request)
        nonce, identifier = fields.get("nonce"), fields.get("account_identifier")
        if nonce is None:
            raise _missing_field_error()
        try:
            self._simulator.linking.confirm(integration, nonce)
        except InvalidNonceError:
            raise ApiError(
                400, "The nonce is invalid or has expired", title="Invalid Nonce"
            ) from None
        if identifier is not None:
            integration.account_identifier = identifier
        return self._response(integration, {"status": integration.status})

    async def change(self, request: web.Request) -> web.Response:
        integration = self._find(request)
        fields = await _text_members(request)
        status, identifier = fields.get("status"), fields.get("account_identifier")
        if status is None and identifier is None:
            raise _missing_field_error()
        if status is not None:
            try:
                self._simulator.linking.set_status(integration, status)
            except InvalidTransitionError:
                raise ApiError(
                    400,
                    f"The status can't change from {integration.status}",
                    title="Invalid Status Transition",
                ) from None
        if identifier is not None:
            integration.account_identifier = identifier
            integration.updated_at = self._simulator.clock()
        return self._response(
            integration,
            {
                "account_identifier": integration.account_identifier,
                "status": integration.status,
                "updated_at": iso(integration.updated_at),
            },
        )

    async def remove(self, request: web.Request) -> web.Response:
        integration = self._find(request)
        if not integration.partner_initiated:
            raise ApiError(403, "Only partner-initiated apps may unlink")
        self._simulator.linking.uninstall(
            self._simulator.clients[integration.client_id],
            self._simulator.accounts[integration.account_id],
        )
        return self._response(integration, {"status": "removed"})

    def _find(self, request: web.Request) -> Integration:
        caller = request[CALLER]
        caller.require_write()
        integration = self._simulator.linking.find(
            caller.token.client_id, caller.account.id
        )
        if integration is None:
            raise ApiError(404, "No integration for this token")
        return integration

    def _response(
        self, integration: Integration, attributes: dict[str, Any]
    ) -> web.Response:
        if self._simulator.settings.app_integration_shape == "flat":
            return json_response(attributes)
        data = {
            "type": "app-integrations",
            "id": integration.id,
            "attributes": attributes,
        }
        return json_response(document(data, self._simulator.clock()))


async def _text_members(request: web.Request) -> dict[str, str]:
    """Return the members of the JSON body that are text."""
    try:
        body: Any = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(body, dict):
        return {}
    return {name: value for name, value in body.items() if isinstance(value, str)}


def _missing_field_error() -> ApiError:
    return ApiError(400, "A required field is missing", title="Missing Required Fields")
