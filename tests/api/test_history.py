"""The event history of a device, with a scripted server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
import pytest

from custom_components.ring_partner.api import (
    DeviceOfflineError,
    ForbiddenError,
    NotFoundError,
    ResponseError,
)
from custom_components.ring_partner.api.document import ParseFailure
from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.api.history import read_events

from .scripted_server import ScriptedResponse, ScriptedServer, scripted_server

pytestmark = pytest.mark.usefixtures("socket_enabled")

DEVICE_ID = "ava1.ring.device.DEV"
PATH = f"/v1/history/devices/{DEVICE_ID}/events"
START = datetime(2026, 9, 15, 23, 47, tzinfo=UTC)


def start_of(minute: float) -> datetime:
    """Return the start of an event, a number of minutes before the newest."""
    return START - timedelta(minutes=minute)


def item(number: int, **attributes: Any) -> dict[str, Any]:
    """Return an event as Ring sends it; number 0 is the newest."""
    start = int(start_of(number).timestamp() * 1000)
    return {
        "type": "history-events",
        "id": f"ava1.ring.history.event.{number}",
        "attributes": {
            "event_type": "motion",
            "is_third_party_reviewed": False,
            "start": start,
            "end": start + 30_000,
            **attributes,
        },
        "relationships": {
            "source": {"data": {"type": "devices", "id": DEVICE_ID}},
            "cv_detections": {"data": []},
        },
        "meta": {"riid": None},
    }


def page(*items: object, next_page: object = None) -> web.Response:
    """Return a page; the last one has no links, as Ring sends it."""
    document: dict[str, object] = {"data": items}
    if next_page is not None:
        document["links"] = {"next": next_page}
    return web.json_response(document)


def offline() -> web.Response:
    """Return Ring's response for a device that is offline."""
    error = {"title": "Device Unavailable", "detail": "Device is currently offline"}
    return web.json_response({"errors": [error]}, status=503)


def page_link(name: object) -> str:
    """Return a link to a page as Ring sends it."""
    return f"{PATH}?page[key]={name}"


def numbers(found: list[RingEvent]) -> list[int]:
    """Return the numbers of events."""
    return [int((event.event_id or "").rpartition(".")[2]) for event in found]


def targets(server: ScriptedServer) -> list[str]:
    """Return the targets of the received requests."""
    assert {received.method for received in server.received} == {"GET"}
    return [received.target for received in server.received]


async def read(responses: list[ScriptedResponse], **options: Any) -> list[int]:
    """Read the history with these responses, and return the numbers of the events."""
    options.setdefault("since", None)
    async with scripted_server(responses) as server:
        return numbers(await read_events(server.session, DEVICE_ID, **options))


async def test_event() -> None:
    start = 1789513622925
    response = page(item(0, event_type="on_demand", start=start, end=start + 30_625))
    async with scripted_server([response]) as server:
        found = await read_events(server.session, DEVICE_ID, since=None)
    time = datetime(2026, 9, 15, 23, 7, 2, 925000, tzinfo=UTC)
    assert found == [
        RingEvent(
            type="on_demand",
            source="history",
            device_id=DEVICE_ID,
            event_id="ava1.ring.history.event.0",
            time=time,
            ended=time + timedelta(seconds=30.625),
            values={"is_third_party_reviewed": False},
        )
    ]
    assert targets(server) == [PATH]


@pytest.mark.parametrize(
    ("event_type", "expected"),
    [
        ("ding", "button_press"),
        ("motion", "motion_detected"),
        ("on_demand", "on_demand"),
        ("alarm", "alarm"),
    ],
)
async def test_event_types_match_those_of_webhooks(
    event_type: str, expected: str
) -> None:
    async with scripted_server([page(item(0, event_type=event_type))]) as server:
        [event] = await read_events(server.session, DEVICE_ID, since=None)
    assert event.type == expected


async def test_optional_attributes() -> None:
    response = page(item(0, sub_type="human", component_ids=[1]))
    async with scripted_server([response]) as server:
        [event] = await read_events(server.session, DEVICE_ID, since=None)
    assert (event.sub_type, event.component_ids) == ("human", ("1",))
    assert event.values == {"is_third_party_reviewed": False}


