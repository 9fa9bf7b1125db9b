"""The recorded events of a device, over a real socket."""

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
from custom_components.ring_partner.api.events import RingEvent
from custom_components.ring_partner.api.history import events

from .scripted import Answer, Script, scripted

pytestmark = pytest.mark.usefixtures("socket_enabled")

DEVICE = "ava1.ring.device.DEV"
PATH = f"/v1/history/devices/{DEVICE}/events"
START = datetime(2026, 9, 15, 23, 47, tzinfo=UTC)


def began(minute: float) -> datetime:
    """Return the start of the event that began so many minutes ago."""
    return START - timedelta(minutes=minute)


def item(number: int, **attributes: Any) -> dict[str, Any]:
    """Return an event as Ring writes it; number 0 is the newest."""
    start = int(began(number).timestamp() * 1000)
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
            "source": {"data": {"type": "devices", "id": DEVICE}},
            "cv_detections": {"data": []},
        },
        "meta": {"riid": None},
    }


def page(*items: object, following: object = None) -> web.Response:
    """Return a page; without a following one it has no links, as Ring does."""
    document: dict[str, object] = {"data": items}
    if following is not None:
        document["links"] = {"next": following}
    return web.json_response(document)


def offline() -> web.Response:
    """Return what Ring says of a device that is offline."""
    error = {"title": "Device Unavailable", "detail": "Device is currently offline"}
    return web.json_response({"errors": [error]}, status=503)


def cursor(name: object) -> str:
    """Return a link to a page, written as Ring writes it."""
    return f"{PATH}?page[key]={name}"


def numbers(found: list[RingEvent]) -> list[int]:
    """Return which events were found."""
    return [int((event.event_id or "").rpartition(".")[2]) for event in found]


def targets(script: Script) -> list[str]:
    """Return what the server was asked."""
    assert {asked.method for asked in script.asked} == {"GET"}
    return [asked.target for asked in script.asked]


async def read(answers: list[Answer], **options: Any) -> list[int]:
    """Return which events are found; every answer must be asked for."""
    options.setdefault("since", None)
    async with scripted(answers) as script:
        return numbers(await events(script.session, DEVICE, **options))


async def test_an_event() -> None:
    start = 1789513622925
    answer = page(item(0, event_type="on_demand", start=start, end=start + 30_625))
    async with scripted([answer]) as script:
        found = await events(script.session, DEVICE, since=None)
    time = datetime(2026, 9, 15, 23, 7, 2, 925000, tzinfo=UTC)
    assert found == [
        RingEvent(
            type="on_demand",
            source="history",
            device_id=DEVICE,
            event_id="ava1.ring.history.event.0",
            time=time,
            ended=time + timedelta(seconds=30.625),
            values={"is_third_party_reviewed": False},
        )
    ]
    assert targets(script) == [PATH]


@pytest.mark.parametrize(
    ("ring", "ours"),
    [
        ("ding", "button_press"),
        ("motion", "motion_detected"),
        ("on_demand", "on_demand"),
        ("alarm", "alarm"),
    ],
)
async def test_one_vocabulary(ring: str, ours: str) -> None:
    async with scripted([page(item(0, event_type=ring))]) as script:
        [event] = await events(script.session, DEVICE, since=None)
    assert event.type == ours


async def test_what_ring_may_add() -> None:
    answer = page(item(0, sub_type="human", component_ids=[1]))
    async with scripted([answer]) as script:
        [event] = await events(script.session, DEVICE, since=None)
    assert (event.sub_type, event.component_ids) == ("human", ("1",))
    assert event.values == {"is_third_party_reviewed": False}


@pytest.mark.parametrize(
    ("related", "device"),
    [
        ({"data": {"type": "devices", "id": "other"}}, "other"),
        ({"data": {"type": "device", "id": "other"}}, "other"),
        ({"data": {"type": "users", "id": "other"}}, DEVICE),
        ({"data": {"type": "devices", "id": "a/b"}}, DEVICE),
        ({"data": []}, DEVICE),
        (None, DEVICE),
    ],
)
async def test_the_device_of_an_event(related: object, device: str) -> None:
    resource = item(0) | {"relationships": {"source": related}}
    async with scripted([page(resource)]) as script:
        [event] = await events(script.session, DEVICE, since=None)
    assert event.device_id == device


