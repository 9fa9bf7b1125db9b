"""The event history of a device (Ring Partner API reference, 2.7)."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import quote

from yarl import URL

from .document import ParseFailure, Resource, is_valid_id
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


class HistoryPage(NamedTuple):
    """A page of the event history of a device.

    Attributes:
        events: Its usable events, newest first.
        next: URL of the page with earlier events, None if there is none.
    """

    events: tuple[RingEvent, ...]
    next: URL | None


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
    next_page: URL | None = None
    found: dict[str, RingEvent] = {}
    next_pages: set[URL] = set()
    while True:
        page = await read_page(
            session, device_id, next_page, event_types=event_types, priority=priority
        )
        new = {
            event_id: event
            for event in page.events
            if (event_id := event.event_id or "") not in found and event_id not in known
        }
        found |= {
            event_id: event
            for event_id, event in new.items()
            if not _is_before(event, since)
        }
        next_page = page.next
        if (
            (page.events and not new)
            or (page.events and _is_before(page.events[-1], since))
            or next_page is None
            or next_page in next_pages
            or len(next_pages) + 1 >= max_pages
        ):
            return list(found.values())
        next_pages.add(next_page)


async def read_page(
    session: RingSession,
    device_id: str,
    page: URL | None = None,
    *,
    event_types: Sequence[str] = (),
    priority: Priority = Priority.BACKGROUND,
) -> HistoryPage:
    """Return a page of the events of a device.

    Args:
        session: Session of the account.
        device_id: ID of the device.
        page: The page, `HistoryPage.next` of the page before; None for the first one.
        event_types: As for `read_events`. All pages have the types of the first one.
        priority: Whether a user waits for the result.

    Raises:
        RingError: As for `read_events`.
    """
    request = (
        _first_page(device_id, event_types)
        if page is None
        else Request("GET", page, about_device=True)
    )
    document = await session.request_document(request, priority=priority)
    is_empty = not (document.data or document.skipped)
    found = [_event(each, device_id) for each in document.of_type("history-events")]
    session.parse_failures[ParseFailure.HISTORY_EVENT] += found.count(None)
    return HistoryPage(
        # Each once, in Ring's order.
        events=tuple({each.event_id: each for each in found if each}.values()),
        next=None if is_empty else document.next,
    )


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


def _event(resource: Resource, device_id: str) -> RingEvent | None:
    """Read a `history-events` resource; None without a type or a start."""
    attributes = resource.attributes
    event_type = short_text(attributes.get("event_type"))
    start = timestamp_ms(attributes.get("start"))
    if event_type is None or start is None:
        return None
    source_type, source_id = resource.related.get("source") or ("", "")
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
