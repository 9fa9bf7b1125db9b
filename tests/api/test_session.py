"""Requests of a session to the simulator on a socket."""

import asyncio
import logging
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer, unused_port
import pytest
from yarl import URL

from custom_components.ring_partner.api import (
    AuthenticationError,
    CircuitBreaker,
    CommunicationError,
    FixedToken,
    NotFoundError,
    ResponseError,
    RetryPolicy,
    RingError,
    RingSession,
    ServerError,
    transport,
)
from custom_components.ring_partner.api.breaker import BreakerState
from custom_components.ring_partner.api.session import Request
from ring_simulator import Simulator, create_app

from .simulated_cloud import (
    ACCOUNT_REQUEST,
    USER_AGENT,
    SignedInAccount,
    SimulatedCloud,
)

CHIME_PATH = "/v1/devices/{}/media/audio/playback"


def play_request(cloud: SimulatedCloud) -> Request:
    """Return a request that must not be sent twice."""
    chime = cloud.simulator.device("Hallway Chime")
    path = CHIME_PATH.format(chime.id)
    return Request("POST", path, json={"audio_ref": "custom_audio_1"})


async def test_request_and_response(cloud: SimulatedCloud) -> None:
    account = SignedInAccount(cloud.simulator)
    response = await cloud.session(account.tokens()).request(ACCOUNT_REQUEST)
    assert (response.status, response.headers["Content-Type"]) == (
        200,
        "application/json; charset=utf-8",
    )
    assert b"alex.morgan@example.com" in response.body
    (headers,) = cloud.request_headers
    assert headers["Authorization"] == f"Bearer {account.pair.access_token}"
    assert headers["User-Agent"] == USER_AGENT
    assert headers["Accept"] == headers["Content-Type"] == "application/json"


async def test_query_and_body(cloud: SimulatedCloud) -> None:
    await cloud.session().request(
        Request("GET", "/v1/devices", query={"include": "status,location"})
    )
    assert cloud.simulator.requests[0].query == {"include": "status,location"}
    response = await cloud.session().request(play_request(cloud))
    assert response.status == 200
    assert cloud.simulator.device("Hallway Chime").played == ["custom_audio_1"]
    assert cloud.request_headers[-1].getall("Content-Type") == ["application/json"]


async def test_default_user_agent(cloud: SimulatedCloud) -> None:
    session = RingSession(cloud.websession, FixedToken("token"), api_url=cloud.url)
    with pytest.raises(AuthenticationError):
        await session.request(ACCOUNT_REQUEST)
    assert cloud.request_headers[0]["User-Agent"] == "RingPartner"


# Origins and tokens


@pytest.mark.parametrize("address", ["https://evil.example/v1/x", "//evil.example/v1"])
async def test_no_request_to_another_origin(
    cloud: SimulatedCloud, address: str
) -> None:
    with pytest.raises(ResponseError, match="another origin"):
        await cloud.session().request(Request("GET", address))


async def test_no_request_to_another_port_scheme_or_user(cloud: SimulatedCloud) -> None:
    async with TestServer(create_app(Simulator())) as other:
        for address in (
            other.make_url("/v1/users/me"),
            cloud.url.with_user("user") / "v1/users/me",
            cloud.url.with_scheme("https") / "v1/users/me",
        ):
            with pytest.raises(ResponseError, match="another origin"):
                await cloud.session().request(Request("GET", address))
    assert cloud.request_headers == []


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(cloud: SimulatedCloud, status: int) -> None:
    cloud.set_fault(status, headers={"Location": str(cloud.url / "v1/devices")})
    with pytest.raises(ResponseError) as caught:
        await cloud.session().request(ACCOUNT_REQUEST)
    assert caught.value.status == status
    assert cloud.requests == [("GET", "/v1/users/me", status)]


