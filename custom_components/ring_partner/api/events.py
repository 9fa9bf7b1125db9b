"""Events of devices and accounts, from webhooks and the event history.

Numbers in parentheses are sections of the Ring Partner API reference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from .document import is_valid_id
from .fields import Json, number, text

MAX_VALUES: Final = 32
"""Maximum number of further attributes of an event."""
MAX_TEXT_LENGTH: Final = 256
"""Maximum length of a text from Ring in an event, in characters."""

DEVICE_TYPES: Final = ("devices", "device")
"""The types of a related device: Ring uses the plural and the singular (3.3)."""

type EventSource = Literal["webhook", "history"]
"""Where an event was read."""

type EventValue = str | float | bool
"""Value of a further attribute of an event."""


class RingEventType(StrEnum):
    """The documented types of events (3.3 and 2.7). Ring can send others."""

    MOTION_DETECTED = "motion_detected"
    BUTTON_PRESS = "button_press"
    ON_DEMAND = "on_demand"
    """A user watched the live view; only the history contains it."""
    DEVICE_ADDED = "device_added"
    DEVICE_REMOVED = "device_removed"
    DEVICE_ONLINE = "device_online"
    DEVICE_OFFLINE = "device_offline"
    APP_INTEGRATION_ADDED = "app_integration_added"
    APP_INTEGRATION_REMOVED = "app_integration_removed"
    """The tokens are already revoked, so no requests are allowed any more."""
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
    """An event of a device or an account.

    Attributes:
        type: A `RingEventType` or an undocumented type.
        source: Where the event was read.
        sub_type: What moved, or the type of subscription. Ring can send any value.
        device_id: ID of the device, None if the event isn't about one device.
        account_id: ID of the account. Missing in the history and in webhooks of
            version 1.0.
        event_id: Ring's ID of the event, which differs between webhook and history.
        request_id: Ring's ID of a webhook, the same each time Ring repeats it.
        time: When the event happened, by Ring's clock.
        ended: When its recording ended; history only.
        component_ids: The affected cameras of a device with several.
        values: Further attributes, such as `temperature` (°C), `humidity` (%), `pm25`,
            `co` and `threshold_type` ("min" or "max").
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
    values: Mapping[str, EventValue] = field(default_factory=dict, hash=False)


def short_text(value: object) -> str | None:
    """Return a printable string that is neither empty nor too long."""
    found = text(value)
    if found is None or len(found) > MAX_TEXT_LENGTH or not found.isprintable():
        return None
    return found


def valid_id(value: object) -> str | None:
    """Return the ID of a device, a component or an account, if it is valid."""
    found = text(value)
    return found if found is not None and is_valid_id(found) else None


def component_ids(value: object) -> tuple[str, ...]:
    """Return the IDs in a list of components.

    Ring sends them as strings, as numbers and as `{"component_id": "1"}` (6, 11).
    """
    return tuple(dict.fromkeys(_component_ids(value)))


def _component_ids(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        component_id = item.get("component_id") if isinstance(item, dict) else item
        if isinstance(component_id, int) and not isinstance(component_id, bool):
            component_id = str(component_id)
        if (found := valid_id(component_id)) is not None:
            yield found


def plain_values(attributes: Json, *, exclude: frozenset[str]) -> dict[str, EventValue]:
    """Return the attributes that are booleans, numbers or short texts."""
    found: dict[str, EventValue] = {}
    for name, attribute in attributes.items():
        if name in exclude or short_text(name) is None:
            continue
        value: EventValue | None = (
            attribute if isinstance(attribute, bool) else number(attribute)
        )
        if value is None:
            value = short_text(attribute)
        if value is not None:
            found[name] = value
        if len(found) == MAX_VALUES:
            break
    return found
