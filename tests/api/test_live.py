"""Live sessions over WHEP."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
import pytest
from yarl import URL

from custom_components.ring_partner.api import (
    AuthenticationError,
    BadRequestError,
    DeviceOfflineError,
    ForbiddenError,
    NotFoundError,
    ResponseError,
    RingError,
    RingSession,
)
from custom_components.ring_partner.api.live import (
    LiveSession,
    end_live_session,
    start_live_session,
)

from .media_servers import (
    DEVICE_ID,
    FAILURES,
    MediaServers,
    ScriptedOrigin,
    error,
    offline,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = f"/v1/devices/{DEVICE_ID}/media/streaming/whep/sessions"
OFFER = "v=0\r\ns=offer of a viewer\r\n"
ANSWER = "v=0\r\ns=answer of Ring\r\n"
SESSION = f"{PATH}/SESSION?diagnostics=a%2Fb,c&empty="


def answer(location: str | None = SESSION, body: str | bytes = ANSWER) -> web.Response:
    """Return Ring's response to an offer."""
    return web.Response(
        status=201,
        body=body,
        content_type="application/sdp",
        headers={} if location is None else {"Location": location},
    )


async def start(servers: MediaServers) -> LiveSession:
    """Start a live session."""
    return await start_live_session(servers.session, DEVICE_ID, OFFER)


def targets(origin: ScriptedOrigin) -> list[tuple[str, str]]:
    """Return method and target of all requests."""
    return [(found.method, found.target) for found in origin.received]


# Start


async def test_start(servers: MediaServers) -> None:
    servers.api.responses = [answer()]
    live = await start(servers)
    assert live == LiveSession(ANSWER, servers.api.url.join(URL(SESSION, encoded=True)))
    (posted,) = servers.api.received
    assert (posted.method, posted.target) == ("POST", PATH)
    assert posted.body == OFFER.encode()
    assert posted.headers.getall("Content-Type") == ["application/sdp"]
    assert posted.headers.getall("Accept") == ["application/sdp"]


async def test_camera_of_a_device_with_several(servers: MediaServers) -> None:
    servers.api.responses = [answer()]
    await start_live_session(servers.session, DEVICE_ID, OFFER, component_id="2&x")
    assert targets(servers.api) == [("POST", f"{PATH}?component_id=2%26x")]


async def test_user_waits(servers: MediaServers) -> None:
    """A pause of background requests applies neither to the start nor to the end."""
    pause = servers.session.resilience.network_pause
    servers.api.responses = [answer(), web.Response()]
    pause.record_refusal()
    live = await start(servers)
    pause.record_refusal()
    await end_live_session(servers.session, live)
    assert servers.api.methods == ["POST", "DELETE"]


async def test_id_that_no_device_has(servers: MediaServers) -> None:
    with pytest.raises(NotFoundError):
        await start_live_session(servers.session, "a/b", OFFER)
    assert servers.api.received == []


@pytest.mark.parametrize(
    ("response", "error_type"),
    [(lambda: error(400), BadRequestError), *FAILURES],
)
async def test_start_is_not_repeated(
    servers: MediaServers,
    response: Callable[[], web.Response | None],
    error_type: type[RingError],
) -> None:
    servers.api.responses = [response()]
    with pytest.raises(RingError) as caught:
        await start(servers)
    assert type(caught.value) is error_type
    assert servers.api.methods == ["POST"]


async def test_start_after_a_pause(servers: MediaServers) -> None:
    """Ring carries out nothing that it answers with 429."""
    servers.api.responses = [error(429, Retry_After="2"), answer()]
    assert (await start(servers)).answer == ANSWER
    assert sum(servers.sleeps) == pytest.approx(2, abs=0.1)


class RefreshedToken:
    """A source of an access token that Ring no longer accepts, and of the next one."""

    async def access_token(self) -> str:
        """Return the old one."""
        return "token"

    async def replacement(self, _rejected: str) -> str:
        """Return the same one, as the servers check it."""
        return "token"


async def test_start_with_the_next_access_token(servers: MediaServers) -> None:
    servers.api.responses = [web.Response(status=401), answer()]
    session = RingSession(
        servers.session._websession, RefreshedToken(), api_url=servers.api.url
    )
    live = await start_live_session(session, DEVICE_ID, OFFER)
    assert live.answer == ANSWER
    servers.api.responses = [web.Response(status=401) for _ in range(2)]
    with pytest.raises(AuthenticationError):
        await start_live_session(session, DEVICE_ID, OFFER)


