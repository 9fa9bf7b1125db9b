"""Recent events by their ID."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
import pytest

from custom_components.ring_partner.api.events import RingEvent, RingEventType
from custom_components.ring_partner.events.dispatcher import DispatchedEvent
from custom_components.ring_partner.events.event_store import EventStore
from custom_components.ring_partner.media import recent_events
from custom_components.ring_partner.media.recent_events import RecentEvent, RecentEvents

from ..event_factory import NOW, make_event

RING = RecentEvent(RingEventType.BUTTON_PRESS, NOW)


@pytest.fixture
def store(hass: HomeAssistant) -> EventStore:
    """Return a store of events that is empty."""
    return EventStore(hass, "entry")


async def test_event_is_known_by_device_and_id(store: EventStore) -> None:
    events = RecentEvents(store)
    events.async_handle_event(DispatchedEvent(make_event(1), NOW, is_late=False))
    assert events.get("door", "webhook-1") == RING
    assert events.get("door", "webhook-2") is None
    assert events.get("garden", "webhook-1") is None


@pytest.mark.parametrize(
    "event",
    [
        make_event(1, kind=RingEventType.ON_DEMAND),
        make_event(1, kind=RingEventType.DEVICE_ONLINE),
        make_event(1, device_id=None),
    ],
)
async def test_other_events_are_not_kept(store: EventStore, event: RingEvent) -> None:
    events = RecentEvents(store)
    events.async_handle_event(DispatchedEvent(event, NOW, is_late=False))
    assert events.get("door", "webhook-1") is None


async def test_oldest_events_are_forgotten(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_events, "MAX_EVENTS", 2)
    events = RecentEvents(store)
    for number in range(3):
        events.async_handle_event(
            DispatchedEvent(make_event(number), NOW, is_late=False)
        )
    known = [events.get("door", f"webhook-{number}") for number in range(3)]
    assert known == [None, RING, RING]


async def test_last_event_of_the_store_is_known(store: EventStore) -> None:
    store.set_last_event(make_event(1), NOW - timedelta(hours=1))
    events = RecentEvents(store)
    assert events.get("door", "webhook-1") == RecentEvent(
        RingEventType.BUTTON_PRESS, NOW - timedelta(hours=1)
    )
    assert events.get("door", "webhook-2") is None
    assert events.get("garden", "webhook-1") is None
