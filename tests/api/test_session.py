"""One exchange with Ring, against its simulated cloud on a socket."""

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
    ServerError,
    transport,
)
from custom_components.ring_partner.api.resilience import BreakerState
from custom_components.ring_partner.api.session import Request
from ring_simulator import Simulator

from .asking import ME, fail
from .cloud import USER_AGENT, Account, Cloud

CHIME_PATH = "/v1/devices/{}/media/audio/playback"


def play(cloud: Cloud) -> Request:
    """Return a request that must not be carried out twice."""
    chime = cloud.simulator.device("Hallway Chime")
    path = CHIME_PATH.format(chime.id)
    return Request("POST", path, json={"audio_ref": "custom_audio_1"})


async def test_what_is_sent(cloud: Cloud) -> None:
    account = Account(cloud.simulator)
    response = await cloud.session(account.tokens()).request(ME)
    assert (response.status, response.headers["Content-Type"]) == (
        200,
        "application/json; charset=utf-8",
    )
    assert b"alex.morgan@example.com" in response.body
    (headers,) = cloud.headers
    assert headers["Authorization"] == f"Bearer {account.pair.access_token}"
    assert headers["User-Agent"] == USER_AGENT
    assert headers["Accept"] == headers["Content-Type"] == "application/json"


async def test_query_and_body_are_sent(cloud: Cloud) -> None:
    await cloud.session().request(
        Request("GET", "/v1/devices", query={"include": "status,location"})
    )
    assert cloud.simulator.requests[0].query == {"include": "status,location"}
    response = await cloud.session().request(play(cloud))
    assert response.status == 200
    assert cloud.simulator.device("Hallway Chime").played == ["custom_audio_1"]
    assert cloud.headers[-1].getall("Content-Type") == ["application/json"]


# Where requests go


@pytest.mark.parametrize("address", ["https://evil.example/v1/x", "//evil.example/v1"])
async def test_no_token_for_another_origin(cloud: Cloud, address: str) -> None:
    with pytest.raises(ResponseError, match="another origin"):
        await cloud.session().request(Request("GET", address))


async def test_no_token_for_another_port_or_person(cloud: Cloud) -> None:
    async with TestServer(Simulator().app()) as other:
        for address in (
            other.make_url("/v1/users/me"),
            cloud.url.with_user("user") / "v1/users/me",
            cloud.url.with_scheme("https") / "v1/users/me",
        ):
            with pytest.raises(ResponseError, match="another origin"):
                await cloud.session().request(Request("GET", address))
    assert cloud.headers == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(cloud: Cloud, status: int) -> None:
    fail(cloud, status, headers={"Location": str(cloud.url / "v1/devices")})
    with pytest.raises(ResponseError) as caught:
        await cloud.session().request(ME)
    assert caught.value.status == status
    assert cloud.asked == [("GET", "/v1/users/me", status)]


