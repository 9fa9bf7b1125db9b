"""Pauses, rate limit and circuit breaker of sessions."""

import asyncio
from contextlib import suppress
from email.utils import formatdate
from typing import Any

import pytest

from custom_components.ring_partner.api import (
    AuthenticationError,
    CircuitBreaker,
    CircuitOpenError,
    CommunicationError,
    DeviceOfflineError,
    NetworkRefusedError,
    NotFoundError,
    Priority,
    RateLimitError,
    RefreshingTokens,
    ResponseError,
    RetryPolicy,
    RingError,
    ServerError,
    TokenPair,
)
from custom_components.ring_partner.api.breaker import BreakerState
from custom_components.ring_partner.api.session import Request
from ring_simulator import Fault

from .simulated_cloud import ACCOUNT_REQUEST, START, SignedInAccount, SimulatedCloud


async def test_403_for_the_account_is_an_authentication_error(
    cloud: SimulatedCloud,
) -> None:
    cloud.set_fault(403)
    request = Request("GET", "/v1/users/me", forbidden_means_signed_out=True)
    with pytest.raises(AuthenticationError) as caught:
        await cloud.session().request(request)
    assert caught.value.status == 403
    assert caught.value.title == "Out of Scope Access"
    cloud.set_fault(403, body="html")
    with pytest.raises(NetworkRefusedError):
        await cloud.session().request(request)


# Pauses


async def test_sessions_share_a_pause(cloud: SimulatedCloud) -> None:
    shared = cloud.resilience()
    cloud.set_fault(429, retry_after="120", count=1)
    with pytest.raises(RateLimitError) as caught:
        await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert caught.value.retry_after == 120

    cloud.time.advance(100)
    for priority in Priority:
        with pytest.raises(RateLimitError) as caught:
            await cloud.session(resilience=shared).request(
                ACCOUNT_REQUEST, priority=priority
            )
        assert caught.value.retry_after == pytest.approx(20, abs=1)
    assert cloud.statuses == [429]

    cloud.time.advance(11)  # the rest is short enough to wait for
    await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert cloud.statuses == [429, 200]
    assert sum(cloud.sleeps) == pytest.approx(9, abs=1)


@pytest.mark.parametrize(
    ("header", "expected"),
    [(None, 60), ("soon", 60), ("-5", 60), ("999999999", 60), ("", 60), ("30", 30)],
)
async def test_default_for_a_missing_or_invalid_retry_after(
    cloud: SimulatedCloud, header: str | None, expected: float
) -> None:
    shared = cloud.resilience()
    cloud.set_fault(429, retry_after=header)
    with pytest.raises(RateLimitError) as caught:
        await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert caught.value.retry_after == expected
    assert shared.limiter.paused_for == pytest.approx(expected, abs=1)


async def test_retry_after_with_a_date(
    cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: START)
    cloud.set_fault(429, retry_after=formatdate(START + 90, usegmt=True))
    with pytest.raises(RateLimitError) as caught:
        await cloud.session().request(ACCOUNT_REQUEST)
    assert caught.value.retry_after == 90


@pytest.mark.parametrize(
    ("others", "priority", "statuses"),
    [
        (99, Priority.BACKGROUND, [429]),
        (99, Priority.USER, [429, 200]),
        (49, Priority.BACKGROUND, [429, 200]),
    ],
)
async def test_background_requests_are_not_repeated_in_a_crowd(
    cloud: SimulatedCloud, others: int, priority: Priority, statuses: list[int]
) -> None:
    """All others with the same client ID were refused at the same time, too."""
    cloud.set_fault(429, retry_after="2", count=1)
    for _ in range(others):
        cloud.simulator.rate_limit.count(cloud.simulator.client.client_id)
    with suppress(RateLimitError):
        await cloud.session().request(ACCOUNT_REQUEST, priority=priority)
    assert cloud.statuses == statuses


async def test_a_refused_token_request_means_a_crowd(cloud: SimulatedCloud) -> None:
    """A home requests too few tokens to be refused because of its own requests."""
    shared, account = cloud.resilience(), SignedInAccount(cloud.simulator)
    cloud.simulator.tokens.expire(account.pair.access_token)

    async def refuse(pair: TokenPair) -> TokenPair:
        raise RateLimitError("Too many requests", status=429, retry_after=60)

    tokens = RefreshingTokens(lambda: account.pair, refuse, clock=cloud.simulator.clock)
    with pytest.raises(RateLimitError):
        await cloud.session(tokens, resilience=shared).request(ACCOUNT_REQUEST)
    assert cloud.statuses == [401]
    assert shared.limiter.is_crowded

    await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert not shared.limiter.is_crowded