@pytest.mark.parametrize(
    "body", ["\ufeff\r\n" + ANSWER, b"v=0\r\ns=\xff\r\n"], ids=["prefix", "encoding"]
)
async def test_odd_answer(servers: MediaServers, body: str | bytes) -> None:
    servers.api.responses = [answer(body=body)]
    assert (await start(servers)).answer.startswith("v=0\r\ns=")


@pytest.mark.parametrize("body", ["", "{}", "<html>", "v=1", b"\x00"])
@pytest.mark.parametrize("end", [web.Response(status=200), error(500)])
async def test_unusable_answer_ends_the_session(
    servers: MediaServers, body: str | bytes, end: web.Response
) -> None:
    ends = 1 if end.status == 200 else 3
    servers.api.responses = [
        answer(body=body),
        *[web.Response(status=end.status) for _ in range(ends)],
    ]
    with pytest.raises(ResponseError, match="not SDP"):
        await start(servers)
    assert targets(servers.api) == [("POST", PATH)] + [("DELETE", SESSION)] * ends


# URL of the session


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (SESSION, SESSION),
        ("{api}" + SESSION[1:], SESSION),
        ("?session=1%2C", "/?session=1%2C"),
        ("/other/%7E/path?a=[b]&c=%zz", "/other/%7E/path?a=[b]&c=%zz"),
    ],
)
async def test_url_is_opaque(
    servers: MediaServers, location: str, expected: str
) -> None:
    servers.api.responses = [
        answer(
            location.format(api=servers.api.url) if "{api}" in location else location
        ),
        web.Response(),
    ]
    await end_live_session(servers.session, await start(servers))
    assert servers.api.received[1].method == "DELETE"
    assert servers.api.received[1].body == b""
    assert servers.api.received[1].target == expected


async def test_url_is_in_no_text(servers: MediaServers) -> None:
    servers.api.responses = [answer()]
    text = repr(await start(servers))
    assert "SESSION" not in text
    assert "v=0" not in text


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example.com/session",
        "//evil.example.com/session",
        "{media}session",
        "http://user@{authority}/session",
        "https://{authority}/session",
        "http://{authority}:1/session",
        "http://[::1/session",
        "/session with spaces",
        "/séssion",
    ],
)
async def test_url_of_another_origin(servers: MediaServers, location: str) -> None:
    """The access token isn't sent there."""
    servers.api.responses = [
        answer(
            location.format(
                media=servers.media.url, authority=servers.api.url.authority
            )
        )
    ]
    with pytest.raises(ResponseError, match="unusable URL") as caught:
        await start(servers)
    assert "session with" not in str(caught.value)
    assert servers.api.methods == ["POST"]
    assert servers.media.received == []


@pytest.mark.parametrize("location", [None, ""])
async def test_session_without_url(servers: MediaServers, location: str | None) -> None:
    """It can be watched, and ends by itself."""
    servers.api.responses = [answer(location)]
    live = await start(servers)
    assert live == LiveSession(ANSWER, None)
    assert await end_live_session(servers.session, live) is None
    assert servers.api.methods == ["POST"]


# End


@pytest.fixture
def live(servers: MediaServers) -> LiveSession:
    return LiveSession(ANSWER, servers.api.url.join(URL(SESSION, encoded=True)))


@pytest.mark.parametrize(
    ("status", "expected"), [(200, True), (204, True), (404, False), (410, False)]
)
async def test_end(
    servers: MediaServers,
    live: LiveSession,
    status: int,
    expected: Any,
) -> None:
    servers.api.responses = [web.Response(status=status)]
    assert await end_live_session(servers.session, live) is expected
    assert targets(servers.api) == [("DELETE", SESSION)]


@pytest.mark.parametrize(
    "failure", [lambda: error(500), lambda: None], ids=["error", "reset"]
)
async def test_end_is_repeated(
    servers: MediaServers,
    live: LiveSession,
    failure: Callable[[], web.Response | None],
) -> None:
    servers.api.responses = [failure(), web.Response(status=404)]
    await end_live_session(servers.session, live)
    assert targets(servers.api) == [("DELETE", SESSION)] * 2


@pytest.mark.parametrize(
    ("response", "error_type"),
    [(lambda: error(403), ForbiddenError), (offline, DeviceOfflineError)],
)
async def test_end_fails(
    servers: MediaServers,
    live: LiveSession,
    response: Callable[[], web.Response],
    error_type: type[RingError],
) -> None:
    servers.api.responses = [response()]
    with pytest.raises(error_type):
        await end_live_session(servers.session, live)
