"""What asking the limiter costs while there is room."""

import asyncio
import time

from custom_components.ring_partner.api.resilience import SlidingWindowLimiter

from .table import Row

_CALLS = 50_000
_ROUNDS = 5


async def run() -> list[Row]:
    """Measure acquisitions per second against those of a bare semaphore."""
    # By turns, and the best of each: what else the machine does hits both alike.
    seconds = [(await _limiter(), await _semaphore()) for _ in range(_ROUNDS)]
    ours, baseline = (_CALLS / min(times) for times in zip(*seconds, strict=True))
    return [
        Row(
            name="Limiter, unsaturated (baseline: asyncio.Semaphore)",
            ours=ours,
            baseline=baseline,
            unit="acquisitions/s",
            ratio=ours / baseline,
        )
    ]


async def _limiter() -> float:
    # A short window, so that forgetting old grants is part of the price.
    limiter = SlidingWindowLimiter(_CALLS, 0.001)
    began = time.perf_counter()
    for _ in range(_CALLS):
        await limiter.acquire()
    return time.perf_counter() - began


async def _semaphore() -> float:
    semaphore = asyncio.Semaphore(1)
    began = time.perf_counter()
    for _ in range(_CALLS):
        await semaphore.acquire()
        semaphore.release()
    return time.perf_counter() - began
