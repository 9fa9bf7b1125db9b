"""Pictures of recordings."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web
import pytest

from custom_components.ring_partner.api import (
    MediaRangeError,
    MediaRangeProblem,
    NotFoundError,
    Priority,
    ResponseError,
    RingError,
    UndecodableMediaError,
    media,
)
from custom_components.ring_partner.api.media import (
    Picture,
    PictureOrigin,
    latest_picture,
    open_clip,
    picture_at,
)

from .media_servers import (
    DEVICE_ID,
    JPEG,
    NOW,
    SIGNATURE,
    TAKEN_AT,
    MediaServers,
    fetch,
    milliseconds,
    picture,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

PNG = b"\x89PNG\r\n\x1a\n picture"
IMAGE_PATH = f"/v1/devices/{DEVICE_ID}/media/image/download"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


# Requests


async def test_request_for_the_picture_of_a_time(servers: MediaServers) -> None:
    servers.script(picture())
    assert await picture_at(servers.session, DEVICE_ID, NOW - DAY) == Picture(
        content=JPEG,
        content_type="image/jpeg",
        taken_at=TAKEN_AT,
        origin=PictureOrigin.RECORDING,
    )
    (posted,) = servers.api.received
    assert (posted.method, posted.target) == ("POST", IMAGE_PATH)
    assert posted.json == {
        "type": "at_timestamp",
        "timestamp": milliseconds(NOW - DAY),
        "image_options": {"format": "jpeg"},
    }
    assert posted.headers["Accept"] == "*/*"
    assert posted.headers["Content-Type"] == "application/json"
    (downloaded,) = servers.media.received
    assert downloaded.method == "GET"
    assert downloaded.target == f"/v1/download?{SIGNATURE}&X-Amz-Expires=60"
    assert downloaded.headers["User-Agent"] == "RingPartner"
    assert downloaded.headers["Accept"] == "*/*"
    assert downloaded.headers["Accept-Encoding"] == "identity"


async def test_request_for_the_latest_picture(servers: MediaServers) -> None:
    servers.script(picture(), picture())
    await latest_picture(servers.session, DEVICE_ID, start=NOW - 3 * SECOND)
    await latest_picture(
        servers.session,
        DEVICE_ID,
        start=NOW - 2 * DAY,
        end=NOW - DAY,
        component_id="2",
        size=(1920, 1080),
    )
    assert [posted.json for posted in servers.api.received] == [
        {
            "type": "latest_in_range",
            "start_timestamp": milliseconds(NOW - 3 * SECOND),
            "image_options": {"format": "jpeg"},
        },
        {
            "type": "latest_in_range",
            "start_timestamp": milliseconds(NOW - 2 * DAY),
            "end_timestamp": milliseconds(NOW - DAY),
            "image_options": {
                "format": "jpeg",
                "resolution": {"width": 1920, "height": 1080},
            },
            "components": [{"component_id": "2"}],
        },
    ]


async def test_latest_picture_of_24_hours(servers: MediaServers) -> None:
    """The range isn't longer than 24 hours when the request reaches Ring."""
    servers.script(picture(), picture())
    for late in (timedelta(), 59 * SECOND):
        start = NOW - DAY - late
        await latest_picture(servers.session, DEVICE_ID, start=start)
    assert [posted.json["start_timestamp"] for posted in servers.api.received] == [
        milliseconds(NOW - DAY + 60 * SECOND)
    ] * 2


@pytest.mark.parametrize("priority", Priority)
async def test_priority(servers: MediaServers, priority: Priority) -> None:
    servers.session.resilience.network_pause.record_refusal()
    if priority is Priority.USER:
        servers.script(picture())
        await picture_at(servers.session, DEVICE_ID, NOW, priority=priority)
    else:
        with pytest.raises(RingError, match="refuses"):
            await picture_at(servers.session, DEVICE_ID, NOW, priority=priority)


FUTURE = NOW + 61 * SECOND
OLD = NOW - 180 * DAY - SECOND
RANGE_ERRORS: list[tuple[Callable[..., Any], dict[str, Any], MediaRangeProblem]] = [
    (picture_at, {"at": FUTURE}, MediaRangeProblem.FUTURE),
    (picture_at, {"at": OLD}, MediaRangeProblem.TOO_OLD),
    (latest_picture, {"start": FUTURE}, MediaRangeProblem.FUTURE),
    (latest_picture, {"start": NOW - DAY, "end": FUTURE}, MediaRangeProblem.FUTURE),
    (latest_picture, {"start": OLD, "end": OLD + DAY}, MediaRangeProblem.TOO_OLD),
    (latest_picture, {"start": NOW - DAY - 61 * SECOND}, MediaRangeProblem.WINDOW),
    (
        latest_picture,
        {"start": NOW - DAY - SECOND, "end": NOW},
        MediaRangeProblem.WINDOW,
    ),
    (latest_picture, {"start": NOW, "end": NOW}, MediaRangeProblem.WINDOW),
    (latest_picture, {"start": NOW, "end": NOW - SECOND}, MediaRangeProblem.WINDOW),
    (picture_at, {"at": NOW, "size": (0, 1)}, MediaRangeProblem.SIZE),
    (picture_at, {"at": NOW, "size": (1, 0)}, MediaRangeProblem.SIZE),
    (picture_at, {"at": NOW, "size": (1921, 1080)}, MediaRangeProblem.SIZE),
    (latest_picture, {"start": NOW, "size": (1920, 1081)}, MediaRangeProblem.SIZE),
    (open_clip, {"start": FUTURE, "duration": SECOND}, MediaRangeProblem.FUTURE),
    (open_clip, {"start": OLD, "duration": SECOND}, MediaRangeProblem.TOO_OLD),
    (open_clip, {"start": NOW, "duration": 0 * SECOND}, MediaRangeProblem.DURATION),
    (open_clip, {"start": NOW, "duration": -SECOND}, MediaRangeProblem.DURATION),
    (open_clip, {"start": NOW, "duration": 901 * SECOND}, MediaRangeProblem.DURATION),
]