@pytest.mark.parametrize("token", ["to\nken", "to\r\nX-Odd: 1", "tökën", "a\x00b"])
async def test_a_token_that_cannot_be_sent(cloud: Cloud, token: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        await cloud.session(FixedToken(token)).request(ME)
    assert token not in str(caught.value)
    assert cloud.headers == []


# Repeating


async def test_tries_three_times(cloud: Cloud) -> None:
    fail(cloud, 500)
    with pytest.raises(ServerError):
        await cloud.session().request(ME)
    assert cloud.statuses == [500] * 3
    assert cloud.slept == [0.5, 1.0]


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_passing_trouble_is_not_noticed(cloud: Cloud, failures: int) -> None:
    fail(cloud, 502, count=failures)
    assert (await cloud.session().request(ME)).status == 200
    assert cloud.statuses == [502] * failures + [200]


async def test_a_reset_is_repeated_by_nobody_else(cloud: Cloud) -> None:
    fail(cloud, body="reset")
    with pytest.raises(CommunicationError):
        await cloud.session().request(ME)
    assert cloud.statuses == [None] * 3


@pytest.mark.parametrize(
    ("retry_after", "waits"), [("0", [0.5]), ("2", [2.0]), ("10", [10.0]), ("11", [])]
)
async def test_retry_after_of_a_server(
    cloud: Cloud, retry_after: str, waits: list[float]
) -> None:
    fail(cloud, 503, retry_after=retry_after, count=1 if waits else None)
    if waits:
        await cloud.session().request(ME)
    else:
        with pytest.raises(ServerError) as caught:
            await cloud.session().request(ME)
        assert caught.value.retry_after == float(retry_after)
    assert cloud.slept == waits


async def test_what_is_not_safe_to_repeat_is_not_repeated(cloud: Cloud) -> None:
    for fault in ({"status": 500}, {"body": "reset"}, {"body": "half_closed"}):
        fail(cloud, **fault)
        cloud.simulator.requests.clear()
        with pytest.raises((ServerError, CommunicationError)):
            await cloud.session().request(play(cloud))
        assert len(cloud.simulator.requests) == 1
    assert cloud.slept == []


async def test_what_the_rate_limit_turned_away_is_repeated(cloud: Cloud) -> None:
    fail(cloud, 429, retry_after="2", count=1)
    await cloud.session().request(play(cloud))
    assert cloud.statuses == [429, 200]
    assert cloud.simulator.device("Hallway Chime").played == ["custom_audio_1"]
    assert sum(cloud.slept) == pytest.approx(2.0)


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
async def test_what_is_repeated(
    cloud: Cloud, method: str, path: str, requests: int
) -> None:
    fail(cloud, 500)
    with pytest.raises(ServerError):
        await cloud.session().request(Request(method, path, json={}))
    assert len(cloud.statuses) == requests


async def test_one_deadline_for_all_tries(cloud: Cloud) -> None:
    fail(cloud, body="half_closed")
    began = cloud.time()
    with pytest.raises(CommunicationError, match="TimeoutError"):
        await cloud.session().request(ME)
    # 15 s, a wait of half a second, and what was left of the 30 s.
    assert cloud.time() - began == pytest.approx(30.0, abs=1.1)
    assert len(cloud.headers) == 2


async def test_a_time_out_may_be_short(cloud: Cloud) -> None:
    fail(cloud, body="half_closed")
    shared = cloud.resilience(policy=RetryPolicy(timeout=0.1, attempts=1))
    began = cloud.time()
    with pytest.raises(CommunicationError):
        await cloud.session(resilience=shared).request(ME)
    assert cloud.time() - began == pytest.approx(0.1, abs=0.01)


# The connection


async def test_nobody_listens(cloud: Cloud) -> None:
    port = unused_port()
    with pytest.raises(CommunicationError) as caught:
        await cloud.session(url=URL(f"http://127.0.0.1:{port}")).request(ME)
    assert str(caught.value) == "Ring could not be reached (ClientConnectorError)"
    assert caught.value.__suppress_context__


class NoNames(AbstractResolver):
    """A name server that knows nothing."""

    async def resolve(self, *_: Any, **__: Any) -> list[ResolveResult]:
        raise OSError("Name or service not known")

    async def close(self) -> None:
        pass


async def test_the_name_is_not_found(cloud: Cloud) -> None:
    connector = aiohttp.TCPConnector(resolver=NoNames())
    async with aiohttp.ClientSession(connector=connector) as cloud.websession:
        with pytest.raises(CommunicationError, match="DNS"):
            await cloud.session(url=URL("https://ring.invalid")).request(ME)


@pytest.mark.parametrize(
    "said", [b"", b"\x00garbage\r\n\r\n", b"HTTP/1.1 999999 X\r\n\r\n", b"HTTP/1.1 200"]
)
async def test_what_is_not_http(cloud: Cloud, said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CommunicationError):
            await cloud.session(url=URL(f"http://127.0.0.1:{port}")).request(ME)


async def test_a_body_that_is_not_compressed_as_it_says(cloud: Cloud) -> None:
    fail(cloud, headers={"Content-Encoding": "gzip"})
    with pytest.raises(CommunicationError):
        await cloud.session().request(ME)


async def test_the_size_of_a_body_is_limited(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len((await cloud.session().request(ME)).body)
    monkeypatch.setattr(transport, "MAX_BODY", size)
    assert len((await cloud.session().request(ME)).body) == size
    monkeypatch.setattr(transport, "MAX_BODY", size - 1)
    shared = cloud.resilience(breaker=CircuitBreaker("Ring", threshold=1))
    with pytest.raises(ResponseError, match="larger") as caught:
        await cloud.session(resilience=shared).request(ME)
    assert caught.value.status == 200
    assert shared.breaker.state is BreakerState.CLOSED


# Signing in


@pytest.mark.parametrize("body", ["empty", "json"])
async def test_a_token_that_ended_is_renewed_once(cloud: Cloud, body: Any) -> None:
    cloud.simulator.behaviour.unauthorized_body = body
    account = Account(cloud.simulator)
    cloud.simulator.tokens.expire(account.pair.access_token)
    await cloud.session(account.tokens()).request(play(cloud))
    assert cloud.statuses == [401, 200]
    assert account.refreshes == 1
    assert cloud.headers[0]["Authorization"] != cloud.headers[1]["Authorization"]


async def test_a_hundred_requests_share_one_renewal(cloud: Cloud) -> None:
    account = Account(cloud.simulator)
    cloud.simulator.tokens.expire(account.pair.access_token)
    session = cloud.session(account.tokens())
    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(session.request(ME))
    assert account.refreshes == 1
    assert cloud.statuses.count(200) == 100


async def test_a_new_token_that_is_rejected_too(cloud: Cloud) -> None:
    account = Account(cloud.simulator)
    fail(cloud, 401)
    with pytest.raises(AuthenticationError) as caught:
        await cloud.session(account.tokens()).request(ME)
    assert caught.value.status == 401
    assert cloud.statuses == [401, 401]
    assert account.refreshes == 1


async def test_an_account_that_removed_the_app(cloud: Cloud) -> None:
    account = Account(cloud.simulator)
    cloud.simulator.tokens.revoke_all(cloud.simulator.account)
    with pytest.raises(AuthenticationError):
        await cloud.session(account.tokens()).request(ME)
    assert cloud.statuses == [401]


async def test_every_outcome_is_reported_once(cloud: Cloud) -> None:
    told: list[RingError | None] = []
    session = cloud.session(report=told.append)
    await session.request(ME)
    fail(cloud, 500, count=2)
    await session.request(ME)
    fail(cloud, 500, count=3)
    with pytest.raises(ServerError) as failed:
        await session.request(ME)
    fail(cloud, 404)
    with pytest.raises(NotFoundError) as missing:
        await session.request(ME)
    assert told == [None, None, failed.value, missing.value]


async def test_the_log_holds_no_secret(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = Account(cloud.simulator)
    fail(cloud, 500, count=1)
    await cloud.session(account.tokens()).request(
        Request("GET", "/v1/devices?page[cursor]=AAAA", query={"code": "hidden"})
    )
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert [record.levelname for record in ours] == ["DEBUG"]
    (message,) = [record.getMessage() for record in ours]
    assert message.startswith("GET /v1/devices failed, trying again in 0.5 s: ")
    assert "hidden" not in message
    assert "AAAA" not in message
