"""Requests to the token endpoint and the meaning of its responses."""

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
from custom_components.ring_partner.api.network_pause import NetworkPause
from custom_components.ring_partner.api.oauth import DEFAULT_LIFETIME, TokenEndpoint
from ring_simulator import Fault

from .simulated_cloud import START, USER_AGENT, SimulatedCloud

pytestmark = pytest.mark.usefixtures("socket_enabled")

HTML = "<html>Access denied | error code: 1010</html>"
GOOD = {"access_token": "a1", "refresh_token": "r1", "expires_in": 100}


class ScriptedEndpoint:
    """A token endpoint with the response that a test sets."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps(GOOD)
        self.headers: dict[str, str] = {}
        self.received: list[dict[str, str]] = []
        self.user_agents: list[str] = []
        self.now = START
        self.breaker = CircuitBreaker("tokens", clock=lambda: self.now)
        self.network_pause = NetworkPause(clock=lambda: self.now)
        self.endpoint: TokenEndpoint

    async def handle(self, request: web.BaseRequest) -> web.Response:
        assert (request.method, request.path) == ("POST", "/oauth/token")
        self.received.append(dict(parse_qsl(await request.text())))
        self.user_agents.append(request.headers["User-Agent"])
        if self.status == 0:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        content_type = "text/html" if self.body.startswith("<") else "application/json"
        return web.Response(
            status=self.status,
            text=self.body,
            content_type=content_type,
            headers=self.headers,
        )

    async def refresh_error(self, status: int, body: str) -> RingError:
        """Return the error of a refresh with this response."""
        self.status, self.body = status, body
        with pytest.raises(RingError) as caught:
            await self.endpoint.refresh("secret-r0")
        assert "secret" not in f"{caught.value} {caught.value.detail}"
        return caught.value


@pytest.fixture
async def endpoint(socket_enabled: None) -> AsyncIterator[ScriptedEndpoint]:
    """Run a token endpoint."""
    scripted = ScriptedEndpoint()
    async with (
        RawTestServer(scripted.handle) as server,
        aiohttp.ClientSession() as websession,
    ):
        scripted.endpoint = TokenEndpoint(
            websession,
            url=server.make_url("/"),
            client_id="id",
            client_secret="client-secret",
            breaker=scripted.breaker,
            network_pause=scripted.network_pause,
            user_agent=USER_AGENT,
        )
        yield scripted


async def test_requests_and_tokens(
    endpoint: ScriptedEndpoint, freezer: FrozenDateTimeFactory
) -> None:
    pair = await endpoint.endpoint.refresh("r0")
    assert (pair.access_token, pair.refresh_token) == ("a1", "r1")
    now = freezer.time_to_freeze.timestamp()
    assert (pair.issued_at, pair.expires_at) == (now, now + 100)
    await endpoint.endpoint.exchange_code("c0", code_verifier="v")
    client = {"client_id": "id", "client_secret": "client-secret"}
    assert endpoint.received == [
        {"grant_type": "refresh_token", "refresh_token": "r0", **client},
        {
            "grant_type": "authorization_code",
            "code": "c0",
            "code_verifier": "v",
            **client,
        },
    ]
    # The token host rejects the default ones.
    assert endpoint.user_agents == [USER_AGENT] * 2


@pytest.mark.parametrize("expires_in", [None, 0, -1, "soon", True])
async def test_missing_or_invalid_lifetime(
    endpoint: ScriptedEndpoint, expires_in: Any
) -> None:
    endpoint.body = json.dumps({**GOOD, "expires_in": expires_in})
    pair = await endpoint.endpoint.refresh("r0")
    assert pair.expires_at == pair.issued_at + DEFAULT_LIFETIME


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    "error", ["invalid_grant", "invalid_token", "invalid_client", "unauthorized_client"]
)
async def test_lost_sign_in(
    endpoint: ScriptedEndpoint, status: int, error: str
) -> None:
    body = json.dumps({"error": error, "error_description": "expired"})
    refresh_error = await endpoint.refresh_error(status, body)
    assert type(refresh_error) is AuthenticationError
    assert error in str(refresh_error)
    assert refresh_error.status == status


@pytest.mark.parametrize("body", ["", "{}", "[]"])
async def test_401_without_an_error_is_a_lost_sign_in(
    endpoint: ScriptedEndpoint, body: str
) -> None:
    assert type(await endpoint.refresh_error(401, body)) is AuthenticationError


@pytest.mark.parametrize(
    ("status", "body", "error_type"),
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
async def test_other_errors_are_no_lost_sign_in(
    endpoint: ScriptedEndpoint, status: int, body: str, error_type: type[RingError]
) -> None:
    assert type(await endpoint.refresh_error(status, body)) is error_type
    # The refresh token is sent only once.
    assert len(endpoint.received) == 1
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    endpoint.now += 901
    assert (await endpoint.endpoint.refresh("r0")).refresh_token == "r1"


async def test_network_pause_applies_to_refresh_only(
    endpoint: ScriptedEndpoint,
) -> None:
    assert (await endpoint.refresh_error(403, HTML)).retry_after == 900
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    endpoint.now += 899
    with pytest.raises(NetworkRefusedError):
        await endpoint.endpoint.refresh("r0")
    assert len(endpoint.received) == 1
    assert (await endpoint.endpoint.exchange_code("c0")).access_token == "a1"
    # The successful exchange ends the pause.
    assert (await endpoint.endpoint.refresh("r0")).access_token == "a1"


@pytest.mark.parametrize(("header", "wait"), [(None, 60), ("7", 7)])
async def test_retry_after_of_429(
    endpoint: ScriptedEndpoint, header: str | None, wait: float
) -> None:
    endpoint.headers = {} if header is None else {"Retry-After": header}
    assert (await endpoint.refresh_error(429, "")).retry_after == wait


async def test_breaker_applies_to_refresh_only(
    endpoint: ScriptedEndpoint,
) -> None:
    for _ in range(20):
        if isinstance(await endpoint.refresh_error(500, ""), CircuitOpenError):
            break
    sent = len(endpoint.received)
    assert 1 < sent < 20
    assert isinstance(await endpoint.refresh_error(500, ""), CircuitOpenError)
    assert len(endpoint.received) == sent

    # A code expires before the breaker closes.
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    assert (await endpoint.endpoint.exchange_code("c0")).access_token == "a1"


async def test_forged_codes_do_not_open_the_breaker(
    endpoint: ScriptedEndpoint,
) -> None:
    endpoint.status, endpoint.body = 403, ""
    for _ in range(50):
        with pytest.raises(ServerError):
            await endpoint.endpoint.exchange_code("forged")
    endpoint.status, endpoint.body = 200, json.dumps(GOOD)
    assert (await endpoint.endpoint.refresh("r0")).access_token == "a1"


async def test_lost_sign_ins_do_not_open_the_breaker(
    endpoint: ScriptedEndpoint,
) -> None:
    body = json.dumps({"error": "invalid_grant"})
    for _ in range(50):
        assert type(await endpoint.refresh_error(401, body)) is AuthenticationError


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, delay=3600, count=1),
        Fault(status=200, body="half_closed", count=1),
    ],
)
async def test_timeout(cloud: SimulatedCloud, fault: Fault) -> None:
    simulator = cloud.simulator
    endpoint = TokenEndpoint(
        cloud.websession,
        url=cloud.url,
        client_id=simulator.client.client_id,
        client_secret=simulator.client.client_secret,
        breaker=CircuitBreaker("tokens", clock=cloud.time),
        network_pause=NetworkPause(clock=cloud.time),
        user_agent=USER_AGENT,
    )
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    simulator.faults.add(fault)
    began = cloud.time()
    with pytest.raises(CommunicationError):
        await endpoint.refresh(pair.refresh_token)
    assert 20 <= cloud.time() - began < 25

    new = await endpoint.refresh(pair.refresh_token)
    assert new.refresh_token != pair.refresh_token
    with pytest.raises(AuthenticationError):
        await endpoint.refresh(pair.refresh_token)
    code = simulator.tokens.issue_code(simulator.account, simulator.client)
    assert (await endpoint.exchange_code(code)).access_token
    with pytest.raises(AuthenticationError):
        await endpoint.exchange_code(code)
    late = simulator.tokens.issue_code(simulator.account, simulator.client)
    await asyncio.sleep(61)
    with pytest.raises(AuthenticationError):
        await endpoint.exchange_code(late)
