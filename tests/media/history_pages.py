"""Pages of the event history, as the API client returns them."""

from datetime import timedelta

from homeassistant.util import dt as dt_util
from yarl import URL

from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.api.history import HistoryPage


def page(*ids: str, to: str | None = None) -> HistoryPage:
    """Return a page of events of a minute ago, and the page to which it leads."""
    time = dt_util.utcnow() - timedelta(minutes=1)
    events = tuple(
        RingEvent(
            type="motion_detected",
            source="history",
            device_id="garden",
            event_id=each,
            time=time,
        )
        for each in ids
    )
    return HistoryPage(events, None if to is None else URL(to))
