"""What the panel shows, as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ring_simulator.answers import json_answer
from ring_simulator.kinds import DeviceKind, Encryption

if TYPE_CHECKING:
    from ring_simulator.account import Account, Client
    from ring_simulator.device import SimDevice
    from ring_simulator.simulator import Simulator
    from ring_simulator.tokens import Token

_SHOWN_REQUESTS = 100
_SHOWN_DELIVERIES = 50


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""

    async def get(_request: web.Request) -> web.Response:
        return json_answer(state(sim))

    async def reset(_request: web.Request) -> web.Response:
        sim.reset()
        return json_answer(state(sim))

    app.router.add_get("/state", get)
    app.router.add_post("/reset", reset)


def state(sim: Simulator) -> dict[str, Any]:
    """Return all of a simulator's state.

    Secrets of the simulated cloud are shown on purpose: they are what a person has
    to type into an app that is tried out. Pairs of tokens are not, as no one types
    them.
    """
    return {
        "time": sim.clock(),
        "accounts": [
            {
                "id": account.id,
                "name": f"{account.first_name} {account.last_name}",
                "email": account.email,
            }
            for account in sim.accounts.values()
        ],
        "clients": [client_state(sim, client) for client in sim.clients.values()],
        "integrations": [
            {
                "client_id": client.client_id,
                "account_id": account.id,
                **_integration_state(sim, client, account),
            }
            for client in sim.clients.values()
            for account in sim.accounts.values()
        ],
        "devices": [device_state(device) for device in sim.devices.values()],
        "kinds": list(DeviceKind),
        "encryptions": list(Encryption),
        "tokens": [_token_state(sim, token) for token in sim.tokens.all()],
        "faults": [active.as_dict() for active in sim.faults.all()],
        "behaviour": asdict(sim.behaviour),
        "rate_limit": {
            "limit": sim.rate_limit.limit,
            "window": sim.rate_limit.window,
            "max_in_window": sim.rate_limit.max_in_window,
        },
        "deliveries": [
            delivery.as_dict()
            for delivery in list(sim.webhooks.deliveries)[-_SHOWN_DELIVERIES:]
        ],
        "requests": [
            record.as_dict() for record in list(sim.requests)[-_SHOWN_REQUESTS:]
        ],
    }


def client_state(sim: Simulator, client: Client) -> dict[str, Any]:
    """Return what the developer console shows of an app."""
    return asdict(client) | {"webhook_disabled": sim.webhooks.is_disabled(client)}


def device_state(device: SimDevice) -> dict[str, Any]:
    """Return what a person may see and change of a device."""
    return {
        "id": device.id,
        "kind": device.kind,
        "name": device.name,
        "account_id": device.account_id,
        "online": device.online,
        "visible": device.visible,
        "shared": device.shared,
        "encryption": device.encryption,
        "camera": device.is_camera,
        "motion_detection": device.motion_detection,
        "readings": device.readings,
        "reported_at": device.reported_at,
        "played": device.played,
    }


def _integration_state(
    sim: Simulator, client: Client, account: Account
) -> dict[str, Any]:
    integration = sim.linking.find(client.client_id, account.id)
    return {
        "status": sim.linking.status(client, account),
        "account_identifier": integration and integration.account_identifier,
        "consented_at": integration and integration.consented_at,
    }


def _token_state(sim: Simulator, token: Token) -> dict[str, Any]:
    return {
        "label": token.label,
        "kind": token.kind,
        "account_id": token.account_id,
        "client_id": token.client_id,
        "expires_at": token.expires_at,
        "state": token.state(sim.clock()),
        "value": token.value if token.read_only else None,
    }