@pytest.mark.parametrize("token", ["to\nken", "to\r\nX-Odd: 1", "tökën", "a\x00b"])
async def test_token_with_invalid_characters(cloud: SimulatedCloud, token: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        await cloud.session(FixedToken(token)).request(ACCOUNT_REQUEST)
    assert token not in str(caught.value)
    assert cloud.request_headers == []


# Retries


async def test_three_attempts(cloud: SimulatedCloud) -> None:
    cloud.set_fault(500)
    with pytest.raises(ServerError):
        await cloud.session().request(ACCOUNT_REQUEST)
    assert cloud.statuses == [500] * 3
    assert cloud.sleeps == [0.5, 1.0]


@pytest.mark.parametrize("failures", [1, 2])
async def test_retry_succeeds(cloud: SimulatedCloud, failures: int) -> None:
    cloud.set_fault(502, count=failures)
    assert (await cloud.session().request(ACCOUNT_REQUEST)).status == 200
    assert cloud.statuses == [502] * failures + [200]


async def test_aiohttp_does_not_retry_after_a_reset(cloud: SimulatedCloud) -> None:
    cloud.set_fault(body="reset")
    with pytest.raises(CommunicationError):
        await cloud.session().request(ACCOUNT_REQUEST)
    assert cloud.statuses == [None] * 3


@pytest.mark.parametrize(
    ("retry_after", "waits"), [("0", [0.5]), ("2", [2.0]), ("10", [10.0]), ("11", [])]
)
async def test_retry_after_of_a_server_error(
    cloud: SimulatedCloud, retry_after: str, waits: list[float]
) -> None:
    cloud.set_fault(503, retry_after=retry_after, count=1 if waits else None)
    if waits:
        await cloud.session().request(ACCOUNT_REQUEST)
    else:
        with pytest.raises(ServerError) as caught:
            await cloud.session().request(ACCOUNT_REQUEST)
        assert caught.value.retry_after == float(retry_after)
    assert cloud.sleeps == waits


async def test_unsafe_requests_are_not_retried(
    cloud: SimulatedCloud,
) -> None:
    for fault in ({"status": 500}, {"body": "reset"}, {"body": "half_closed"}):
        cloud.set_fault(**fault)
        cloud.simulator.requests.clear()
        with pytest.raises((ServerError, CommunicationError)):
            await cloud.session().request(play_request(cloud))
        assert len(cloud.simulator.requests) == 1
    assert cloud.sleeps == []


async def test_unsafe_requests_are_retried_after_429(
    cloud: SimulatedCloud,
) -> None:
    cloud.set_fault(429, retry_after="2", count=1)
    await cloud.session().request(play_request(cloud))
    assert cloud.statuses == [429, 200]
    assert cloud.simulator.device("Hallway Chime").played == ["custom_audio_1"]
    assert sum(cloud.sleeps) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("method", "path", "requests"),
    [
        ("DELETE", "/v1/devices/X/media/streaming/whep/sessions/S", 3),
        ("PATCH", "/v1/accounts/me/app-integrations", 3),
        ("POST", "/v1/devices/X/media/image/download", 3),
        ("POST", "/v1/devices/X/media/video/download", 3),
        ("POST", "/v1/accounts/me/app-integrations", 1),
        ("POST", "/v1/devices/X/media/streaming/whep/sessions", 1),
    ],
)
async def test_number_of_attempts_per_endpoint(
    cloud: SimulatedCloud, method: str, path: str, requests: int
) -> None:
    cloud.set_fault(500)
    with pytest.raises(ServerError):
        await cloud.session().request(Request(method, path, json={}))
    assert len(cloud.statuses) == requests


async def test_one_deadline_for_all_attempts(cloud: SimulatedCloud) -> None:
    cloud.set_fault(body="half_closed")
    began = cloud.time()
    with pytest.raises(CommunicationError, match="TimeoutError"):
        await cloud.session().request(ACCOUNT_REQUEST)
    # 15 s, a delay of half a second, and the rest of the 30 s.
    assert cloud.time() - began == pytest.approx(30.0, abs=1.1)
    assert len(cloud.request_headers) == 2


async def test_short_timeout(cloud: SimulatedCloud) -> None:
    cloud.set_fault(body="half_closed")
    shared = cloud.resilience(retry_policy=RetryPolicy(timeout=0.1, attempts=1))
    began = cloud.time()
    with pytest.raises(CommunicationError):
        await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert cloud.time() - began == pytest.approx(0.1, abs=0.01)


# Connections


