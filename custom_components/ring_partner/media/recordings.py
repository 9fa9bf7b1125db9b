"""The recordings of the cameras of one account, from Ring's event history."""

import asyncio
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Final, NamedTuple, Self

from homeassistant.util import dt as dt_util

from ..api import RingError, RingSession
from ..api.events import RingEvent, RingEventType
from ..api.media import MAX_AGE
from .history_list import HistoryList

_LOGGER = logging.getLogger(__name__)

MAX_LIST_AGE: Final = timedelta(hours=1)
"""How long a list is continued. Then it is read again, as recordings can be deleted in
the Ring app."""

SUB_TYPES: Final = ("human", "vehicle", "animal")
"""What moved. The history does not tell it, but can be filtered by it (Ring Partner API
reference, 2.7)."""


class Recording(NamedTuple):
    """A recording of an event.

    Attributes:
        device_id: ID of the device.
        event_id: ID of the event in the history.
        type: what happened.
        sub_type: what moved; None if it is not known.
        start: when it starts.
        end: when it ends; None if Ring does not report it.
        component_id: the camera of a device with several; None if it is not known.

    """

    device_id: str
    event_id: str
    type: str
    sub_type: str | None
    start: datetime
    end: datetime | None
    component_id: str | None

    @classmethod
    def from_event(cls, event: RingEvent) -> Self | None:
        """Return the recording of an event of the history."""
        if event.device_id is None or event.event_id is None or event.time is None:
            return None
        ids = event.component_ids
        return cls(
            event.device_id,
            event.event_id,
            event.type,
            event.sub_type,
            event.time,
            event.ended,
            ids[0] if len(ids) == 1 else None,
        )


class _Selection(NamedTuple):
    """Which recordings are asked for; see `Recordings.async_list`."""

    start: datetime
    end: datetime
    types: Container[str] | None
    component_id: str | None

    def matching(self, events: Iterable[RingEvent]) -> list[RingEvent]:
        """Return the events that are asked for."""
        return [event for event in events if self._matches(event)]

    def recordings(self, events: Iterable[RingEvent]) -> list[Recording]:
        """Return the recordings that are asked for, newest first."""
        found = map(Recording.from_event, self.matching(events))
        recordings = [each for each in found if each is not None]
        recordings.sort(key=lambda each: each.start, reverse=True)
        return recordings

    def _matches(self, event: RingEvent) -> bool:
        return (
            event.time is not None
            and self.start <= event.time < self.end
            and (self.types is None or event.type in self.types)
            and (
                self.component_id is None
                or not event.component_ids
                or self.component_id in event.component_ids
            )
        )


