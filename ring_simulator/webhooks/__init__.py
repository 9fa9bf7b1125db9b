"""Webhooks: what Ring tells apps, and how it delivers it (API reference, 3)."""

from .delivery import Delivery, DeliveryState
from .event import (
    Event,
    account_event,
    device_event,
    envelope,
    milliseconds,
    sign,
    subscription_event,
)
from .sender import LADDER, Webhooks

__all__ = [
    "LADDER",
    "Delivery",
    "DeliveryState",
    "Event",
    "Webhooks",
    "account_event",
    "device_event",
    "envelope",
    "milliseconds",
    "sign",
    "subscription_event",
]
