"""A session waits, is refused, and spares a failing service."""

import asyncio
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
    ResponseError,
    RetryPolicy,
    RingError,
    ServerError,
)
from custom_components.ring_partner.api.resilience import BreakerState
from custom_components.ring_partner.api.session import Request
from ring_simulator import Fault

from .asking import ME, fail
from .cloud import START, Cloud


async def test_403_for_the_account_is_a_lost_sign_in(cloud: Cloud) -> None:
    fail(cloud, 403)
    request = Request("GET", "/v1/users/me", forbidden_means_signed_out=True)
    with pytest.raises(AuthenticationError) as caught:
        await cloud.session().request(request)
    assert caught.value.status == 403
    assert caught.value.title == "Out of Scope Access"
    fail(cloud, 403, body="html")
    with pytest.raises(NetworkRefusedError):
        await cloud.session().request(request)


# Pauses


async def test_one_pause_for_all_sessions(cloud: Cloud) -> None:
    shared = cloud.resilience()
    fail(cloud, 429, retry_after="120", count=1)
    with pytest.raises(RateLimitError) as caught:
        await cloud.session(resilience=shared).request(ME)
    assert caught.value.retry_after == 120

    cloud.time.advance(100)
    for priority in Priority:
        with pytest.raises(RateLimitError) as caught:
            await cloud.session(resilience=shared).request(ME, priority=priority)
        assert caught.value.retry_after == pytest.approx(20, abs=1)
    assert cloud.statuses == [429]

    cloud.time.advance(11)  # what is left is worth waiting for
    await cloud.session(resilience=shared).request(ME)
    assert cloud.statuses == [429, 200]
    assert sum(cloud.slept) == pytest.approx(9, abs=1)


@pytest.mark.parametrize(
    ("header", "expected"),
    [(None, 60), ("soon", 60), ("-5", 60), ("999999999", 60), ("", 60), ("30", 30)],
)
async def test_an_absent_or_absurd_retry_after_is_a_minute(
    cloud: Cloud, header: str | None, expected: float
) -> None:
    shared = cloud.resilience()
    fail(cloud, 429, retry_after=header)
    with pytest.raises(RateLimitError) as caught:
        await cloud.session(resilience=shared).request(ME)
    assert caught.value.retry_after == expected
    assert shared.limiter.paused_for == pytest.approx(expected, abs=1)


async def test_retry_after_as_a_date(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: START)
    fail(cloud, 429, retry_after=formatdate(START + 90, usegmt=True))
    with pytest.raises(RateLimitError) as caught:
        await cloud.session().request(ME)
    assert caught.value.retry_after == 90


@pytest.mark.parametrize("fault", [{"status": 406}, {"status": 403, "body": "html"}])
async def test_the_pause_after_a_refusal_doubles(
    cloud: Cloud, fault: dict[str, Any]
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    fail(cloud, **fault)
    minutes = []
    for number in range(10):
        with pytest.raises(NetworkRefusedError) as caught:
            await session.request(ME)
        assert caught.value.retry_after is not None
        minutes.append(round(caught.value.retry_after / 60))
        assert len(cloud.headers) == number + 1

        cloud.time.advance(caught.value.retry_after - 60)
        with pytest.raises(NetworkRefusedError) as caught:
            await session.request(ME)
        assert caught.value.retry_after == pytest.approx(60, abs=1)
        assert len(cloud.headers) == number + 1
        cloud.time.advance(61)
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]

    cloud.simulator.faults.clear()
    await session.request(ME)
    fail(cloud, **fault)
    with pytest.raises(NetworkRefusedError) as caught:
        await session.request(ME)
    assert caught.value.retry_after == pytest.approx(15 * 60, abs=1)


async def test_a_person_may_try_though_refused(cloud: Cloud) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    fail(cloud, 406, count=3)
    for priority in (Priority.BACKGROUND, Priority.USER, Priority.USER):
        with pytest.raises(NetworkRefusedError) as caught:
            await session.request(ME, priority=priority)
        assert caught.value.retry_after == pytest.approx(15 * 60, abs=1)
    assert cloud.statuses == [406] * 3
    with pytest.raises(NetworkRefusedError):
        await session.request(ME)

    await session.request(ME, priority=Priority.USER)  # proof of the contrary
    await session.request(ME)
    assert cloud.statuses == [406] * 3 + [200] * 2


