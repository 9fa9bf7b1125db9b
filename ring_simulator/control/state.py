"""Control API for the state, which the panel shows."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from ring_simulator.account import Account, Client
from ring_simulator.device import SimDevice
from ring_simulator.device_kinds import DeviceKind, Encryption
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator
from ring_simulator.tokens import Token

_MAX_REQUESTS = 100
_MAX_DELIVERIES = 50


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""

    async def get(_request: web.Request) -> web.Response:
        return json_response(state(simulator))

    async def reset(_request: web.Request) -> web.Response:
        await simulator.live_view.end_all()
        simulator.reset()
        return json_response(state(simulator))

    app.router.add_get("/state", get)
    app.router.add_post("/reset", reset)


def state(simulator: Simulator) -> dict[str, Any]:
    """Return the state of a simulator.

    It contains the secrets of the developer console and the Playground tokens, which a
    person needs to set up an integration, but no access and refresh tokens.
    """
    return {
        "time": simulator.clock(),
        "accounts": [
            {
                "id": account.id,
                "name": f"{account.first_name} {account.last_name}",
                "email": account.email,
            }
            for account in simulator.accounts.values()
        ],
        "clients": [
            client_state(simulator, client) for client in simulator.clients.values()
        ],
        "integrations": [
            {
                "client_id": client.client_id,
                "account_id": account.id,
                **_integration_state(simulator, client, account),
            }
            for client in simulator.clients.values()
            for account in simulator.accounts.values()
        ],
        "devices": [device_state(device) for device in simulator.devices.values()],
        "kinds": list(DeviceKind),
        "encryptions": list(Encryption),
        "tokens": [_token_state(simulator, token) for token in simulator.tokens.all()],
        "faults": [active.as_dict() for active in simulator.faults.all()],
        "settings": asdict(simulator.settings),
        "rate_limit": {
            "limit": simulator.rate_limit.limit,
            "window": simulator.rate_limit.window,
            "max_in_window": simulator.rate_limit.max_in_window,
        },
        "live_view": {
            "sessions": [
                {
                    "id": session.id,
                    "device_id": session.device_id,
                    "started_at": session.started_at,
                    "ends_at": session.ends_at,
                    "connection": session.peer.connectionState,
                }
                for session in simulator.live_view.sessions.values()
            ],
            "started": simulator.live_view.started,
            "deleted": simulator.live_view.deleted,
            "expired": simulator.live_view.expired,
        },
        "downloads": {
            "base_url": simulator.downloads.base_url,
            "requests": simulator.downloads.requests,
            "bearers_seen": simulator.downloads.bearers_seen,
        },
        "deliveries": [
            delivery.as_dict()
            for delivery in list(simulator.webhooks.deliveries)[-_MAX_DELIVERIES:]
        ],
        "requests": [
            record.as_dict() for record in list(simulator.requests)[-_MAX_REQUESTS:]
        ],
    }


def client_state(simulator: Simulator, client: Client) -> dict[str, Any]:
    """Return the state of a Ring app."""
    return asdict(client) | {"webhook_disabled": simulator.webhooks.is_disabled(client)}


def device_state(device: SimDevice) -> dict[str, Any]:
    """Return the state of a device."""
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
    simulator: Simulator, client: Client, account: Account
) -> dict[str, Any]:
    integration = simulator.linking.find(client.client_id, account.id)
    return {
        "status": simulator.linking.status(client, account),
        "account_identifier": integration and integration.account_identifier,
        "consented_at": integration and integration.consented_at,
    }


def _token_state(simulator: Simulator, token: Token) -> dict[str, Any]:
    return {
        "label": token.label,
        "kind": token.kind,
        "account_id": token.account_id,
        "client_id": token.client_id,
        "expires_at": token.expires_at,
        "state": token.state(simulator.clock()),
        "value": token.value if token.read_only else None,
    }