@pytest.mark.parametrize("fault", [{"status": 406}, {"status": 403, "body": "html"}])
async def test_the_network_pause_doubles(
    cloud: SimulatedCloud, fault: dict[str, Any]
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    cloud.set_fault(**fault)
    minutes = []
    for number in range(10):
        with pytest.raises(NetworkRefusedError) as caught:
            await session.request(ACCOUNT_REQUEST)
        assert caught.value.retry_after is not None
        minutes.append(round(caught.value.retry_after / 60))
        assert len(cloud.request_headers) == number + 1

        cloud.time.advance(caught.value.retry_after - 60)
        with pytest.raises(NetworkRefusedError) as caught:
            await session.request(ACCOUNT_REQUEST)
        assert caught.value.retry_after == pytest.approx(60, abs=1)
        assert len(cloud.request_headers) == number + 1
        cloud.time.advance(61)
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]

    cloud.simulator.faults.clear()
    await session.request(ACCOUNT_REQUEST)
    cloud.set_fault(**fault)
    with pytest.raises(NetworkRefusedError) as caught:
        await session.request(ACCOUNT_REQUEST)
    assert caught.value.retry_after == pytest.approx(15 * 60, abs=1)


async def test_user_requests_are_sent_during_the_network_pause(
    cloud: SimulatedCloud,
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    cloud.set_fault(406, count=3)
    for priority in (Priority.BACKGROUND, Priority.USER, Priority.USER):
        with pytest.raises(NetworkRefusedError) as caught:
            await session.request(ACCOUNT_REQUEST, priority=priority)
        assert caught.value.retry_after == pytest.approx(15 * 60, abs=1)
    assert cloud.statuses == [406] * 3
    with pytest.raises(NetworkRefusedError):
        await session.request(ACCOUNT_REQUEST)

    await session.request(ACCOUNT_REQUEST, priority=Priority.USER)  # ends the pause
    await session.request(ACCOUNT_REQUEST)
    assert cloud.statuses == [406] * 3 + [200] * 2


async def test_no_more_requests_than_ring_allows(cloud: SimulatedCloud) -> None:
    shared = cloud.resilience()
    sessions = [cloud.session(resilience=shared) for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        for number in range(250):
            group.create_task(sessions[number % 3].request(ACCOUNT_REQUEST))
    assert cloud.statuses == [200] * 250
    assert cloud.simulator.rate_limit.max_in_window <= 100


async def test_lower_limit_from_ring(cloud: SimulatedCloud) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    cloud.simulator.rate_limit.limit = 10
    await session.request(ACCOUNT_REQUEST)
    assert shared.limiter.limit == 10
    cloud.set_fault(headers={"X-RateLimit-Limit": "²", "X-RateLimit-Remaining": "-1"})
    await session.request(ACCOUNT_REQUEST)
    assert shared.limiter.limit == 10


@pytest.mark.parametrize(
    ("header", "limit"), [("7", 7), ("000000007", 7), ("0000000007", 100), ("+7", 100)]
)
async def test_header_with_the_limit(
    cloud: SimulatedCloud, header: str, limit: int
) -> None:
    shared = cloud.resilience()
    cloud.set_fault(headers={"X-RateLimit-Limit": header})
    await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert shared.limiter.limit == limit


async def test_background_requests_slow_down_when_little_remains(
    cloud: SimulatedCloud,
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    cloud.set_fault(headers={"X-RateLimit-Remaining": "0"})
    await session.request(ACCOUNT_REQUEST)
    await session.request(ACCOUNT_REQUEST, priority=Priority.USER)
    assert cloud.sleeps == []
    await session.request(ACCOUNT_REQUEST)
    assert sum(cloud.sleeps) == pytest.approx(1.25, abs=0.1)


async def test_user_requests_go_before_background_requests(
    cloud: SimulatedCloud,
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    shared.limiter.pause_until(cloud.time() + 1)
    async with asyncio.TaskGroup() as group:
        group.create_task(session.request(Request("GET", "/v1/devices")))
        await asyncio.sleep(0)
        group.create_task(session.request(ACCOUNT_REQUEST, priority=Priority.USER))
    assert [path for _, path, _ in cloud.requests] == ["/v1/users/me", "/v1/devices"]


# The breaker


async def test_the_breaker_opens_tries_and_closes(cloud: SimulatedCloud) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", clock=cloud.time, random=lambda: 0.5)
    )
    session = cloud.session(resilience=shared)
    cloud.set_fault(500)
    with pytest.raises(ServerError):
        await session.request(ACCOUNT_REQUEST)
    with pytest.raises(CircuitOpenError):  # the fifth failure ends the attempts
        await session.request(ACCOUNT_REQUEST)
    assert len(cloud.request_headers) == 5
    assert shared.breaker.state is BreakerState.OPEN

    with pytest.raises(CircuitOpenError) as caught:
        await session.request(ACCOUNT_REQUEST, priority=Priority.USER)
    assert caught.value.retry_after == pytest.approx(30, abs=2)
    assert len(cloud.request_headers) == 5

    cloud.time.advance(31)
    with pytest.raises(CircuitOpenError) as caught:
        await session.request(ACCOUNT_REQUEST)
    assert len(cloud.request_headers) == 6  # one trial request
    assert caught.value.retry_after == pytest.approx(60, abs=2)

    cloud.simulator.faults.clear()
    cloud.time.advance(61)
    await session.request(ACCOUNT_REQUEST)
    assert str(shared.breaker.state) == "closed"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"body": "device_offline"}, DeviceOfflineError),
        ({"status": 404}, NotFoundError),
        ({"body": "huge"}, ResponseError),
    ],
)
async def test_other_errors_do_not_open_the_breaker(
    cloud: SimulatedCloud, fault: dict[str, Any], error: type[RingError]
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    cloud.set_fault(**fault)
    device = cloud.simulator.device("Garden").id
    request = Request("GET", f"/v1/devices/{device}", about_device=True)
    for _ in range(6):
        with pytest.raises(error):
            await session.request(request)
    assert shared.breaker.state is BreakerState.CLOSED
    assert len(cloud.request_headers) == 6


@pytest.mark.parametrize("repeat", [{"status": 500}, {"body": "reset"}])
async def test_failure_after_a_401_counts_for_the_breaker(
    cloud: SimulatedCloud, repeat: dict[str, Any]
) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=1, clock=cloud.time),
        retry_policy=RetryPolicy(attempts=1),
    )
    cloud.set_fault(401, count=1)
    cloud.simulator.faults.add(Fault(**repeat))
    with pytest.raises((ServerError, CommunicationError)):
        await cloud.session(resilience=shared).request(ACCOUNT_REQUEST)
    assert cloud.statuses == [401, repeat.get("status")]
    assert shared.breaker.state is BreakerState.OPEN


