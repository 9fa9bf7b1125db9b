"""All endpoints that require a bearer token (Ring Partner API reference, 2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from custom_components.ring_partner.api import RingClient, RingSession
from custom_components.ring_partner.api.app_integrations import (
    complete_link,
    confirm_link,
    unlink_account,
)
from custom_components.ring_partner.api.chimes import play_sound
from custom_components.ring_partner.api.history import read_events
from custom_components.ring_partner.api.session import Request

from .reference_examples import NONCE

type Call = Callable[[RingSession, str], Awaitable[object]]

DEVICE = "/v1/devices/{}"
WHEP = "/v1/devices/{}/media/streaming/whep/sessions"
INTEGRATIONS = "/v1/accounts/me/app-integrations"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint, and how its responses are handled.

    Attributes:
        method: HTTP method.
        path: Path with a placeholder for the ID of the device.
        call: Sends the request in a session, about a device.
        needs_data: Whether a successful response must contain valid data.
        fault_status: Successful status for a fault in place of the simulator's own
            response, None for the simulator's own response.
    """

    method: str
    path: str
    call: Call
    needs_data: bool
    fault_status: int | None = None


def _reading(path: str, call: Call) -> Endpoint:
    """Return an endpoint whose response must contain valid data."""
    return Endpoint(method="GET", path=path, call=call, needs_data=True)


def _plain(
    method: str,
    path: str,
    *,
    about_device: bool = False,
    json: Any = None,
    fault_status: int | None = None,
) -> Endpoint:
    """Return an endpoint whose response isn't parsed."""

    def call(session: RingSession, device_id: str) -> Awaitable[object]:
        url = path.format(device_id)
        return session.request(
            Request(method, url, json=json, about_device=about_device)
        )

    return Endpoint(
        method=method,
        path=path,
        call=call,
        needs_data=False,
        fault_status=fault_status,
    )


ENDPOINTS: dict[str, Endpoint] = {
    "account": _reading("/v1/users/me", lambda s, _: RingClient(s).account()),
    "devices": _reading("/v1/devices", lambda s, _: RingClient(s).devices()),
    "device": _reading(DEVICE, lambda s, device_id: RingClient(s).device(device_id)),
    "status": _reading(
        f"{DEVICE}/status", lambda s, device_id: RingClient(s).status(device_id)
    ),
    "capabilities": _reading(
        f"{DEVICE}/capabilities",
        lambda s, device_id: RingClient(s).capabilities(device_id),
    ),
    "configurations": _reading(
        f"{DEVICE}/configurations",
        lambda s, device_id: RingClient(s).configurations(device_id),
    ),
    "location": _reading(
        f"{DEVICE}/location", lambda s, device_id: RingClient(s).location(device_id)
    ),
    "locations": _plain("GET", "/v1/locations"),
    "history": _reading(
        "/v1/history/devices/{}/events",
        lambda s, device_id: read_events(s, device_id, since=None),
    ),
    "image": _plain(
        "POST",
        f"{DEVICE}/media/image/download",
        about_device=True,
        json={"type": "at_timestamp", "timestamp": 1_789_516_000_000},
        fault_status=200,
    ),
    "video": _plain(
        "POST",
        f"{DEVICE}/media/video/download",
        about_device=True,
        json={"timestamp": 1_789_516_000_000, "duration": 5000},
        fault_status=206,
    ),
    "whep_open": _plain("POST", WHEP, about_device=True, fault_status=201),
    "whep_close": _plain(
        "DELETE", f"{WHEP}/session-1", about_device=True, fault_status=200
    ),
    "chime": Endpoint(
        method="POST",
        path=f"{DEVICE}/media/audio/playback",
        call=lambda s, device_id: play_sound(s, device_id, "custom_audio_1"),
        needs_data=False,
    ),
    "subscriptions": _plain("GET", "/v1/accounts/me/subscriptions"),
    # A link succeeds even if the body of the response is unreadable.
    "link_confirm": Endpoint(
        method="POST",
        path=INTEGRATIONS,
        call=lambda s, _: confirm_link(s, NONCE, "u***r@example.com"),
        needs_data=False,
    ),
    "link_complete": Endpoint(
        method="PATCH",
        path=INTEGRATIONS,
        call=lambda s, _: complete_link(s),
        needs_data=False,
    ),
    "link_remove": Endpoint(
        method="DELETE",
        path=INTEGRATIONS,
        call=lambda s, _: unlink_account(s),
        needs_data=False,
        # The simulator itself would revoke the tokens, so that no retry would succeed.
        fault_status=200,
    ),
}
