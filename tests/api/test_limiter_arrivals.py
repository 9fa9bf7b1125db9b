"""Requests that arrive at Ring in one second, if they take different times."""

import asyncio
from collections.abc import Callable
from itertools import cycle
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api import (
    Priority,
    RetryPolicy,
    SlidingWindowLimiter,
)
from custom_components.ring_partner.api.limiter import ARRIVAL_MARGIN
from ring_simulator import Simulator

from .manual_event_loop import ManualEventLoop
from .simulated_cloud import ACCOUNT_REQUEST, SimulatedCloud

LIMIT = 100
REQUESTS = 500
MIN_LATENCY = 0.05


def max_arrivals(latency: Callable[[], float], margin: float = ARRIVAL_MARGIN) -> int:
    """Send requests as fast as the limiter allows, and count their arrivals.

    Returns:
        The most requests that arrived within any second, as the simulator counts them.
    """
    loop = ManualEventLoop()
    limiter = SlidingWindowLimiter(margin=margin, clock=loop.time)
    rate_limit = Simulator(clock=loop.time).rate_limit
    arrived = 0

    async def send() -> None:
        nonlocal arrived
        await limiter.acquire()
        await asyncio.sleep(latency())
        rate_limit.count("client")
        arrived += 1

    for _ in range(REQUESTS):
        loop.spawn(send())
    loop.advance(30)
    assert arrived == REQUESTS
    return rate_limit.max_in_window


def random_latency(seed: int) -> Callable[[], float]:
    """Return latencies that differ by up to 250 ms."""
    random = Random(seed)
    return lambda: MIN_LATENCY + random.uniform(0, 0.25)


@pytest.mark.parametrize("seed", range(10))
def test_random_latency(seed: int) -> None:
    assert 90 <= max_arrivals(random_latency(seed)) <= LIMIT
    assert max_arrivals(random_latency(seed), margin=0.0) > LIMIT


def test_worst_latency() -> None:
    """A burst of slow requests is followed by a burst of fast ones."""

    def latency() -> Callable[[], float]:
        seconds = cycle([0.3] * LIMIT + [0.05] * LIMIT)
        return lambda: next(seconds)

    assert max_arrivals(latency()) == LIMIT
    assert max_arrivals(latency(), margin=0.0) == 2 * LIMIT


@given(st.lists(st.floats(0, 0.2499), min_size=1, max_size=20))
def test_any_latency(latencies: list[float]) -> None:
    seconds = cycle(latencies)
    assert max_arrivals(lambda: next(seconds)) <= LIMIT


@pytest.mark.parametrize(("margin", "exceeds"), [(ARRIVAL_MARGIN, False), (0.0, True)])
async def test_requests_of_several_sessions(
    cloud: SimulatedCloud, margin: float, *, exceeds: bool
) -> None:
    cloud.latency = random_latency(7)
    shared = cloud.resilience(
        limiter=SlidingWindowLimiter(
            margin=margin, clock=cloud.time, sleep=cloud.sleep
        ),
        retry_policy=RetryPolicy(attempts=1),
    )
    sessions = [cloud.session(resilience=shared) for _ in range(3)]
    await asyncio.gather(
        *(
            sessions[number % 3].request(ACCOUNT_REQUEST, priority=Priority.USER)
            for number in range(REQUESTS)
        ),
        return_exceptions=True,
    )
    assert (cloud.simulator.rate_limit.max_in_window > LIMIT) is exceeds
    assert (429 in cloud.statuses) is exceeds
    if not exceeds:
        assert cloud.statuses == [200] * REQUESTS
