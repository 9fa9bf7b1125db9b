"""Ring's token endpoint: what each of its answers means."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ring_partner.api import (
    AuthenticationError,
    CircuitBreaker,
    CircuitOpenError,
    CommunicationError,
    NetworkRefusedError,
    RateLimitError,
    ResponseError,
    RingError,
    ServerError,
)
from custom_components.ring_partner.api.oauth import DEFAULT_LIFETIME, TokenEndpoint
from custom_components.ring_partner.api.refusal import RefusalPause
from ring_simulator import Fault

from .cloud import START, USER_AGENT, Cloud

pytestmark = pytest.mark.usefixtures("socket_enabled")

HTML = "<html>Access denied | error code: 1010</html>"
GOOD = {"access_token": "a1", "refresh_token": "r1", "expires_in": 100}


class Endpoint:
    """An endpoint that gives the answer it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps(GOOD)
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.agents: list[str] = []
        self.now = START
        self.breaker = CircuitBreaker("tokens", clock=lambda: self.now)
        self.refusal = RefusalPause(clock=lambda: self.now)
        self.endpoint: TokenEndpoint

    async def handle(self, request: web.BaseRequest) -> web.Response:
        assert (request.method, request.path) == ("POST", "/oauth/token")
        self.asked.append(dict(parse_qsl(await request.text())))
        self.agents.append(request.headers["User-Agent"])
        if self.status == 0:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        kind = "text/html" if self.body.startswith("<") else "application/json"
        return web.Response(
            status=self.status,
            text=self.body,
            content_type=kind,
            headers=self.headers,
        )

    async def refused(self, status: int, body: str) -> RingError:
        """Return what a refresh raises that is answered so."""
        self.status, self.body = status, body
        with pytest.raises(RingError) as caught:
            await self.endpoint.refresh("secret-r0")
        assert "secret" not in f"{caught.value} {caught.value.detail}"
        return caught.value


@pytest.fixture
async def endpoint(socket_enabled: None) -> AsyncIterator[Endpoint]:
    """Run an endpoint."""
    made = Endpoint()
    async with (
        RawTestServer(made.handle) as server,
        aiohttp.ClientSession() as websession,
    ):
        made.endpoint = TokenEndpoint(
            websession,
            url=server.make_url("/"),
            client_id="id",
            client_secret="client-secret",
            breaker=made.breaker,
            refusal=made.refusal,
            user_agent=USER_AGENT,
        )
        yield made


async def test_what_is_sent_and_what_is_read(
    endpoint: Endpoint, freezer: FrozenDateTimeFactory
) -> None:
    pair = await endpoint.endpoint.refresh("r0")
    assert (pair.access_token, pair.refresh_token) == ("a1", "r1")
    now = freezer.time_to_freeze.timestamp()
    assert (pair.issued_at, pair.expires_at) == (now, now + 100)
    await endpoint.endpoint.exchange("c0", code_verifier="v")
    client = {"client_id": "id", "client_secret": "client-secret"}
    assert endpoint.asked == [
        {"grant_type": "refresh_token", "refresh_token": "r0", **client},
        {
            "grant_type": "authorization_code",
            "code": "c0",
            "code_verifier": "v",
            **client,
        },
    ]
    # The token host turns the default ones away.
    assert endpoint.agents == [USER_AGENT] * 2


@pytest.mark.parametrize("expires_in", [None, 0, -1, "soon", True])
async def test_a_life_that_ring_does_not_tell(
    endpoint: Endpoint, expires_in: Any
) -> None:
    endpoint.body = json.dumps({**GOOD, "expires_in": expires_in})
    pair = await endpoint.endpoint.refresh("r0")
    assert pair.expires_at == pair.issued_at + DEFAULT_LIFETIME


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    "error", ["invalid_grant", "invalid_token", "invalid_client", "unauthorized_client"]
)
async def test_the_sign_in_is_gone(endpoint: Endpoint, status: int, error: str) -> None:
    body = json.dumps({"error": error, "error_description": "expired"})
    refused = await endpoint.refused(status, body)
    assert type(refused) is AuthenticationError
    assert error in str(refused)
    assert refused.status == status


