"""Adds recordings of a camera at Ring, and reads them."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util

from custom_components.ring_partner.api import RingSession
from custom_components.ring_partner.api.history import HistoryPage, read_page
from custom_components.ring_partner.media.recordings import Recording, Recordings
from ring_simulator import Simulator
from ring_simulator.history import EventType, HistoryEvent


class RecordingsDriver:
    """Recordings of the camera in the garden, which a test adds and reads."""

    def __init__(
        self, simulator: Simulator, session: RingSession, freezer: FrozenDateTimeFactory
    ) -> None:
        self.simulator = simulator
        self.freezer = freezer
        self.recordings = Recordings(session)
        self.garden = simulator.device("Garden")
        self._pages = 0

    def add(
        self, ago: float, type_: EventType = "motion", **details: Any
    ) -> HistoryEvent:
        """Add a recording that began some seconds ago."""
        start = self.simulator.clock() - ago
        return self.simulator.history.add(self.garden, type_, start=start, **details)

    def add_many(self, number: int, interval: float = 3600) -> list[str]:
        """Add recordings at intervals; return their IDs, newest first."""
        return [self.add(interval * (each + 1)).id for each in range(number)]

    def delete(self, event_id: str) -> None:
        """Delete a recording in the Ring app."""
        events = self.simulator.history._events
        events[:] = [event for event in events if event.id != event_id]

    def ago(self, seconds: float) -> datetime:
        """Return a time."""
        return dt_util.utcnow() - timedelta(seconds=seconds)

    async def read(
        self, start: float = 365 * 86_400, end: float = 0, **options: Any
    ) -> list[Recording]:
        """Return the recordings from some seconds ago to some seconds ago."""
        return await self.recordings.async_list(
            self.garden.id, self.ago(start), self.ago(end), **options
        )

    async def ids(
        self, start: float = 365 * 86_400, end: float = 0, **options: Any
    ) -> list[str]:
        """Return the IDs of these recordings."""
        return [each.event_id for each in await self.read(start, end, **options)]

    def known(self, **options: Any) -> list[str]:
        """Return the IDs of the recordings that were read before."""
        start, end = self.ago(365 * 86_400), self.ago(0)
        known = self.recordings.known(self.garden.id, start, end, **options)
        return [each.event_id for each in known]

    async def get(self, event_id: str) -> Recording | None:
        """Return a recording."""
        return await self.recordings.async_get(self.garden.id, event_id)

    @property
    def reads(self) -> int:
        """Return how many pages were read since the last call."""
        pages, self._pages = self._pages, 0
        return pages

    async def read_page(self, *args: Any, **options: Any) -> HistoryPage:
        """Read a page, and count it."""
        self._pages += 1
        return await read_page(*args, **options)

    async def sub_types(self, **options: Any) -> list[str | None]:
        """Return what moved in all recordings."""
        found = await self.read(with_sub_types=True, **options)
        return [each.sub_type for each in found]
