"""The event history of a device (Ring Partner API reference, 2.7)."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from yarl import URL

from .document import Document, Resource, is_valid_id, parse_document
from .errors import NotFoundError
from .events import (
    DEVICE_TYPES,
    RingEvent,
    RingEventType,
    component_ids,
    plain_values,
    short_text,
    valid_id,
)
from .fields import timestamp_ms
from .limiter import Priority
from .session import Request, RingSession

MAX_PAGES: Final = 20
"""Default for the maximum number of pages to read."""

# The event types whose names in the history differ from those in webhooks.
_EVENT_TYPES: Final = {
    "ding": RingEventType.BUTTON_PRESS,
    "motion": RingEventType.MOTION_DETECTED,
}
_READ_ATTRIBUTES: Final = frozenset({"end", "event_type", "start", "sub_type"})


async def read_events(
    session: RingSession,
    device_id: str,
    *,
    since: datetime | None,
    known: Container[str] = (),
    event_types: Sequence[str] = (),
    max_pages: int = MAX_PAGES,
    priority: Priority = Priority.BACKGROUND,
) -> list[RingEvent]:
    """Return the events of a device, newest first and each event once.

    Ring's documentation contradicts itself on how the list ends (6, 9). Reading
    therefore ends with the first page that is empty, has no link to another page, links
    to a page that was already read, contains an event before `since` at its end, or
    contains known events only; and after `max_pages`.

    Args:
        session: Session of the account.
        device_id: ID of the device.
        since: Leave out earlier events. Has a time zone; None for no limit.
        known: IDs of events to leave out.
        event_types: Read these types only, with their names in the history, such as
            `ding`, `motion` or `motion.human`. Empty for all.
        max_pages: Maximum number of pages to read, at least 1.
        priority: Whether a user waits for the result.

    Raises:
        ForbiddenError: The user hasn't granted access, or has no Ring subscription.
        NotFoundError: The device doesn't exist.
        RingError: The request failed in another way; the subclass tells why.
    """
    request = _first_page(device_id, event_types)
    found: dict[str, RingEvent] = {}
    next_pages: set[URL] = set()
    while True:
        response = await session.request(request, priority=priority)
        page = parse_document(response.body, session.api_url)
        events = _events(page, device_id)
        new = {
            event_id: event
            for event_id, event in events.items()
            if event_id not in found and event_id not in known
        }
        found |= {
            event_id: event
            for event_id, event in new.items()
            if not _is_before(event, since)
        }
        if (
            not (page.data or page.skipped)
            or (events and not new)
            or (events and _is_before(list(events.values())[-1], since))
            or page.next is None
            or page.next in next_pages
            or len(next_pages) + 1 >= max_pages
        ):
            return list(found.values())
        next_pages.add(page.next)
        request = Request("GET", page.next, about_device=True)


def _first_page(device_id: str, event_types: Sequence[str]) -> Request:
    if not is_valid_id(device_id):
        raise NotFoundError("Ring has no device with this ID")
    return Request(
        "GET",
        f"/v1/history/devices/{quote(device_id, safe='')}/events",
        # Ring ignores the singular `event_type`.
        query={"event_types": ",".join(event_types)} if event_types else None,
        about_device=True,
    )


def _events(page: Document, device_id: str) -> dict[str, RingEvent]:
    """Return the usable events of a page by ID, in Ring's order."""
    return {
        resource.id: event
        for resource in page.of_type("history-events")
        if (event := _event(resource, device_id)) is not None
    }


def _event(resource: Resource, device_id: str) -> RingEvent | None:
    """Read a `history-events` resource; None without a type or a start."""
    attributes = resource.attributes
    event_type = short_text(attributes.get("event_type"))
    start = timestamp_ms(attributes.get("start"))
    if event_type is None or start is None:
        return None
    source_type, source_id = resource.related("source") or ("", "")
    return RingEvent(
        type=_EVENT_TYPES.get(event_type, event_type),
        source="history",
        sub_type=short_text(attributes.get("sub_type")),
        device_id=(source_type in DEVICE_TYPES and valid_id(source_id)) or device_id,
        event_id=resource.id,
        time=start,
        ended=timestamp_ms(attributes.get("end")),
        component_ids=component_ids(attributes.get("component_ids")),
        values=plain_values(attributes, exclude=_READ_ATTRIBUTES),
    )


def _is_before(event: RingEvent, since: datetime | None) -> bool:
    return since is not None and event.time is not None and event.time < since