@pytest.mark.parametrize(
    "bad",
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
async def test_what_makes_no_sense_costs_only_itself(bad: object) -> None:
    assert await read([page(item(0), bad, item(2))]) == [0, 2]


async def test_an_odd_end_costs_only_itself() -> None:
    async with scripted([page(item(0, end="x", is_third_party_reviewed=[]))]) as script:
        [event] = await events(script.session, DEVICE, since=None)
    assert (event.ended, dict(event.values)) == (None, {})


@pytest.mark.parametrize(
    ("written", "sent"),
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
async def test_the_cursor_is_encoded_once(written: str, sent: str, origin: str) -> None:
    def answer(target: str) -> Any:
        if "?" in target:
            return {"data": [item(1)]}
        start = origin.format(origin=str(script.session.api_url).rstrip("/"))
        return {"data": [item(0)], "links": {"next": f"{start}{PATH}?{written}"}}

    async with scripted(answer) as script:
        found = await events(script.session, DEVICE, since=None)
    assert numbers(found) == [0, 1]
    assert targets(script) == [PATH, f"{PATH}?{sent}"]


async def test_the_filter_is_plural() -> None:
    async with scripted([page()]) as script:
        await events(
            script.session, DEVICE, since=None, event_types=["motion.human", "ding"]
        )
    assert targets(script) == [f"{PATH}?event_types=motion.human,ding"]


async def test_an_id_is_quoted() -> None:
    async with scripted([page()]) as script:
        await events(script.session, "a&b\u00e9", since=None)
    assert targets(script) == ["/v1/history/devices/a%26b%C3%A9/events"]


@pytest.mark.parametrize("device_id", ["", "..", "a/../../users/me", "a?b"])
async def test_an_impossible_id_is_not_asked_for(device_id: str) -> None:
    async with scripted([]) as script:
        with pytest.raises(NotFoundError):
            await events(script.session, device_id, since=None)


async def test_reading_ends_without_links() -> None:
    assert await read([page(item(0), following=cursor(1)), page(item(1))]) == [0, 1]


@pytest.mark.parametrize(
    "last",
    [None, "", 5, [], "https://elsewhere.example/v1/x?page[key]=1", "//elsewhere/x"],
)
async def test_reading_ends_without_a_next_page_of_ring(last: object) -> None:
    document = {"data": [item(0)], "links": {"next": last}}
    assert await read([web.json_response(document)]) == [0]


async def test_reading_ends_with_an_empty_page_that_names_another() -> None:
    answers: list[Answer] = [
        page(item(0), following=cursor(1)),
        page(following=cursor(2)),
    ]
    assert await read(answers) == [0]


async def test_a_page_of_nonsense_is_not_empty() -> None:
    answers: list[Answer] = [
        page(None, {}, following=cursor(1)),
        page(item(1, start=None), following=cursor(2)),
        page(item(2)),
    ]
    assert await read(answers) == [2]


async def test_reading_ends_with_a_repeated_cursor() -> None:
    answers: list[Answer] = [
        page(item(0), following=cursor(1)),
        page(item(1), following=cursor(2)),
        page(item(2), following=cursor(1)),
    ]
    assert await read(answers) == [0, 1, 2]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0.5, [0]), (1, [0, 1]), (1.5, [0, 1])]
)
async def test_reading_ends_before_a_time(minutes: float, expected: list[int]) -> None:
    answers: list[Answer] = [page(item(0), item(1), item(2), following=cursor(1))]
    assert await read(answers, since=began(minutes)) == expected


async def test_one_old_event_among_newer_ones_ends_nothing() -> None:
    answers: list[Answer] = [
        page(item(0), item(9), item(1), following=cursor(1)),
        page(item(2), item(3)),
    ]
    assert await read(answers, since=began(2)) == [0, 1, 2]


async def test_each_event_is_found_once() -> None:
    answers: list[Answer] = [
        page(item(0), item(0), item(1), following=cursor(1)),
        page(item(1), item(2)),
    ]
    assert await read(answers) == [0, 1, 2]


async def test_known_events_are_left_out() -> None:
    known = {item(1)["id"]}
    answers: list[Answer] = [
        page(item(0), item(1), following=cursor(1)),
        page(item(2)),
    ]
    assert await read(answers, known=known) == [0, 2]


async def test_reading_ends_with_known_events() -> None:
    known = {item(number)["id"] for number in (1, 2)}
    answers: list[Answer] = [
        page(item(0), following=cursor(1)),
        page(item(1), item(2), following=cursor(2)),
    ]
    assert await read(answers, known=known) == [0]


async def test_reading_ends_with_a_page_that_was_read() -> None:
    answers: list[Answer] = [
        page(item(0), item(1), following=cursor(1)),
        page(item(0), item(1), following=cursor(2)),
    ]
    assert await read(answers) == [0, 1]


@pytest.mark.parametrize(
    ("options", "pages"), [({"max_pages": 1}, 1), ({"max_pages": 3}, 3), ({}, 20)]
)
async def test_reading_has_an_end(options: dict[str, Any], pages: int) -> None:
    def endless(target: str) -> Any:
        number = int(target.rpartition("=")[2]) if "=" in target else 0
        return {"data": [item(number)], "links": {"next": cursor(number + 1)}}

    async with scripted(endless) as script:
        found = await events(script.session, DEVICE, since=None, **options)
    assert numbers(found) == list(range(pages))
    assert len(script.asked) == pages


@pytest.mark.parametrize(
    ("failure", "error"),
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
async def test_a_failure_is_raised(
    failure: Callable[[], web.Response], error: type[Exception], *, first: bool
) -> None:
    answers: list[Answer] = [] if first else [page(item(0), following=cursor(1))]
    async with scripted([*answers, failure()]) as script:
        with pytest.raises(error):
            await events(script.session, DEVICE, since=None)


async def test_passing_trouble_is_repeated() -> None:
    assert await read([None, web.Response(status=500), page(item(0))]) == [0]
