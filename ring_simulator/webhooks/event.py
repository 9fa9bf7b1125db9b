"""Events and their webhook envelopes (API reference, 3.1-3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
import hmac
from typing import Any, Literal

import orjson

from ring_simulator.account import Account, Subscription
from ring_simulator.device import SimDevice
from ring_simulator.timestamps import epoch_milliseconds

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event, independent of the Ring app that receives it.

    Attributes:
        type: Event type (API reference, 3.3).
        account_id: Account of the event.
        id: Member ``id`` of the data.
        attributes: Attributes, in Ring's order.
        relationships: Relationships, or None for an event of the account.
        sub_type: Subtype of motion.
    """

    type: str
    account_id: str
    id: str
    attributes: Json
    relationships: Json | None = None
    sub_type: str | None = None


def device_event(
    device: SimDevice,
    event_type: str,
    now: float,
    *,
    sub_type: str | None = None,
    component_ids: tuple[str, ...] = (),
    values: Mapping[str, str | float] | None = None,
) -> Event:
    """Return an event of a device.

    Args:
        device: The device.
        event_type: Type of the event.
        now: Time of the event in epoch seconds.
        sub_type: Subtype of motion.
        component_ids: Cameras that detected it, for a device with several cameras.
        values: Additional attributes, such as ``temperature`` and ``threshold_type``.
    """
    timestamp = epoch_milliseconds(now)
    attributes: Json = {
        "source": device.id,
        "source_type": "devices",
        "timestamp": timestamp,
        **(values or {}),
    }
    if component_ids:
        attributes["component_ids"] = list(component_ids)
    return Event(
        event_type,
        device.account_id,
        f"{device.id}_{sub_type or event_type}_{timestamp}",
        attributes,
        {"devices": {"links": {"self": f"/v1/devices/{device.id}"}}},
        sub_type,
    )


def account_event(
    account: Account, event_type: str, now: float, event_id: str
) -> Event:
    """Return an event of an account's app integration.

    Args:
        account: The account.
        event_type: ``app_integration_added`` or ``app_integration_removed``.
        now: Time of the event in epoch seconds.
        event_id: Opaque ID.
    """
    attributes = {
        "source": account.id,
        "source_type": "users",
        "timestamp": epoch_milliseconds(now),
    }
    return Event(event_type, account.id, event_id, attributes)


def subscription_event(
    account: Account, subscription: Subscription, event_id: str
) -> Event:
    """Return ``subscription_activated`` or ``subscription_deactivated``.

    The status of the subscription decides which one. The event has neither
    ``timestamp`` nor ``source_type``.
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
        event_id,
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
    sub_type_location: Literal["data", "attributes"],
) -> bytes:
    """Return the body of a webhook (API reference, 3.2)."""
    meta = {"version": version, "time": time, "request_id": request_id}
    if version == "1.1":
        meta["account_id"] = event.account_id
    data: Json = {"id": event.id, "type": event.type}
    attributes = dict(event.attributes)
    if event.sub_type is not None:
        if sub_type_location == "data":
            data["subType"] = event.sub_type
        else:
            attributes["sub_type"] = event.sub_type
    data["attributes"] = attributes
    if event.relationships is not None:
        data["relationships"] = event.relationships
    return orjson.dumps({"meta": meta, "data": data})


def sign(hmac_key: str, body: bytes) -> str:
    """Return the ``X-Signature`` header; the key is used as UTF-8 text."""
    return f"sha256={hmac.digest(hmac_key.encode(), body, 'sha256').hex()}"