async def test_connection_refused(cloud: SimulatedCloud) -> None:
    cloud.url = URL(f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(CommunicationError) as caught:
        await cloud.session().request(ACCOUNT_REQUEST)
    assert str(caught.value) == "Ring could not be reached (ClientConnectorError)"
    assert caught.value.__suppress_context__


class FailingResolver(AbstractResolver):
    """A resolver that finds no host."""

    async def resolve(self, *_: Any, **__: Any) -> list[ResolveResult]:
        raise OSError("Name or service not known")

    async def close(self) -> None:
        pass


async def test_host_not_found(cloud: SimulatedCloud) -> None:
    cloud.url = URL("https://ring.invalid")
    connector = aiohttp.TCPConnector(resolver=FailingResolver())
    async with aiohttp.ClientSession(connector=connector) as cloud.websession:
        with pytest.raises(CommunicationError, match="DNS"):
            await cloud.session().request(ACCOUNT_REQUEST)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x00garbage\r\n\r\n", b"HTTP/1.1 999999 X\r\n\r\n", b"HTTP/1.1 200"],
)
async def test_response_that_is_not_http(cloud: SimulatedCloud, answer: bytes) -> None:
    async def respond(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(respond, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        cloud.url = URL(f"http://127.0.0.1:{port}")
        with pytest.raises(CommunicationError):
            await cloud.session().request(ACCOUNT_REQUEST)


async def test_body_with_wrong_compression(cloud: SimulatedCloud) -> None:
    cloud.set_fault(headers={"Content-Encoding": "gzip"})
    with pytest.raises(CommunicationError):
        await cloud.session().request(ACCOUNT_REQUEST)


async def test_maximum_size_of_a_body(
    cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len((await cloud.session().request(ACCOUNT_REQUEST)).body)
    monkeypatch.setattr(transport, "MAX_RESPONSE_SIZE", size)
    assert len((await cloud.session().request(ACCOUNT_REQUEST)).body) == size
    monkeypatch.setattr(transport, "MAX_RESPONSE_SIZE", size - 1)
    shared = cloud.resilience(breaker=CircuitBreaker("Ring", threshold=1))
    with pytest.raises(ResponseError, match="larger") as caught:
        await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert caught.value.status == 200
    assert shared.breaker.state is BreakerState.CLOSED


# Token refresh and reports


@pytest.mark.parametrize("body", ["empty", "json"])
async def test_expired_token_is_refreshed_once(
    cloud: SimulatedCloud, body: Any
) -> None:
    cloud.simulator.settings.unauthorized_body = body
    account = SignedInAccount(cloud.simulator)
    cloud.simulator.tokens.expire(account.pair.access_token)
    await cloud.session(account.tokens()).request(play_request(cloud))
    assert cloud.statuses == [401, 200]
    assert account.refreshes == 1
    assert (
        cloud.request_headers[0]["Authorization"]
        != cloud.request_headers[1]["Authorization"]
    )


async def test_concurrent_requests_share_one_refresh(cloud: SimulatedCloud) -> None:
    account = SignedInAccount(cloud.simulator)
    cloud.simulator.tokens.expire(account.pair.access_token)
    session = cloud.session(account.tokens())
    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(session.request(ACCOUNT_REQUEST))
    assert account.refreshes == 1
    assert cloud.statuses.count(200) == 100


async def test_new_token_is_rejected_too(cloud: SimulatedCloud) -> None:
    account = SignedInAccount(cloud.simulator)
    cloud.set_fault(401)
    with pytest.raises(AuthenticationError) as caught:
        await cloud.session(account.tokens()).request(ACCOUNT_REQUEST)
    assert caught.value.status == 401
    assert cloud.statuses == [401, 401]
    assert account.refreshes == 1


async def test_account_that_removed_the_ring_app(cloud: SimulatedCloud) -> None:
    account = SignedInAccount(cloud.simulator)
    cloud.simulator.tokens.revoke_all(cloud.simulator.account)
    with pytest.raises(AuthenticationError):
        await cloud.session(account.tokens()).request(ACCOUNT_REQUEST)
    assert cloud.statuses == [401]


async def test_each_outcome_is_reported_once(cloud: SimulatedCloud) -> None:
    outcomes: list[RingError | None] = []
    session = cloud.session(report=outcomes.append)
    await session.request(ACCOUNT_REQUEST)
    cloud.set_fault(500, count=2)
    await session.request(ACCOUNT_REQUEST)
    cloud.set_fault(500, count=3)
    with pytest.raises(ServerError) as failed:
        await session.request(ACCOUNT_REQUEST)
    cloud.set_fault(404)
    with pytest.raises(NotFoundError) as missing:
        await session.request(ACCOUNT_REQUEST)
    assert outcomes == [None, None, failed.value, missing.value]


async def test_no_secrets_in_the_log(
    cloud: SimulatedCloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = SignedInAccount(cloud.simulator)
    cloud.set_fault(500, count=1)
    await cloud.session(account.tokens()).request(
        Request("GET", "/v1/devices?page[cursor]=AAAA", query={"code": "hidden"})
    )
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert [record.levelname for record in ours] == ["DEBUG"]
    (message,) = [record.getMessage() for record in ours]
    assert message.startswith("GET /v1/devices failed, trying again in 0.5 s: ")
    assert "hidden" not in message
    assert "AAAA" not in message
