"""Every endpoint that takes a bearer token (Ring Partner API reference, 2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from custom_components.ring_partner.api import RingClient, RingSession
from custom_components.ring_partner.api.app_integrations import (
    complete,
    confirm,
    unlink,
)
from custom_components.ring_partner.api.history import events
from custom_components.ring_partner.api.session import Request

from .vectors import NONCE

type Call = Callable[[RingSession, str], Awaitable[object]]

DEVICE = "/v1/devices/{}"
WHEP = "/v1/devices/{}/media/streaming/whep/sessions"
INTEGRATIONS = "/v1/accounts/me/app-integrations"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """How an endpoint is asked, and what makes it differ from others.

    Attributes:
        method: HTTP method.
        path: path, with a place for the id of the device.
        call: asks it on a session about a device.
        reads: a successful answer has to hold data.
        stand_in: success that a fault answers with in place of the simulated cloud;
            None if the cloud itself answers.

    """

    method: str
    path: str
    call: Call
    reads: bool
    stand_in: int | None = None


def _read(path: str, call: Call) -> Endpoint:
    """Return an endpoint that only gives data."""
    return Endpoint(method="GET", path=path, call=call, reads=True)


def _hand_on(
    method: str,
    path: str,
    *,
    about_device: bool = False,
    json: Any = None,
    stand_in: int | None = None,
) -> Endpoint:
    """Return an endpoint whose answer is handed on as it came."""

    def call(session: RingSession, device_id: str) -> Awaitable[object]:
        address = path.format(device_id)
        return session.request(
            Request(method, address, json=json, about_device=about_device)
        )

    return Endpoint(
        method=method,
        path=path,
        call=call,
        reads=False,
        stand_in=stand_in,
    )


ENDPOINTS: dict[str, Endpoint] = {
    "account": _read("/v1/users/me", lambda s, _: RingClient(s).account()),
    "devices": _read("/v1/devices", lambda s, _: RingClient(s).devices()),
    "device": _read(DEVICE, lambda s, id_: RingClient(s).device(id_)),
    "status": _read(f"{DEVICE}/status", lambda s, id_: RingClient(s).status(id_)),
    "capabilities": _read(
        f"{DEVICE}/capabilities", lambda s, id_: RingClient(s).capabilities(id_)
    ),
    "configurations": _read(
        f"{DEVICE}/configurations", lambda s, id_: RingClient(s).configurations(id_)
    ),
    "location": _read(f"{DEVICE}/location", lambda s, id_: RingClient(s).location(id_)),
    "locations": _hand_on("GET", "/v1/locations"),
    "history": _read(
        "/v1/history/devices/{}/events",
        lambda s, id_: events(s, id_, since=None),
    ),
    "image": _hand_on(
        "POST",
        f"{DEVICE}/media/image/download",
        about_device=True,
        json={"type": "at_timestamp", "timestamp": 1_789_516_000_000},
        stand_in=200,
    ),
    "video": _hand_on(
        "POST",
        f"{DEVICE}/media/video/download",
        about_device=True,
        json={"timestamp": 1_789_516_000_000, "duration": 5000},
        stand_in=206,
    ),
    "whep_open": _hand_on("POST", WHEP, about_device=True, stand_in=201),
    "whep_close": _hand_on(
        "DELETE", f"{WHEP}/session-1", about_device=True, stand_in=200
    ),
    "chime": _hand_on(
        "POST",
        f"{DEVICE}/media/audio/playback",
        about_device=True,
        json={"audio_ref": "custom_audio_1"},
    ),
    "subscriptions": _hand_on("GET", "/v1/accounts/me/subscriptions"),
    # A link that Ring has made doesn't fail for the words in which Ring says so.
    "link_confirm": Endpoint(
        method="POST",
        path=INTEGRATIONS,
        call=lambda s, _: confirm(s, NONCE, "u***r@example.com"),
        reads=False,
    ),
    "link_complete": Endpoint(
        method="PATCH",
        path=INTEGRATIONS,
        call=lambda s, _: complete(s),
        reads=False,
    ),
    "link_remove": Endpoint(
        method="DELETE",
        path=INTEGRATIONS,
        call=lambda s, _: unlink(s),
        reads=False,
        # The cloud itself would take the tokens along, which ends all repeating.
        stand_in=200,
    ),
}