@pytest.mark.parametrize("body", ["", "{}", "[]"])
async def test_an_unexplained_401_means_so_too(endpoint: Endpoint, body: str) -> None:
    assert type(await endpoint.refused(401, body)) is AuthenticationError


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, "", ServerError),
        (400, HTML, ServerError),
        (400, '{"error": "invalid_request"}', ServerError),
        (401, '{"error": "unsupported_grant_type"}', ServerError),
        (403, "", ServerError),
        (403, "{}", ServerError),
        (403, HTML, NetworkRefusedError),
        (404, '{"error": "invalid_grant"}', ServerError),
        (406, "", NetworkRefusedError),
        (406, HTML, NetworkRefusedError),
        (406, '{"error": "invalid_grant"}', NetworkRefusedError),
        (429, "", RateLimitError),
        (429, '{"error": "invalid_grant"}', RateLimitError),
        (302, "", ServerError),
        (500, "", ServerError),
        (500, '{"error": "invalid_grant"}', ServerError),
        (502, HTML, ServerError),
        (503, "", ServerError),
        (504, "", ServerError),
        (0, "", CommunicationError),
        (200, "", ResponseError),
        (200, HTML, ResponseError),
        (200, "[]", ResponseError),
        (200, '{"access_token": "secret"}', ResponseError),
        (200, '{"access_token": "se\\ncret", "refresh_token": ""}', ResponseError),
    ],
)
async def test_trouble_that_passes_signs_nobody_out(
    endpoint: Endpoint, status: int, body: str, kind: type[RingError]
) -> None:
    assert type(await endpoint.refused(status, body)) is kind
    # Neither a code nor a refresh token is sent twice.
    assert len(endpoint.asked) == 1
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    endpoint.now += 901
    assert (await endpoint.endpoint.refresh("r0")).refresh_token == "r1"


async def test_a_refused_network_waits_but_a_code_is_tried(endpoint: Endpoint) -> None:
    assert (await endpoint.refused(403, HTML)).retry_after == 900
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    endpoint.now += 899
    with pytest.raises(NetworkRefusedError):
        await endpoint.endpoint.refresh("r0")
    assert len(endpoint.asked) == 1
    assert (await endpoint.endpoint.exchange("c0")).access_token == "a1"
    # Where a code is taken, refresh tokens are too.
    assert (await endpoint.endpoint.refresh("r0")).access_token == "a1"


@pytest.mark.parametrize(("header", "wait"), [(None, 60), ("7", 7)])
async def test_how_long_too_many_are_too_many(
    endpoint: Endpoint, header: str | None, wait: float
) -> None:
    endpoint.headers = {} if header is None else {"Retry-After": header}
    assert (await endpoint.refused(429, "")).retry_after == wait


async def test_a_failing_host_is_spared_but_a_code_is_tried(
    endpoint: Endpoint,
) -> None:
    for _ in range(20):
        if isinstance(await endpoint.refused(500, ""), CircuitOpenError):
            break
    sent = len(endpoint.asked)
    assert 1 < sent < 20
    assert isinstance(await endpoint.refused(500, ""), CircuitOpenError)
    assert len(endpoint.asked) == sent

    # A code would be too old after the pause.
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    assert (await endpoint.endpoint.exchange("c0")).access_token == "a1"


async def test_forged_codes_do_not_keep_accounts_from_their_renewal(
    endpoint: Endpoint,
) -> None:
    endpoint.status, endpoint.body = 403, ""
    for _ in range(50):
        with pytest.raises(ServerError):
            await endpoint.endpoint.exchange("forged")
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    assert (await endpoint.endpoint.refresh("r0")).access_token == "a1"


async def test_refusals_do_not_open_the_breaker(endpoint: Endpoint) -> None:
    body = json.dumps({"error": "invalid_grant"})
    for _ in range(50):
        assert type(await endpoint.refused(401, body)) is AuthenticationError


@pytest.mark.parametrize(
    "silence",
    [
        Fault(status=500, delay=3600, count=1),
        Fault(status=200, body="half_closed", count=1),
    ],
)
async def test_a_silent_host(cloud: Cloud, silence: Fault) -> None:
    simulator = cloud.simulator
    endpoint = TokenEndpoint(
        cloud.websession,
        url=cloud.url,
        client_id=simulator.client.client_id,
        client_secret=simulator.client.client_secret,
        breaker=CircuitBreaker("tokens", clock=cloud.time),
        refusal=RefusalPause(clock=cloud.time),
        user_agent=USER_AGENT,
    )
    pair = simulator.tokens.issue(simulator.account, simulator.client)
    simulator.faults.add(silence)
    began = cloud.time()
    with pytest.raises(CommunicationError):
        await endpoint.refresh(pair.refresh_token)
    assert 20 <= cloud.time() - began < 25

    new = await endpoint.refresh(pair.refresh_token)
    assert new.refresh_token != pair.refresh_token
    with pytest.raises(AuthenticationError):
        await endpoint.refresh(pair.refresh_token)
    code = simulator.tokens.issue_code(simulator.account, simulator.client)
    assert (await endpoint.exchange(code)).access_token
    with pytest.raises(AuthenticationError):
        await endpoint.exchange(code)
    late = simulator.tokens.issue_code(simulator.account, simulator.client)
    await asyncio.sleep(61)
    with pytest.raises(AuthenticationError):
        await endpoint.exchange(late)
