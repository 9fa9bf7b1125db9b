"""Makes Ring events for tests."""

from datetime import UTC, datetime, timedelta

from custom_components.ring_partner.api.events import (
    EventSource,
    RingEvent,
    RingEventType,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def make_event(
    number: int,
    source: EventSource = "webhook",
    *,
    seconds: float = 0.0,
    device_id: str | None = "door",
    kind: str = RingEventType.BUTTON_PRESS,
) -> RingEvent:
    """Return an event that began some seconds after noon."""
    return RingEvent(
        type=kind,
        source=source,
        device_id=device_id,
        event_id=f"{source}-{number}",
        request_id=f"request-{number}" if source == "webhook" else None,
        time=NOW + timedelta(seconds=seconds),
    )
