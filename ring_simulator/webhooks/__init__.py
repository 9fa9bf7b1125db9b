"""Webhooks: events and their delivery to Ring apps (API reference, 3)."""

from .delivery import Delivery, DeliveryState
from .event import (
    Event,
    account_event,
    device_event,
    envelope,
    sign,
    subscription_event,
)
from .sender import RETRY_DELAYS, Webhooks

__all__ = [
    "RETRY_DELAYS",
    "Delivery",
    "DeliveryState",
    "Event",
    "Webhooks",
    "account_event",
    "device_event",
    "envelope",
    "sign",
    "subscription_event",
]
