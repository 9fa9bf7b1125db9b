"""Ring's API and its media server, two origins on sockets with scripted responses."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
import traceback
from typing import Any, Final

import aiohttp
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from multidict import CIMultiDictProxy
import pytest
from yarl import URL

from custom_components.ring_partner.api import (
    CommunicationError,
    DeviceOfflineError,
    FixedToken,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    Resilience,
    ResponseError,
    RetryPolicy,
    RingError,
    RingSession,
    ServerError,
)
from custom_components.ring_partner.api.media import Picture, picture_at

from .fast_forward_clock import FastForwardClock

NOW: Final = datetime(2026, 9, 15, 23, 47, 12, tzinfo=UTC)
DEVICE_ID: Final = "ava1.ring.device.DEV"
SIGNATURE: Final = "X-Amz-Signature=SECRET%2f1"
"""Part of the pre-signed URLs that must not appear in any text."""

JPEG: Final = b"\xff\xd8\xff\xe0 picture \xff\xd9"
TAKEN_AT: Final = NOW - timedelta(minutes=5)

type Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
type Scripted = web.Response | Handler | None
"""None aborts the connection instead."""


@dataclass(frozen=True)
class Received:
    """A request as a server received it."""

    method: str
    target: str
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body."""
        return json.loads(self.body)


@dataclass
class ScriptedOrigin:
    """A server that sends scripted responses, the last one again and again."""

    url: URL = field(default_factory=URL)
    responses: list[Scripted] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Record a request, and send the next response."""
        self.received.append(
            Received(
                request.method, request.raw_path, request.headers, await request.read()
            )
        )
        scripted = self.responses.pop(0)
        if scripted is None:
            return abort(request)
        if isinstance(scripted, web.Response):
            return scripted
        return await scripted(request)

    @property
    def methods(self) -> list[str]:
        """Return the methods of the received requests."""
        return [received.method for received in self.received]


@dataclass
class MediaServers:
    """Ring's API, its media server, and a session that uses them.

    Attributes:
        sleeps: Seconds of all sleeps before another try.
        outcomes: What the session has reported about the requests.
    """

    api: ScriptedOrigin
    media: ScriptedOrigin
    session: RingSession
    time: FastForwardClock
    sleeps: list[float]
    outcomes: list[RingError | None]

    def redirect(self, status: int = 303, location: str | None = None) -> web.Response:
        """Return the response of the API with a pre-signed URL."""
        if location is None:
            location = f"{self.media.url}v1/download?{SIGNATURE}&X-Amz-Expires=60"
        return web.Response(status=status, headers={"Location": location})

    def script(self, *media: Scripted) -> None:
        """Let the API redirect each request to one of these responses."""
        self.api.responses = [self.redirect() for _ in media]
        self.media.responses = list(media)

    def deliver(self, delivery: str, media: Scripted) -> None:
        """Deliver media after a redirect (`redirect`), or by the API (`direct`)."""
        if delivery == "redirect":
            self.script(media)
        else:
            self.api.responses = [media]


def abort(request: web.BaseRequest) -> web.Response:
    """Abort the connection of a request."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def picture(
    content: bytes = JPEG, headers: dict[str, str] | None = None
) -> web.Response:
    """Return the response of the media server with a picture."""
    found = {
        "X-Media-Timestamp": str(milliseconds(TAKEN_AT)),
        "X-Media-Origin": "recording",
    } | (headers or {})
    return web.Response(body=content, content_type="image/jpeg", headers=found)


async def fetch(servers: MediaServers) -> Picture:
    """Fetch the picture of some time."""
    at = NOW - timedelta(days=1)
    return await picture_at(servers.session, DEVICE_ID, at)


def error(status: int, code: str = "", **headers: str) -> web.Response:
    """Return an error of Ring's media endpoints."""
    document = {"errors": [{"status": str(status), "code": code, "detail": "Reason"}]}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.json_response(document, status=status, headers=names)


def offline() -> web.Response:
    """Return Ring's response for a device that is offline."""
    found = {
        "status": "503",
        "title": "Device Unavailable",
        "detail": "Device is currently offline",
    }
    return web.json_response({"errors": [found]}, status=503)


FAILURES: Final[list[tuple[Callable[[], web.Response | None], type[RingError]]]] = [
    (lambda: web.Response(status=403), ForbiddenError),
    (lambda: web.Response(status=404), NotFoundError),
    (lambda: error(500), ServerError),
    (lambda: error(503, "SERVER_BUSY"), ServerError),
    (offline, DeviceOfflineError),
    (lambda: error(429), RateLimitError),
    (lambda: web.Response(status=303, headers={"Location": "/x"}), ResponseError),
    (lambda: None, CommunicationError),
]
"""Failures after which a request that is not repeatable must not be sent again."""


@asynccontextmanager
async def media_servers() -> AsyncIterator[MediaServers]:
    """Run both servers, without taking real time for sleeps and timeouts.

    Checks that all responses were sent, and that the media server got no access token.
    """
    loop = asyncio.get_running_loop()
    time = FastForwardClock(loop.time())
    sleeps: list[float] = []
    outcomes: list[RingError | None] = []
    api, media = ScriptedOrigin(), ScriptedOrigin()

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        time.advance(seconds)

    with time.installed(loop):
        async with (
            RawTestServer(api.handle) as api_server,
            RawTestServer(media.handle) as media_server,
            # Each request has its own connection: aiohttp itself retries a request
            # when a reused connection turns out to be closed.
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True)
            ) as websession,
        ):
            api.url, media.url = api_server.make_url("/"), media_server.make_url("/")
            session = RingSession(
                websession,
                FixedToken("token"),
                api_url=api.url,
                resilience=Resilience(
                    clock=time,
                    sleep=sleep,
                    retry_policy=RetryPolicy(random=lambda: 0.5),
                ),
                report=outcomes.append,
            )
            yield MediaServers(api, media, session, time, sleeps, outcomes)
    assert not api.responses
    assert not media.responses
    for received in api.received:
        assert received.headers["Authorization"] == "Bearer token"
    for received in media.received:
        assert "Authorization" not in received.headers
        assert "token" not in str(received)


def assert_nothing_secret(
    failure: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """Check that no text of an error or of the log contains a pre-signed URL."""
    # The test's own servers log the URLs.
    texts = [
        str(vars(record))
        for record in caplog.records
        if record.name != "aiohttp.access"
    ]
    texts += traceback.format_exception(failure)
    for found in _with_causes(failure):
        texts += [str(found), repr(found), repr(found.args), repr(vars(found))]
        texts += getattr(found, "__notes__", [])
    for text in texts:
        assert "SECRET" not in text
        assert "X-Amz" not in text


def _with_causes(failure: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all errors that led to it."""
    if failure is not None:
        yield failure
        yield from _with_causes(failure.__cause__)
        yield from _with_causes(failure.__context__)


def milliseconds(time: datetime) -> int:
    """Return a time in milliseconds since 1970."""
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
