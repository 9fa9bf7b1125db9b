"""Events and their envelopes (API reference, 3.1-3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
import hmac
from typing import Any, Literal

import orjson

from ring_simulator.account import Account, Subscription
from ring_simulator.device import SimDevice

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, before an envelope is made for an app.

    Attributes:
        type: One of the types of the API reference, 3.3.
        account_id: Whose account it is about.
        id: Member ``id`` of the data.
        attributes: Further members, in the order in which Ring has them.
        relationships: None for an event of the account.
        sub_type: What moved.
    """

    type: str
    account_id: str
    id: str
    attributes: Json
    relationships: Json | None = None
    sub_type: str | None = None


def device_event(
    device: SimDevice,
    type_: str,
    now: float,
    *,
    sub_type: str | None = None,
    component_ids: tuple[str, ...] = (),
    values: Mapping[str, str | float] | None = None,
) -> Event:
    """Return an event of a device.

    Args:
        device: Where it happened.
        type_: Type of the event.
        now: Epoch seconds at which it happened.
        sub_type: What moved.
        component_ids: Which cameras saw it, of a device that has several.
        values: Further attributes, such as ``temperature`` and ``threshold_type``.
    """
    timestamp = milliseconds(now)
    attributes: Json = {
        "source": device.id,
        "source_type": "devices",
        "timestamp": timestamp,
        **(values or {}),
    }
    if component_ids:
        attributes["component_ids"] = list(component_ids)
    return Event(
        type_,
        device.account_id,
        f"{device.id}_{sub_type or type_}_{timestamp}",
        attributes,
        {"devices": {"links": {"self": f"/v1/devices/{device.id}"}}},
        sub_type,
    )


def account_event(account: Account, type_: str, now: float, id_: str) -> Event:
    """Return an event of an account's integration; the id is opaque."""
    attributes = {
        "source": account.id,
        "source_type": "users",
        "timestamp": milliseconds(now),
    }
    return Event(type_, account.id, id_, attributes)


def subscription_event(account: Account, subscription: Subscription, id_: str) -> Event:
    """Return ``subscription_activated`` or ``…_deactivated``, as the status says.

    Such an event has neither ``timestamp`` nor ``source_type``.
    """
    active = subscription.status == "active"
    attributes: Json = {
        "source": "subscriptions",
        "source_id": subscription.id,
        "sub_type": subscription.sub_type,
        "plan_id": subscription.plan_id,
    }
    if active:
        attributes["expires_at"] = subscription.expires_at
    devices = [{"type": "device", "id": id_} for id_ in subscription.device_ids]
    return Event(
        "subscription_activated" if active else "subscription_deactivated",
        account.id,
        id_,
        attributes,
        {
            "devices": {"data": devices},
            "subscriptions": {"links": {"self": "/v1/accounts/me/subscriptions"}},
        },
    )


def envelope(
    event: Event,
    *,
    time: str,
    request_id: str,
    version: Literal["1.1", "1.0"],
    sub_type_place: Literal["data", "attributes"],
) -> bytes:
    """Return the body of a webhook."""
    meta = {"version": version, "time": time, "request_id": request_id}
    if version == "1.1":
        meta["account_id"] = event.account_id
    data: Json = {"id": event.id, "type": event.type}
    attributes = dict(event.attributes)
    if event.sub_type is not None:
        if sub_type_place == "data":
            data["subType"] = event.sub_type
        else:
            attributes["sub_type"] = event.sub_type
    data["attributes"] = attributes
    if event.relationships is not None:
        data["relationships"] = event.relationships
    return orjson.dumps({"meta": meta, "data": data})


def sign(hmac_key: str, body: bytes) -> str:
    """Return the header ``X-Signature``; the key is used as text."""
    return f"sha256={hmac.digest(hmac_key.encode(), body, 'sha256').hex()}"


def milliseconds(seconds: float) -> int:
    """Return epoch seconds as epoch milliseconds."""
    return round(seconds * 1000)
