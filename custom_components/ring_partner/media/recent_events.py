"""Remembers recent presses and motions by their ID.

A webhook and the event history have different IDs for the same event (Ring Partner API
reference, 2.7 and 3.1). With the type and the time of an event, its recording is found
in the history.
"""

from datetime import datetime
from typing import Final, NamedTuple

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..events.dispatcher import DispatchedEvent
from ..events.event_store import EventStore
from ..events.pairing import PAIRED_TYPES

MAX_EVENTS: Final = 1000


class RecentEvent(NamedTuple):
    """A press or a motion.

    Attributes:
        type: what happened.
        at: when.
        component_ids: the cameras of a device with several, as far as they are known.

    """

    type: str
    at: datetime
    component_ids: tuple[str, ...] = ()


class RecentEvents:
    """The recent events of one account."""

    def __init__(self, store: EventStore) -> None:
        """Set up the events; those from before a restart are in the store."""
        self._store = store
        self._events: dict[tuple[str, str], RecentEvent] = {}

    @callback
    def async_handle_event(self, dispatched: DispatchedEvent) -> None:
        """Remember an event."""
        event = dispatched.event
        if event.device_id and event.event_id and event.type in PAIRED_TYPES:
            self._events[event.device_id, event.event_id] = RecentEvent(
                event.type, dispatched.at, event.component_ids
            )
            if len(self._events) > MAX_EVENTS:
                del self._events[next(iter(self._events))]

    def get(self, device_id: str, event_id: str) -> RecentEvent | None:
        """Return an event of a device; None if it is not known."""
        if (found := self._events.get((device_id, event_id))) is not None:
            return found
        last = self._store.last_events.get(device_id)
        if last is None or last["event_id"] != event_id:
            return None
        at = dt_util.parse_datetime(last["time"], raise_on_error=True)
        return RecentEvent(last["type"], at)