async def call(
    servers: MediaServers, function: Callable[..., Any], arguments: dict[str, Any]
) -> None:
    """Fetch a picture or open a clip."""
    positional = [arguments["at"]] if "at" in arguments else []
    options = {name: value for name, value in arguments.items() if name != "at"}
    found = function(servers.session, DEVICE_ID, *positional, **options)
    if function is open_clip:
        async with found:
            pass
    else:
        await found


@pytest.mark.parametrize(("function", "arguments", "problem"), RANGE_ERRORS)
async def test_outside_of_the_limits(
    servers: MediaServers,
    function: Callable[..., Any],
    arguments: dict[str, Any],
    problem: MediaRangeProblem,
) -> None:
    with pytest.raises(MediaRangeError) as caught:
        await call(servers, function, arguments)
    assert caught.value.problem is problem
    assert str(caught.value)[0].isupper()
    assert servers.api.received == []
    assert servers.outcomes == []


async def test_at_the_limits(servers: MediaServers) -> None:
    servers.script(*[picture() for _ in range(4)])
    session = servers.session
    await picture_at(session, DEVICE_ID, NOW + 59 * SECOND, size=(1, 1))
    await picture_at(session, DEVICE_ID, NOW - 180 * DAY + SECOND)
    await latest_picture(session, DEVICE_ID, start=NOW - DAY, end=NOW)
    await latest_picture(session, DEVICE_ID, start=NOW - DAY, end=NOW + 0 * SECOND)
    assert servers.media.methods == ["GET"] * 4


@pytest.mark.parametrize("device_id", ["", "..", "a/b", "a?b"])
async def test_id_that_no_device_has(servers: MediaServers, device_id: str) -> None:
    with pytest.raises(NotFoundError):
        await picture_at(servers.session, device_id, NOW)
    with pytest.raises(NotFoundError):
        async with open_clip(servers.session, device_id, start=NOW, duration=SECOND):
            pass
    assert servers.api.received == []


# Responses


@pytest.mark.parametrize(
    ("content", "content_type"), [(JPEG, "image/jpeg"), (PNG, "image/png")]
)
async def test_content_type_follows_the_content(
    servers: MediaServers, content: bytes, content_type: str
) -> None:
    servers.script(picture(content))
    assert (await fetch(servers)).content_type == content_type


@pytest.mark.parametrize(
    ("name", "value", "taken_at", "origin"),
    [
        ("X-Media-Origin", "snapshot", TAKEN_AT, PictureOrigin.SNAPSHOT),
        ("X-Media-Origin", " Recording", TAKEN_AT, PictureOrigin.RECORDING),
        ("X-Media-Origin", "elsewhere", TAKEN_AT, None),
        ("X-Media-Timestamp", "", None, PictureOrigin.RECORDING),
        ("X-Media-Timestamp", "soon", None, PictureOrigin.RECORDING),
        ("X-Media-Timestamp", "-1", None, PictureOrigin.RECORDING),
        ("X-Media-Timestamp", "9" * 15, None, PictureOrigin.RECORDING),
        ("X-Media-Timestamp", "9" * 5000, None, PictureOrigin.RECORDING),
    ],
)
async def test_odd_headers(
    servers: MediaServers,
    name: str,
    value: str,
    taken_at: object,
    origin: PictureOrigin | None,
) -> None:
    servers.script(picture(headers={name: value}))
    found = await fetch(servers)
    assert (found.taken_at, found.origin) == (taken_at, origin)


@pytest.mark.parametrize(
    ("content", "content_type", "error_type"),
    [
        (b"\x13\x37" * 100, "image/jpeg", UndecodableMediaError),
        (b"\x13\x37" * 100, "application/octet-stream", UndecodableMediaError),
        (b"<\x13" * 100, "image/jpeg", UndecodableMediaError),
        (b"\xff\xd8", "image/jpeg", UndecodableMediaError),
        (b"", "image/jpeg", ResponseError),
        (b"{}", "application/json", ResponseError),
        (b"<html>", "text/html", ResponseError),
    ],
)
async def test_content_that_is_no_picture(
    servers: MediaServers,
    content: bytes,
    content_type: str,
    error_type: type[RingError],
) -> None:
    servers.script(web.Response(body=content, content_type=content_type))
    with pytest.raises(ResponseError) as caught:
        await fetch(servers)
    assert type(caught.value) is error_type
    assert len(servers.media.received) == 1


async def test_size_of_a_picture(
    servers: MediaServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_PICTURE_SIZE", len(JPEG))
    servers.script(picture(), picture(JPEG + b"1"))
    servers.api.responses.append(picture(JPEG + b"1"))
    await fetch(servers)
    for _ in range(2):
        with pytest.raises(ResponseError, match=f"larger than {len(JPEG)} bytes"):
            await fetch(servers)


async def test_picture_larger_than_other_responses(servers: MediaServers) -> None:
    content = JPEG + bytes(16 * 1024 * 1024 - len(JPEG))
    servers.script(picture(content))
    assert len((await fetch(servers)).content) == len(content)


def test_representation_is_short() -> None:
    found = Picture(JPEG * 1000, "image/jpeg", TAKEN_AT, PictureOrigin.RECORDING)
    assert "xff" not in repr(found)