@pytest.mark.parametrize(
    ("related", "expected"),
    [
        ({"data": {"type": "devices", "id": "other"}}, "other"),
        ({"data": {"type": "device", "id": "other"}}, "other"),
        ({"data": {"type": "users", "id": "other"}}, DEVICE_ID),
        ({"data": {"type": "devices", "id": "a/b"}}, DEVICE_ID),
        ({"data": []}, DEVICE_ID),
        (None, DEVICE_ID),
    ],
)
async def test_device_of_an_event(related: object, expected: str) -> None:
    resource = item(0) | {"relationships": {"source": related}}
    async with scripted_server([page(resource)]) as server:
        [event] = await read_events(server.session, DEVICE_ID, since=None)
    assert event.device_id == expected


@pytest.mark.parametrize(
    "unusable",
    [
        None,
        5,
        {},
        {"type": "history-events"},
        {"type": "history-events", "id": 5},
        {"type": "history-events", "id": "x", "attributes": []},
        {"type": "history-events", "id": "x"},
        item(1) | {"type": "other"},
        item(1, event_type=None),
        item(1, event_type=""),
        item(1, start=None),
        item(1, start="now"),
        item(1, start=1e300),
    ],
)
async def test_unusable_resources_are_skipped(unusable: object) -> None:
    assert await read([page(item(0), unusable, item(2))]) == [0, 2]


async def test_unusable_events_are_counted() -> None:
    async with scripted_server(
        [page(item(0), item(1, event_type=None), item(2, start="now"), None)]
    ) as server:
        await read_events(server.session, DEVICE_ID, since=None)
    assert server.session.parse_failures == {
        ParseFailure.HISTORY_EVENT: 2,
        ParseFailure.RESOURCE: 1,
    }


async def test_unusable_end_is_none() -> None:
    async with scripted_server(
        [page(item(0, end="x", is_third_party_reviewed=[]))]
    ) as server:
        [event] = await read_events(server.session, DEVICE_ID, since=None)
    assert (event.ended, dict(event.values)) == (None, {})


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("page[key]=2025-07-06T11:11:00Z", "page%5Bkey%5D=2025-07-06T11:11:00Z"),
        (
            "page%5Bkey%5D=2025-07-06T11%3A11%3A00Z",
            "page%5Bkey%5D=2025-07-06T11:11:00Z",
        ),
        ("page%5bkey%5d=a%2Bb%25", "page%5Bkey%5D=a%2Bb%25"),
        (
            "event_types=motion,ding&page[key]=x",
            "event_types=motion,ding&page%5Bkey%5D=x",
        ),
    ],
)
@pytest.mark.parametrize("origin", ["", "{origin}"])
async def test_link_to_the_next_page_is_encoded_once(
    query: str, sent: str, origin: str
) -> None:
    def response_to(target: str) -> Any:
        if "?" in target:
            return {"data": [item(1)]}
        start = origin.format(origin=str(server.session.api_url).rstrip("/"))
        return {"data": [item(0)], "links": {"next": f"{start}{PATH}?{query}"}}

    async with scripted_server(response_to) as server:
        found = await read_events(server.session, DEVICE_ID, since=None)
    assert numbers(found) == [0, 1]
    assert targets(server) == [PATH, f"{PATH}?{sent}"]


async def test_event_types_query() -> None:
    async with scripted_server([page()]) as server:
        await read_events(
            server.session, DEVICE_ID, since=None, event_types=["motion.human", "ding"]
        )
    assert targets(server) == [f"{PATH}?event_types=motion.human,ding"]


async def test_special_characters_of_an_id_are_quoted() -> None:
    async with scripted_server([page()]) as server:
        await read_events(server.session, "a&b\u00e9", since=None)
    assert targets(server) == ["/v1/history/devices/a%26b%C3%A9/events"]


@pytest.mark.parametrize("device_id", ["", "..", "a/../../users/me", "a?b"])
async def test_invalid_id_is_not_sent(device_id: str) -> None:
    async with scripted_server([]) as server:
        with pytest.raises(NotFoundError):
            await read_events(server.session, device_id, since=None)


async def test_reading_ends_without_links() -> None:
    assert await read([page(item(0), next_page=page_link(1)), page(item(1))]) == [0, 1]


@pytest.mark.parametrize(
    "last",
    [None, "", 5, [], "https://elsewhere.example/v1/x?page[key]=1", "//elsewhere/x"],
)
async def test_reading_ends_with_a_next_page_of_another_origin(last: object) -> None:
    document = {"data": [item(0)], "links": {"next": last}}
    assert await read([web.json_response(document)]) == [0]