async def test_401_is_neither_failure_nor_success_for_the_breaker(
    cloud: SimulatedCloud,
) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=2, clock=cloud.time),
        retry_policy=RetryPolicy(attempts=1),
    )
    session = cloud.session(resilience=shared)
    cloud.set_fault(500, count=1)
    with pytest.raises(ServerError):
        await session.request(ACCOUNT_REQUEST)
    cloud.set_fault(401, count=2)
    with pytest.raises(AuthenticationError):
        await session.request(ACCOUNT_REQUEST)
    assert shared.breaker.state is BreakerState.CLOSED  # no failure

    cloud.set_fault(500)
    with pytest.raises(ServerError):
        await session.request(ACCOUNT_REQUEST)
    assert shared.breaker.state is BreakerState.OPEN  # no success either
    assert cloud.statuses == [500, 401, 401, 500]


async def test_401_of_a_trial_request_keeps_the_breaker_half_open(
    cloud: SimulatedCloud,
) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=1, clock=cloud.time),
        retry_policy=RetryPolicy(attempts=1),
    )
    session = cloud.session(resilience=shared)
    cloud.set_fault(500, count=1)
    with pytest.raises(ServerError):
        await session.request(ACCOUNT_REQUEST)
    cloud.time.advance(60)
    cloud.set_fault(401, count=2)
    with pytest.raises(AuthenticationError):
        await session.request(ACCOUNT_REQUEST)
    assert shared.breaker.state is BreakerState.HALF_OPEN
    await session.request(ACCOUNT_REQUEST)
    assert str(shared.breaker.state) == "closed"


@pytest.mark.parametrize("failures", [0, 5])
async def test_the_breaker_works_after_a_cancellation(
    cloud: SimulatedCloud, failures: int
) -> None:
    shared = cloud.resilience(retry_policy=RetryPolicy(attempts=1))
    session = cloud.session(resilience=shared)
    cloud.set_fault(500)
    for _ in range(failures):
        with pytest.raises(ServerError):
            await session.request(ACCOUNT_REQUEST)
    cloud.time.advance(1000)

    cloud.set_fault(body="half_closed")
    task = asyncio.create_task(session.request(ACCOUNT_REQUEST))
    await asyncio.sleep(1)  # passes once the server no longer sends data
    assert len(cloud.simulator.requests) == failures + 1
    if failures:
        with pytest.raises(CircuitOpenError):
            await session.request(ACCOUNT_REQUEST)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    cloud.simulator.faults.clear()
    await session.request(ACCOUNT_REQUEST)
    assert shared.breaker.state is BreakerState.CLOSED
