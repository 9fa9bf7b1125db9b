"""What happened at a device or to an account, however Ring told it.

Section numbers are those of the Ring Partner API reference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from .document import is_usable_id
from .fields import Json, number, text

MAX_VALUES: Final = 32
"""How many further attributes of an event are kept."""
MAX_TEXT: Final = 256
"""How many characters a word of Ring's may have."""

DEVICE_TYPES: Final = ("devices", "device")
"""Ring writes the type of a related device in the plural and in the singular (3.3)."""

type EventSource = Literal["webhook", "history"]
"""How an event came to us."""

type Value = str | float | bool
"""A further attribute of an event."""


class EventKind(StrEnum):
    """The documented types of events (3.3 and 2.7); there may always be others."""

    MOTION_DETECTED = "motion_detected"
    BUTTON_PRESS = "button_press"
    ON_DEMAND = "on_demand"
    """Somebody watched live; only the history tells of it."""
    DEVICE_ADDED = "device_added"
    DEVICE_REMOVED = "device_removed"
    DEVICE_ONLINE = "device_online"
    DEVICE_OFFLINE = "device_offline"
    APP_INTEGRATION_ADDED = "app_integration_added"
    APP_INTEGRATION_REMOVED = "app_integration_removed"
    """The tokens are revoked already: Ring must not be asked any more."""
    SUBSCRIPTION_ACTIVATED = "subscription_activated"
    SUBSCRIPTION_DEACTIVATED = "subscription_deactivated"
    CONTACT_SENSOR_FAULTED = "contact_sensor_faulted"
    """The door or window is open."""
    CONTACT_SENSOR_CLEARED = "contact_sensor_cleared"
    TAMPER_DETECTED = "tamper_detected"
    TAMPER_CLEARED = "tamper_cleared"
    FLOOD_DETECTED = "flood_detected"
    FLOOD_CLEARED = "flood_cleared"
    FREEZE_DETECTED = "freeze_detected"
    FREEZE_CLEARED = "freeze_cleared"
    TEMPERATURE_EXCEEDED = "temperature_exceeded"
    TEMPERATURE_CLEARED = "temperature_cleared"
    HUMIDITY_EXCEEDED = "humidity_exceeded"
    HUMIDITY_CLEARED = "humidity_cleared"
    PM25_EXCEEDED = "pm25_exceeded"
    PM25_CLEARED = "pm25_cleared"
    CO_EXCEEDED = "co_exceeded"
    CO_CLEARED = "co_cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class RingEvent:
    """One event.

    Attributes:
        type: what happened, an `EventKind` or a word that is not documented.
        source: how it came to us.
        sub_type: what moved, or which subscription; an open vocabulary.
        device_id: the one device it is about, if it is about one.
        account_id: the account it belongs to; neither the history nor envelopes of
            version 1.0 name it.
        event_id: Ring's id of the event; webhook and history give it different ones.
        request_id: Ring's id of a delivery, the same each time it is repeated.
        time: when it happened, by Ring's clock.
        ended: when its recording ended, which only the history tells.
        component_ids: the cameras concerned, of a device with several.
        values: further attributes, such as `temperature` (°C), `humidity` (%),
            `pm25`, `co` and `threshold_type` ("min" or "max").

    """

    type: str
    source: EventSource
    sub_type: str | None = None
    device_id: str | None = None
    account_id: str | None = None
    event_id: str | None = None
    request_id: str | None = None
    time: datetime | None = None
    ended: datetime | None = None
    component_ids: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)


def word(value: object) -> str | None:
    """Return a string that is not empty, printable and bounded."""
    found = text(value)
    if found is None or len(found) > MAX_TEXT or not found.isprintable():
        return None
    return found


def identifier(value: object) -> str | None:
    """Return the id of a device, a component or an account, fit for a path."""
    found = text(value)
    return found if found is not None and is_usable_id(found) else None


def component_ids(value: object) -> tuple[str, ...]:
    """Return the ids of a list of components.

    Ring writes them as strings, as numbers and as `{"component_id": "1"}` (6, 11).
    """
    return tuple(dict.fromkeys(_component_ids(value)))


def _component_ids(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        bare = item.get("component_id") if isinstance(item, dict) else item
        if isinstance(bare, int) and not isinstance(bare, bool):
            bare = str(bare)
        if (found := identifier(bare)) is not None:
            yield found


def values(attributes: Json, *, without: frozenset[str]) -> dict[str, Value]:
    """Return the attributes that are plain values, numbers bare or wrapped."""
    found: dict[str, Value] = {}
    for name, raw in attributes.items():
        if name in without or word(name) is None:
            continue
        value: Value | None = raw if isinstance(raw, bool) else number(raw)
        if value is None:
            value = word(raw)
        if value is not None:
            found[name] = value
        if len(found) == MAX_VALUES:
            break
    return found
