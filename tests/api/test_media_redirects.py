"""Redirects to pre-signed URLs, and errors of the API and the media server."""

import asyncio
from collections.abc import Callable

from aiohttp import web
import pytest
from yarl import URL

from custom_components.ring_partner.api import (
    BadRequestError,
    CommunicationError,
    DeviceOfflineError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    NotFoundError,
    RateLimitError,
    ResponseError,
    RingError,
    ServerError,
)
from custom_components.ring_partner.api.breaker import BreakerState
from custom_components.ring_partner.api.presigned import presigned_url
from custom_components.ring_partner.api.session import Request

from .media_servers import (
    JPEG,
    SIGNATURE,
    TAKEN_AT,
    MediaServers,
    assert_nothing_secret,
    error,
    fetch,
    picture,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect(servers: MediaServers, status: int) -> None:
    servers.api.responses = [servers.redirect(status)]
    servers.media.responses = [picture()]
    assert (await fetch(servers)).content == JPEG
    assert servers.media.methods == ["GET"]
    assert servers.media.received[0].body == b""
    assert servers.outcomes == [None]


async def test_picture_without_a_redirect(servers: MediaServers) -> None:
    servers.api.responses = [picture()]
    assert (await fetch(servers)).taken_at == TAKEN_AT


async def test_redirect_within_the_api(servers: MediaServers) -> None:
    """The access token isn't sent there either."""
    servers.api.responses = [servers.redirect(location="/download?x=%2F"), picture()]
    await fetch(servers)
    downloaded = servers.api.received.pop()
    assert (downloaded.method, downloaded.target) == ("GET", "/download?x=%2F")
    assert "Authorization" not in downloaded.headers


@pytest.mark.parametrize("status", [300, 304, 305])
async def test_status_that_is_no_redirect(servers: MediaServers, status: int) -> None:
    servers.api.responses = [servers.redirect(status)]
    with pytest.raises(ResponseError) as caught:
        await fetch(servers)
    assert caught.value.status == status


@pytest.mark.parametrize(
    "location",
    [
        "",
        f"http://media.example.com/?{SIGNATURE}",
        f"https://user@media.example.com/?{SIGNATURE}",
        f"https://:secret@media.example.com/?{SIGNATURE}",
        f"ftp://media.example.com/?{SIGNATURE}",
        f"https:///download?{SIGNATURE}",
        f"https://media.example.com:99999/?{SIGNATURE}",
        f"https://[::1/?{SIGNATURE}",
        f"https://media.example.com/a b?{SIGNATURE}",
        f"https://media.example.com/é?{SIGNATURE}",
        f"javascript:{SIGNATURE}",
    ],
)
async def test_unusable_redirect(
    servers: MediaServers, location: str, caplog: pytest.LogCaptureFixture
) -> None:
    servers.api.responses = [servers.redirect(location=location)]
    with pytest.raises(ResponseError, match="redirect") as caught:
        await fetch(servers)
    assert_nothing_secret(caught.value, caplog)


@pytest.mark.parametrize(
    ("location", "api_url", "usable"),
    [
        ("https://media.example.com/x", "https://api.example.com", True),
        ("https://media.example.com:8443/x", "https://api.example.com", True),
        ("//media.example.com/x", "https://api.example.com", True),
        ("http://media.example.com/x", "https://api.example.com", False),
        ("http://127.0.0.1:8123/x", "https://api.example.com", False),
        ("http://localhost:8123/x", "https://api.example.com", False),
        ("http://media.example.com/x", "http://127.0.0.1:1234", False),
        ("http://192.0.2.1/x", "http://127.0.0.1:1234", False),
        ("http://127.0.0.2:80/x", "http://localhost:1234", True),
        ("http://localhost/x", "http://[::1]:1234", True),
        ("http://[::1]/x", "http://127.0.0.1:1234", True),
        ("https://", "http://127.0.0.1:1234", False),
    ],
)
def test_unencrypted_media_stay_on_this_machine(
    location: str,
    api_url: str,
    usable: bool,  # noqa: FBT001
) -> None:
    if usable:
        url = presigned_url(location, URL(api_url))
        assert str(url) == str(URL(api_url).join(URL(location)))
    else:
        with pytest.raises(ResponseError):
            presigned_url(location, URL(api_url))


@pytest.mark.parametrize("query", ["a=%2f%2B+~", "a=b%3Dc&&d", "%E2%9C%93", "a=[1]"])
async def test_signed_query_is_unchanged(servers: MediaServers, query: str) -> None:
    location = f"{servers.media.url}v1/%7Edownload?{query}"
    servers.api.responses = [servers.redirect(location=location)]
    servers.media.responses = [picture()]
    await fetch(servers)
    assert servers.media.received[0].target == f"/v1/%7Edownload?{query}"


async def test_redirect_without_location(servers: MediaServers) -> None:
    servers.api.responses = [web.Response(status=303)]
    with pytest.raises(ResponseError, match="redirect"):
        await fetch(servers)


@pytest.mark.parametrize("status", [300, 302])
async def test_second_redirect_is_not_followed(
    servers: MediaServers, status: int
) -> None:
    headers = {"Location": str(servers.media.url)}
    servers.script(web.Response(status=status, body=JPEG, headers=headers))
    with pytest.raises(ResponseError, match=f"Ring answered {status}") as caught:
        await fetch(servers)
    assert caught.value.status == status
    assert len(servers.media.received) == 1


async def test_other_requests_have_no_redirect(servers: MediaServers) -> None:
    servers.api.responses = [servers.redirect()]
    with pytest.raises(ResponseError):
        await servers.session.request(Request("GET", "/v1/devices"))


# Errors


@pytest.mark.parametrize(
    ("status", "code", "error_type"),
    [
        (400, "INVALID_PAYLOAD", BadRequestError),
        (403, "TIME_RANGE_NOT_AUTHORIZED", ForbiddenError),
        (404, "DEVICE_NOT_FOUND", NotFoundError),
        (416, "MEDIA_NOT_FOUND", MediaNotFoundError),
        (416, "TIMESTAMP_NOT_FOUND", MediaNotFoundError),
        (422, "CORRUPT_RECORDING", BadRequestError),
        (425, "RECORDING_NOT_READY", MediaNotReadyError),
    ],
)
async def test_error_of_the_api(
    servers: MediaServers, status: int, code: str, error_type: type[RingError]
) -> None:
    servers.api.responses = [error(status, code)]
    with pytest.raises(error_type) as caught:
        await fetch(servers)
    assert (type(caught.value), caught.value.code) == (error_type, code)
    assert servers.outcomes == [caught.value]


async def test_device_is_offline(servers: MediaServers) -> None:
    document = {"errors": [{"detail": "Device is currently offline"}]}
    servers.api.responses = [web.json_response(document, status=503)]
    with pytest.raises(DeviceOfflineError):
        await fetch(servers)


@pytest.mark.parametrize(
    ("response", "error_type", "requests"),
    [
        (lambda: error(401), ResponseError, 1),
        (lambda: error(403, "TIME_RANGE_NOT_AUTHORIZED"), ForbiddenError, 1),
        (lambda: web.Response(status=403, text="<Error>Expired"), ResponseError, 1),
        (lambda: error(404), MediaNotFoundError, 1),
        (lambda: error(406), ResponseError, 1),
        (lambda: error(416, "MEDIA_NOT_FOUND"), MediaNotFoundError, 1),
        (lambda: error(422, "CORRUPT_RECORDING"), BadRequestError, 1),
        (lambda: error(425, "RECORDING_NOT_READY"), MediaNotReadyError, 1),
        (lambda: error(429), RateLimitError, 3),
        (lambda: error(429, Retry_After="60"), RateLimitError, 1),
        (lambda: error(500, "INTERNAL_ERROR"), ServerError, 3),
        (lambda: error(503, "SERVER_BUSY"), ServerError, 3),
        (lambda: None, CommunicationError, 3),
    ],
)
async def test_error_of_the_media_server(
    servers: MediaServers,
    response: Callable[[], web.Response | None],
    error_type: type[RingError],
    requests: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It says nothing about the API, so that neither breaker nor limiter count it."""
    caplog.set_level("DEBUG")
    servers.script(*[response() for _ in range(requests)])
    with pytest.raises(RingError) as caught:
        await fetch(servers)
    assert type(caught.value) is error_type
    assert servers.api.methods == ["POST"] * requests
    assert servers.sleeps == [0.5, 1.0][: requests - 1]
    assert servers.outcomes == [None] * requests
    assert_nothing_secret(caught.value, caplog)
    shared = servers.session.resilience
    assert shared.breaker.state is BreakerState.CLOSED
    assert shared.limiter.paused_for == 0
    shared.network_pause.check()


async def test_breaker_does_not_count_the_media_server(servers: MediaServers) -> None:
    servers.script(*[None] * 18)
    for _ in range(6):
        with pytest.raises(CommunicationError):
            await fetch(servers)
    assert servers.session.resilience.breaker.state is BreakerState.CLOSED


@pytest.mark.parametrize(
    "failure", [lambda: error(503, "SERVER_BUSY"), lambda: None], ids=["busy", "reset"]
)
async def test_media_server_works_again(
    servers: MediaServers, failure: Callable[[], web.Response | None]
) -> None:
    """Each try has a pre-signed URL of its own."""
    servers.media.responses = [failure(), failure(), picture()]
    servers.api.responses = [
        servers.redirect(location=f"{servers.media.url}{number}") for number in range(3)
    ]
    assert (await fetch(servers)).content == JPEG
    assert [found.target for found in servers.media.received] == ["/0", "/1", "/2"]


async def test_retry_after_of_the_media_server(servers: MediaServers) -> None:
    servers.script(error(503, Retry_After="7"), picture())
    await fetch(servers)
    assert servers.sleeps == [7.0]


async def test_busy_api_is_asked_again(servers: MediaServers) -> None:
    servers.script(picture())
    servers.api.responses.insert(0, error(503, "SERVER_BUSY"))
    assert (await fetch(servers)).content == JPEG
    assert servers.outcomes == [None]


async def test_incomplete_picture(
    servers: MediaServers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def cut_off(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(JPEG)
        assert request.transport is not None
        request.transport.close()
        return response

    servers.script(cut_off, cut_off, cut_off)
    with pytest.raises(CommunicationError) as caught:
        await fetch(servers)
    assert_nothing_secret(caught.value, caplog)
    servers.script(cut_off, picture())
    assert (await fetch(servers)).content == JPEG


async def test_time_limit(
    servers: MediaServers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def wait(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(JPEG)
            await asyncio.sleep(5)

    servers.script(wait)
    began = servers.time()
    with pytest.raises(CommunicationError, match="TimeoutError") as caught:
        await fetch(servers)
    assert servers.time() - began == pytest.approx(30, abs=1)
    assert_nothing_secret(caught.value, caplog)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://{}/"],
)
async def test_unreachable_media_server(
    servers: MediaServers, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing listens there, or it doesn't speak TLS."""
    caplog.set_level("DEBUG")
    servers.media.url = URL(url.format(servers.media.url.authority))
    location = f"{servers.media.url}download?{SIGNATURE}"
    servers.api.responses = [servers.redirect(location=location) for _ in range(3)]
    with pytest.raises(CommunicationError) as caught:
        await fetch(servers)
    assert_nothing_secret(caught.value, caplog)