@dataclass(slots=True, eq=False)
class _DeviceHistory:
    """What was read of the history of a device.

    Attributes:
        all: the list of all events.
        by_sub_type: the list of each sub-type.
        lock: held while the history is read.

    """

    all: HistoryList
    by_sub_type: dict[str, HistoryList]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Recordings:
    """The recordings of one account."""

    def __init__(self, session: RingSession) -> None:
        """Set up the recordings; `session` sends requests to Ring."""
        self._session = session
        self._devices: dict[str, _DeviceHistory] = {}

    async def async_list(
        self,
        device_id: str,
        start: datetime,
        end: datetime,
        *,
        limit: int | None = None,
        types: Container[str] | None = None,
        component_id: str | None = None,
        with_sub_types: bool = False,
    ) -> list[Recording]:
        """Return the recordings of a device that start in a time range, newest first.

        Args:
            device_id: the device.
            start: the earliest start.
            end: the end of the time range, which does not belong to it.
            limit: how many recordings to return at most.
            types: only recordings of these types; None for all.
            component_id: without the recordings of which Ring tells that they are of
                another camera of the device.
            with_sub_types: whether to find out what moved, by further requests.

        Raises:
            RingError: the history could not be read.

        """
        history = self._history(device_id)
        selection = _Selection(start, end, types, component_id)
        async with history.lock:
            if dt_util.utcnow() - history.all.created_at > MAX_LIST_AGE:
                history = await self._async_read_again(device_id, history)
            await history.all.async_cover(
                start,
                end,
                lambda: (
                    limit is not None
                    and len(selection.matching(history.all.events)) >= limit
                ),
            )
            found = selection.recordings(history.all.events)[:limit]
            if with_sub_types:
                await self._async_read_sub_types(history, found)
                found = _with_sub_types(history, found)
            for each in (history.all, *history.by_sub_type.values()):
                each.trim()
        return found

    def known(
        self,
        device_id: str,
        start: datetime,
        end: datetime,
        *,
        limit: int | None = None,
        types: Container[str] | None = None,
        component_id: str | None = None,
    ) -> list[Recording]:
        """Return what `async_list` would return, as far as it was read before."""
        if (history := self._devices.get(device_id)) is None:
            return []
        selection = _Selection(start, end, types, component_id)
        found = selection.recordings(history.all.events)[:limit]
        return _with_sub_types(history, found)

    async def async_get(self, device_id: str, event_id: str) -> Recording | None:
        """Return the recording of an event of the history; None if there is none.

        Raises:
            RingError: the history could not be read.

        """
        history = self._history(device_id)
        end = dt_util.utcnow()
        start = end - MAX_AGE

        def find() -> RingEvent | None:
            events = history.all.events
            return next((each for each in events if each.event_id == event_id), None)

        async with history.lock:
            if (found := find()) is None:
                await history.all.async_cover(start, end, lambda: find() is not None)
                found = find()
                history.all.trim()
        return None if found is None else Recording.from_event(found)

    def forget_device(self, device_id: str) -> None:
        """Forget a device that was removed."""
        self._devices.pop(device_id, None)

    def _history(self, device_id: str) -> _DeviceHistory:
        if (history := self._devices.get(device_id)) is None:
            history = self._devices[device_id] = self._new_history(device_id)
        return history

    def _new_history(self, device_id: str) -> _DeviceHistory:
        return _DeviceHistory(
            HistoryList(self._session, device_id),
            {
                sub_type: HistoryList(self._session, device_id, (f"motion.{sub_type}",))
                for sub_type in SUB_TYPES
            },
        )

    async def _async_read_again(
        self, device_id: str, earlier: _DeviceHistory
    ) -> _DeviceHistory:
        """Return a new history in place of an earlier one, unless it cannot be read."""
        history = self._new_history(device_id)
        history.lock = earlier.lock
        now = dt_util.utcnow()
        await history.all.async_cover(now, now)
        if self._devices.get(device_id) is earlier:
            self._devices[device_id] = history
        return history

    async def _async_read_sub_types(
        self, history: _DeviceHistory, found: list[Recording]
    ) -> None:
        """Read what moved in recordings of motion; without an answer, it is unknown."""
        starts = [each.start for each in found if _lacks_sub_type(each)]
        if not starts:
            return
        results = await asyncio.gather(
            *(
                each.async_cover(starts[-1], starts[0])
                for each in history.by_sub_type.values()
            ),
            return_exceptions=True,
        )
        for error in results:
            if isinstance(error, RingError):
                _LOGGER.debug("What moved could not be read: %s", error)
            elif error is not None:
                raise error


def _lacks_sub_type(recording: Recording) -> bool:
    return (
        recording.type == RingEventType.MOTION_DETECTED and recording.sub_type is None
    )


def _with_sub_types(history: _DeviceHistory, found: list[Recording]) -> list[Recording]:
    """Return the recordings with what moved.

    Ring can ignore the filter. A recording is then on several lists, and it is not
    known what moved.
    """
    lists: dict[str | None, list[str]] = {}
    for sub_type, each in history.by_sub_type.items():
        for event in each.events:
            lists.setdefault(event.event_id, []).append(sub_type)
    return [
        each._replace(sub_type=lists[each.event_id][0])
        if _lacks_sub_type(each) and len(lists.get(each.event_id, ())) == 1
        else each
        for each in found
    ]