async def test_never_more_than_ring_allows(cloud: Cloud) -> None:
    shared = cloud.resilience()
    sessions = [cloud.session(resilience=shared) for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        for number in range(250):
            group.create_task(sessions[number % 3].request(ME))
    assert cloud.statuses == [200] * 250
    assert cloud.simulator.rate_limit.max_in_window <= 100


async def test_the_limit_that_ring_names_is_kept(cloud: Cloud) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    cloud.simulator.rate_limit.limit = 10
    await session.request(ME)
    assert shared.limiter.limit == 10
    fail(cloud, headers={"X-RateLimit-Limit": "²", "X-RateLimit-Remaining": "-1"})
    await session.request(ME)
    assert shared.limiter.limit == 10


# The breaker


async def test_the_breaker_opens_tries_and_closes(cloud: Cloud) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", clock=cloud.time, random=lambda: 0.5)
    )
    session = cloud.session(resilience=shared)
    fail(cloud, 500)
    with pytest.raises(ServerError):
        await session.request(ME)
    with pytest.raises(CircuitOpenError):  # the fifth failure cuts the tries short
        await session.request(ME)
    assert len(cloud.headers) == 5
    assert shared.breaker.state is BreakerState.OPEN

    with pytest.raises(CircuitOpenError) as caught:
        await session.request(ME, priority=Priority.USER)
    assert caught.value.retry_after == pytest.approx(30, abs=2)
    assert len(cloud.headers) == 5

    cloud.time.advance(31)
    with pytest.raises(CircuitOpenError) as caught:
        await session.request(ME)
    assert len(cloud.headers) == 6  # one request found out
    assert caught.value.retry_after == pytest.approx(60, abs=2)

    cloud.simulator.faults.clear()
    cloud.time.advance(61)
    await session.request(ME)
    assert str(shared.breaker.state) == "closed"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"body": "device_offline"}, DeviceOfflineError),
        ({"status": 404}, NotFoundError),
        ({"body": "huge"}, ResponseError),
    ],
)
async def test_what_says_nothing_of_the_service_opens_nothing(
    cloud: Cloud, fault: dict[str, Any], error: type[RingError]
) -> None:
    shared = cloud.resilience()
    session = cloud.session(resilience=shared)
    fail(cloud, **fault)
    device = cloud.simulator.device("Garden").id
    request = Request("GET", f"/v1/devices/{device}", about_device=True)
    for _ in range(6):
        with pytest.raises(error):
            await session.request(request)
    assert shared.breaker.state is BreakerState.CLOSED
    assert len(cloud.headers) == 6


@pytest.mark.parametrize("repeat", [{"status": 500}, {"body": "reset"}])
async def test_a_repeat_that_fails_after_a_401_counts(
    cloud: Cloud, repeat: dict[str, Any]
) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=1, clock=cloud.time),
        policy=RetryPolicy(attempts=1),
    )
    fail(cloud, 401, count=1)
    cloud.simulator.faults.add(Fault(**repeat))
    with pytest.raises((ServerError, CommunicationError)):
        await cloud.session(resilience=shared).request(ME)
    assert cloud.statuses == [401, repeat.get("status")]
    assert shared.breaker.state is BreakerState.OPEN


async def test_a_final_401_is_no_verdict(cloud: Cloud) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=2, clock=cloud.time),
        policy=RetryPolicy(attempts=1),
    )
    session = cloud.session(resilience=shared)
    fail(cloud, 500, count=1)
    with pytest.raises(ServerError):
        await session.request(ME)
    fail(cloud, 401, count=2)
    with pytest.raises(AuthenticationError):
        await session.request(ME)
    assert shared.breaker.state is BreakerState.CLOSED  # it was no failure

    fail(cloud, 500)
    with pytest.raises(ServerError):
        await session.request(ME)
    assert shared.breaker.state is BreakerState.OPEN  # nor did it make up for one
    assert cloud.statuses == [500, 401, 401, 500]


async def test_a_final_401_leaves_a_trial_to_the_next_request(cloud: Cloud) -> None:
    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=1, clock=cloud.time),
        policy=RetryPolicy(attempts=1),
    )
    session = cloud.session(resilience=shared)
    fail(cloud, 500, count=1)
    with pytest.raises(ServerError):
        await session.request(ME)
    cloud.time.advance(60)
    fail(cloud, 401, count=2)
    with pytest.raises(AuthenticationError):
        await session.request(ME)
    assert shared.breaker.state is BreakerState.HALF_OPEN
    await session.request(ME)
    assert str(shared.breaker.state) == "closed"


@pytest.mark.parametrize("failures", [0, 5])
async def test_cancelling_leaves_the_breaker_usable(
    cloud: Cloud, failures: int
) -> None:
    shared = cloud.resilience(policy=RetryPolicy(attempts=1))
    session = cloud.session(resilience=shared)
    fail(cloud, 500)
    for _ in range(failures):
        with pytest.raises(ServerError):
            await session.request(ME)
    cloud.time.advance(1000)

    fail(cloud, body="half_closed")
    task = asyncio.create_task(session.request(ME))
    await asyncio.sleep(1)  # time passes once the answer has fallen silent
    assert len(cloud.simulator.requests) == failures + 1
    if failures:
        with pytest.raises(CircuitOpenError):
            await session.request(ME)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    cloud.simulator.faults.clear()
    await session.request(ME)
    assert shared.breaker.state is BreakerState.CLOSED


# Telling
