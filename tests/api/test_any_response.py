"""Any response to each request: a result or a RingError, and never a secret."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web
from hypothesis import HealthCheck, given, settings, strategies as st
import orjson
import pytest

from custom_components.ring_partner.api import RingError, RingSession
from custom_components.ring_partner.api.app_integrations import link_account
from custom_components.ring_partner.api.live import end_live_session, start_live_session
from custom_components.ring_partner.api.media import latest_picture, open_clip
from custom_components.ring_partner.api.oauth import TokenEndpoint

from .documents import JSON, changed
from .endpoints import ENDPOINTS, Call
from .reference_examples import NONCE
from .session_descriptions import OFFER
from .simulated_cloud import START, USER_AGENT, SimulatedCloud

HOUR_AGO: Final = datetime.fromtimestamp(START, UTC) - timedelta(hours=1)


async def _live_view(session: RingSession, device_id: str) -> None:
    live = await start_live_session(session, device_id, OFFER)
    await end_live_session(session, live)


async def _picture(session: RingSession, device_id: str) -> None:
    await latest_picture(session, device_id, start=HOUR_AGO)


async def _clip(session: RingSession, device_id: str) -> None:
    duration = timedelta(seconds=5)
    async with open_clip(session, device_id, start=HOUR_AGO, duration=duration) as clip:
        async for _ in clip.chunks():
            pass


def _token_endpoint(session: RingSession) -> TokenEndpoint:
    return TokenEndpoint(
        session._websession,
        url=session.api_url,
        client_id="client",
        client_secret="client secret",
        breaker=session.resilience.breaker,
        network_pause=session.resilience.network_pause,
        user_agent=USER_AGENT,
    )


CALLS: Final[dict[str, Call]] = {
    **{name: endpoint.call for name, endpoint in ENDPOINTS.items()},
    "live_view": _live_view,
    "picture": _picture,
    "clip": _clip,
    "link": lambda session, _: link_account(session, NONCE, "u***r@example.com"),
    "code": lambda session, _: _token_endpoint(session).exchange_code("code"),
    "refresh": lambda session, _: _token_endpoint(session).refresh("refresh token"),
}

TOKEN: Final = "access token"
"""Stands for the access token, which Ring could repeat in a response."""

LINE = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")
)
ECHO = st.sampled_from([TOKEN, f"Bearer {TOKEN}", f"at /v1/x?access_token={TOKEN}"])
NUMBERS = st.sampled_from(
    ["0", "1", "-1", "100", "86401", "9" * 9, "9" * 30, "1.5", "1e9", "nan", "\xb2", ""]
) | st.integers().map(str)
DATES = st.sampled_from(
    ["Tue, 15 Sep 2026 23:47:20 GMT", "Fri, 06 Nov 9999 23:59:59 -2359", "Tue, 15"]
)
LOCATIONS = st.sampled_from(["/", "//", "?x", "/v1/devices", "http://[", "http:///x"])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": LINE
        | st.sampled_from(["text/html", "application/sdp", "image/jpeg", "video/mp4"]),
        "Location": LOCATIONS | LINE.map("/".__add__),
        "Retry-After": NUMBERS | DATES | LINE,
        "X-RateLimit-Limit": NUMBERS | LINE,
        "X-RateLimit-Remaining": NUMBERS | LINE,
        "X-Media-Timestamp": NUMBERS | LINE,
        "X-Media-Length": NUMBERS | LINE,
        "X-Media-Origin": LINE,
        "x-request-id": LINE | ECHO,
    },
)
STATUSES = (
    st.just(200)
    | st.sampled_from([201, 206, 303, 401, 403, 404, 416, 425, 429, 503])
    | st.integers(200, 599)
)
ERRORS = st.dictionaries(
    st.sampled_from(["title", "detail", "code", "id", "status"]), ECHO | JSON
).flatmap(
    lambda error: st.sampled_from([{"errors": [error]}, {"errors": [[error]]}, error])
) | st.dictionaries(st.sampled_from(["error", "error_description"]), ECHO | JSON)


@pytest.fixture
async def document(cloud: SimulatedCloud, name: str) -> Any:
    """Return the last JSON that the simulator sends for a call, or a token pair."""
    tokens = {"access_token": "a", "refresh_token": "b", "expires_in": 1}
    device = cloud.simulator.device("Garden")
    cloud.simulator.motion(device, "human")
    found: list[Any] = [tokens]
    cloud.rewrite = found.append
    with suppress(RingError, orjson.JSONDecodeError):
        await CALLS[name](cloud.session(), device.id)
    return tokens if "error" in found[-1] else found[-1]


@pytest.mark.parametrize("name", CALLS)
@settings(
    max_examples=min(settings.default.max_examples // 2, 500),  # They use a socket.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), status=STATUSES, headers=HEADERS)
async def test_any_response(
    cloud: SimulatedCloud,
    document: Any,
    name: str,
    data: st.DataObject,
    status: int,
    headers: dict[str, str],
) -> None:
    session = cloud.session()
    token = await session._tokens.access_token()
    echoed = JSON | ECHO
    documents = JSON | ERRORS | changed(document, echoed) | changed(document, echoed)
    body = data.draw(st.binary() | documents.map(orjson.dumps))
    cloud.replace = lambda: web.Response(
        status=status,
        body=body.replace(TOKEN.encode(), token.encode()),
        headers={key: text.replace(TOKEN, token) for key, text in headers.items()},
    )
    # When it is raised, an error is looked at for secrets.
    with suppress(RingError):
        await CALLS[name](session, cloud.simulator.device("Garden").id)