async def test_reading_ends_with_an_empty_page() -> None:
    responses: list[ScriptedResponse] = [
        page(item(0), next_page=page_link(1)),
        page(next_page=page_link(2)),
    ]
    assert await read(responses) == [0]


async def test_page_of_unusable_resources_is_not_empty() -> None:
    responses: list[ScriptedResponse] = [
        page(None, {}, next_page=page_link(1)),
        page(item(1, start=None), next_page=page_link(2)),
        page(item(2)),
    ]
    assert await read(responses) == [2]


async def test_reading_ends_with_a_repeated_cursor() -> None:
    responses: list[ScriptedResponse] = [
        page(item(0), next_page=page_link(1)),
        page(item(1), next_page=page_link(2)),
        page(item(2), next_page=page_link(1)),
    ]
    assert await read(responses) == [0, 1, 2]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0.5, [0]), (1, [0, 1]), (1.5, [0, 1])]
)
async def test_reading_ends_before_a_time(minutes: float, expected: list[int]) -> None:
    responses: list[ScriptedResponse] = [
        page(item(0), item(1), item(2), next_page=page_link(1))
    ]
    assert await read(responses, since=start_of(minutes)) == expected


async def test_old_event_in_the_middle_of_a_page_does_not_end_reading() -> None:
    responses: list[ScriptedResponse] = [
        page(item(0), item(9), item(1), next_page=page_link(1)),
        page(item(2), item(3)),
    ]
    assert await read(responses, since=start_of(2)) == [0, 1, 2]


async def test_each_event_is_returned_once() -> None:
    responses: list[ScriptedResponse] = [
        page(item(0), item(0), item(1), next_page=page_link(1)),
        page(item(1), item(2)),
    ]
    assert await read(responses) == [0, 1, 2]


async def test_known_events_are_left_out() -> None:
    known = {item(1)["id"]}
    responses: list[ScriptedResponse] = [
        page(item(0), item(1), next_page=page_link(1)),
        page(item(2)),
    ]
    assert await read(responses, known=known) == [0, 2]


async def test_reading_ends_with_known_events() -> None:
    known = {item(number)["id"] for number in (1, 2)}
    responses: list[ScriptedResponse] = [
        page(item(0), next_page=page_link(1)),
        page(item(1), item(2), next_page=page_link(2)),
    ]
    assert await read(responses, known=known) == [0]


async def test_reading_ends_with_a_page_that_was_read() -> None:
    responses: list[ScriptedResponse] = [
        page(item(0), item(1), next_page=page_link(1)),
        page(item(0), item(1), next_page=page_link(2)),
    ]
    assert await read(responses) == [0, 1]


@pytest.mark.parametrize(
    ("options", "pages"), [({"max_pages": 1}, 1), ({"max_pages": 3}, 3), ({}, 20)]
)
async def test_maximum_number_of_pages(options: dict[str, Any], pages: int) -> None:
    def endless(target: str) -> Any:
        number = int(target.rpartition("=")[2]) if "=" in target else 0
        return {"data": [item(number)], "links": {"next": page_link(number + 1)}}

    async with scripted_server(endless) as server:
        found = await read_events(server.session, DEVICE_ID, since=None, **options)
    assert numbers(found) == list(range(pages))
    assert len(server.received) == pages


@pytest.mark.parametrize(
    ("make_response", "error"),
    [
        (lambda: web.Response(status=403), ForbiddenError),
        (lambda: web.Response(status=404), NotFoundError),
        (offline, DeviceOfflineError),
        (lambda: web.Response(text="<html>"), ResponseError),
        (lambda: web.Response(body=b"[" * 10_000), ResponseError),
        (lambda: web.json_response({"data": "x"}), ResponseError),
    ],
)
@pytest.mark.parametrize("first", [True, False])
async def test_failures_are_raised(
    make_response: Callable[[], web.Response], error: type[Exception], *, first: bool
) -> None:
    responses: list[ScriptedResponse] = (
        [] if first else [page(item(0), next_page=page_link(1))]
    )
    async with scripted_server([*responses, make_response()]) as server:
        with pytest.raises(error):
            await read_events(server.session, DEVICE_ID, since=None)


async def test_failed_requests_are_retried() -> None:
    assert await read([None, web.Response(status=500), page(item(0))]) == [0]
