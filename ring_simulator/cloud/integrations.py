"""``/v1/accounts/me/app-integrations`` (API reference, 1.4)."""

from typing import TYPE_CHECKING, Any

from aiohttp import web
import orjson

from ring_simulator.answers import ApiError, document, json_answer
from ring_simulator.linking import InvalidNonceError, InvalidTransitionError
from ring_simulator.pipeline import CALLER
from ring_simulator.timestamps import iso

if TYPE_CHECKING:
    from ring_simulator.linking import Integration
    from ring_simulator.simulator import Simulator

_PATH = "/v1/accounts/me/app-integrations"


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _Integrations(sim)
    app.router.add_post(_PATH, area.confirm)
    app.router.add_patch(_PATH, area.change)
    app.router.add_delete(_PATH, area.remove)


class _Integrations:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def confirm(self, request: web.Request) -> web.Response:
        integration = self._find(request)
        fields = await _fields(request)
        nonce, identifier = fields.get("nonce"), fields.get("account_identifier")
        if nonce is None:
            raise _missing()
        try:
            self._sim.linking.confirm(integration, nonce)
        except InvalidNonceError:
            raise ApiError(
                400, "The nonce is invalid or has expired", title="Invalid Nonce"
            ) from None
        if identifier is not None:
            integration.account_identifier = identifier
        return self._answer(integration, {"status": integration.status})

    async def change(self, request: web.Request) -> web.Response:
        integration = self._find(request)
        fields = await _fields(request)
        status, identifier = fields.get("status"), fields.get("account_identifier")
        if status is None and identifier is None:
            raise _missing()
        if status is not None:
            try:
                self._sim.linking.change(integration, status)
            except InvalidTransitionError:
                raise ApiError(
                    400,
                    f"The status can't change from {integration.status}",
                    title="Invalid Status Transition",
                ) from None
        if identifier is not None:
            integration.account_identifier = identifier
            integration.updated_at = self._sim.clock()
        return self._answer(
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
        self._sim.linking.uninstall(
            self._sim.clients[integration.client_id],
            self._sim.accounts[integration.account_id],
        )
        return self._answer(integration, {"status": "removed"})

    def _find(self, request: web.Request) -> Integration:
        caller = request[CALLER]
        caller.require_write()
        integration = self._sim.linking.find(caller.token.client_id, caller.account.id)
        if integration is None:
            raise ApiError(404, "No integration for this token")
        return integration

    def _answer(
        self, integration: Integration, attributes: dict[str, Any]
    ) -> web.Response:
        if self._sim.behaviour.app_integration_shape == "flat":
            return json_answer(attributes)
        data = {
            "type": "app-integrations",
            "id": integration.id,
            "attributes": attributes,
        }
        return json_answer(document(data, self._sim.clock()))


async def _fields(request: web.Request) -> dict[str, str]:
    """Return the members of the body that are text."""
    try:
        body: Any = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(body, dict):
        return {}
    return {name: value for name, value in body.items() if isinstance(value, str)}


def _missing() -> ApiError:
    return ApiError(400, "A required field is missing", title="Missing Required Fields")
