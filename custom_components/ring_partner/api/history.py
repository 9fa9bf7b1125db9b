"""The recorded events of a device (Ring Partner API reference, 2.7)."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from yarl import URL

from .document import Document, Resource, is_usable_id, parse_document
from .errors import NotFoundError
from .events import (
    DEVICE_TYPES,
    EventKind,
    RingEvent,
    component_ids,
    identifier,
    values,
    word,
)
from .fields import timestamp_ms
from .resilience import Priority
from .session import Request, RingSession

MAX_PAGES: Final = 20
"""Pages that are read at most, unless told otherwise."""

# What webhooks call otherwise.
_KINDS: Final = {
    "ding": EventKind.BUTTON_PRESS,
    "motion": EventKind.MOTION_DETECTED,
}
_READ: Final = frozenset({"end", "event_type", "start", "sub_type"})


async def events(
    session: RingSession,
    device_id: str,
    *,
    since: datetime | None,
    known: Container[str] = (),
    event_types: Sequence[str] = (),
    max_pages: int = MAX_PAGES,
    priority: Priority = Priority.BACKGROUND,
) -> list[RingEvent]:
    """Return what happened at a device, newest first and each event once.

    Ring contradicts itself on how the list ends (6, 9). So reading ends with a page
    that is empty, names no next page of Ring's or one that was read already, reaches
    back before `since`, or holds only events that are known; and after `max_pages`.

    Args:
        session: the account's session.
        device_id: the device.
        since: leave out what began earlier, with a time zone; None for no limit.
        known: ids of events to leave out.
        event_types: leave out all but these; in Ring's own words, such as `ding`,
            `motion` or `motion.human`.
        max_pages: how many pages to read at most, from 1.
        priority: on whose behalf.

    Raises:
        ForbiddenError: the person has not permitted it, or has no subscription.
        NotFoundError: there is no such device.
        RingError: anything else; the subclass says what it means.

    """
    request = _first_page(device_id, event_types)
    found: dict[str, RingEvent] = {}
    cursors: set[URL] = set()
    while True:
        response = await session.request(request, priority=priority)
        page = parse_document(response.body, session.api_url)
        listed = _listed(page, device_id)
        new = [
            event_id
            for event_id in listed
            if event_id not in found and event_id not in known
        ]
        found |= {
            event_id: listed[event_id]
            for event_id in new
            if not _began_before(listed[event_id], since)
        }
        if (
            not (page.data or page.skipped)
            or (listed and not new)
            or (listed and _began_before(list(listed.values())[-1], since))
            or page.next is None
            or page.next in cursors
            or len(cursors) + 1 >= max_pages
        ):
            return list(found.values())
        cursors.add(page.next)
        request = Request("GET", page.next, about_device=True)


def _first_page(device_id: str, event_types: Sequence[str]) -> Request:
    if not is_usable_id(device_id):
        raise NotFoundError("Ring has no device with such an id")
    return Request(
        "GET",
        f"/v1/history/devices/{quote(device_id, safe='')}/events",
        # The singular `event_type` is silently ignored.
        query={"event_types": ",".join(event_types)} if event_types else None,
        about_device=True,
    )


def _listed(page: Document, device_id: str) -> dict[str, RingEvent]:
    """Return the usable events of a page by id, in Ring's order."""
    return {
        resource.id: event
        for resource in page.of_type("history-events")
        if (event := _event(resource, device_id)) is not None
    }


def _event(resource: Resource, device_id: str) -> RingEvent | None:
    """Read a `history-events` resource; one without a type or a start is unusable."""
    attributes = resource.attributes
    kind = word(attributes.get("event_type"))
    start = timestamp_ms(attributes.get("start"))
    if kind is None or start is None:
        return None
    source_type, source = resource.related("source") or ("", "")
    return RingEvent(
        type=_KINDS.get(kind, kind),
        source="history",
        sub_type=word(attributes.get("sub_type")),
        device_id=(source_type in DEVICE_TYPES and identifier(source)) or device_id,
        event_id=resource.id,
        time=start,
        ended=timestamp_ms(attributes.get("end")),
        component_ids=component_ids(attributes.get("component_ids")),
        values=values(attributes, without=_READ),
    )


def _began_before(event: RingEvent, moment: datetime | None) -> bool:
    return moment is not None and event.time is not None and event.time < moment
