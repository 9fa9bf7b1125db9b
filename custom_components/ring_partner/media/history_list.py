"""The event history of one device in memory, read page by page.

The pages of the history lead from the newest event to earlier ones (Ring Partner API
reference, 2.7), so that an early event can only be reached through all later ones. What
was read is therefore kept, and only newer or earlier pages are read afterwards.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util
from yarl import URL

from ..api import Priority, RingSession
from ..api.events import RingEvent
from ..api.history import HistoryPage, read_page
from ..api.media import MAX_AGE
from ..events.history_reader import MAX_RECORDING

MAX_EVENTS: Final = 10_000
"""Events that are kept of a device, at least those of the newest page."""
MAX_PAGES: Final = 1_000
"""Pages that are read for one request at most."""

SETTLED_AFTER: Final = MAX_RECORDING + timedelta(minutes=2)
"""How long after its start an event can be added: when its recording has ended. The
margin is for the difference between the clocks of Ring and of Home Assistant."""


class HistoryList:
    """The events of a device from now on back to some time, without a gap.

    Attributes:
        created_at: when the list was created.

    """

    def __init__(
        self,
        session: RingSession,
        device_id: str,
        event_types: Sequence[str] = (),
    ) -> None:
        """Set up the list.

        Args:
            session: requests to Ring.
            device_id: the device.
            event_types: only events of these types, with their names in the history.

        """
        self.created_at = dt_util.utcnow()
        self._session = session
        self._device_id = device_id
        self._event_types = event_types
        self._pages: list[HistoryPage] = []
        self._read_at: datetime | None = None

    @property
    def events(self) -> list[RingEvent]:
        """The events that were read, newest first."""
        return [event for page in self._pages for event in page.events]

    async def async_cover(
        self,
        start: datetime,
        end: datetime,
        is_enough: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read the events from `start` to `end`, as far as they were not read before.

        Args:
            start: the earliest event.
            end: the latest event.
            is_enough: returns whether no earlier events are needed.

        Raises:
            RingError: the history could not be read. What was read before is kept.

        """
        if self._read_at is None or end > self._read_at - SETTLED_AFTER:
            await self._async_refresh()
        start = max(start, dt_util.utcnow() - MAX_AGE)
        for _ in range(MAX_PAGES):
            if self._reaches(start) or is_enough():
                break
            await self._async_read_earlier()

    def trim(self) -> None:
        """Forget the earliest events if there are too many."""
        while len(self._pages) > 1 and len(self.events) > MAX_EVENTS:
            self._pages.pop()

    def _reaches(self, start: datetime) -> bool:
        """Return whether all events since `start` were read."""
        return self._pages[-1].next is None or _is_before(self._pages[-1], start)

    async def _async_refresh(self) -> None:
        """Read the newest events, back to those that were already settled."""
        read_at = dt_util.utcnow()
        settled = self._read_at and self._read_at - SETTLED_AFTER
        pages: list[HistoryPage] = []
        while True:
            page = await self._async_read(pages)
            pages.append(page)
            if settled is None or page.next is None:
                kept = []
                break
            if _is_before(page, settled):
                kept = _without(self._pages, pages)
                break
            if len(pages) == MAX_PAGES:
                # There may be a gap before the events that were read earlier.
                kept = []
                break
        self._pages = [*pages, *kept]
        self._read_at = read_at

    async def _async_read_earlier(self) -> None:
        self._pages.append(await self._async_read(self._pages))

    async def _async_read(self, pages: Sequence[HistoryPage]) -> HistoryPage:
        """Return the page after the last of some pages, or the first one.

        It ends the list if it has no events that are new, or leads to a page that was
        already read (Ring Partner API reference, 6, 9).
        """
        url: URL | None = pages[-1].next if pages else None
        page = await read_page(
            self._session,
            self._device_id,
            url,
            event_types=self._event_types,
            priority=Priority.USER,
        )
        known = _ids(pages)
        new = tuple(event for event in page.events if event.event_id not in known)
        if (page.events and not new) or page.next in {each.next for each in pages}:
            return HistoryPage(new, None)
        return page._replace(events=new)


def _ids(pages: Sequence[HistoryPage]) -> set[str | None]:
    return {event.event_id for page in pages for event in page.events}


def _is_before(page: HistoryPage, time: datetime) -> bool:
    """Return whether the earliest event of a page is before a time."""
    earliest = page.events[-1].time if page.events else None
    return earliest is not None and earliest < time


def _without(
    earlier: Sequence[HistoryPage], newer: Sequence[HistoryPage]
) -> list[HistoryPage]:
    """Return the pages without the events of the time that newer pages are about."""
    last = newer[-1].events[-1].time
    known = _ids(newer)
    kept = [
        page._replace(
            events=tuple(
                event
                for event in page.events
                if event.event_id not in known
                and event.time is not None
                and last is not None
                and event.time <= last
            ),
        )
        for page in earlier
    ]
    # The last page also tells that there are no earlier events.
    return [page for page in kept if page.events or page.next is None]
