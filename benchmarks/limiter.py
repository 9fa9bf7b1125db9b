"""Duration of a grant while the limiter is below its limit."""

import asyncio
import time

from custom_components.ring_partner.api.limiter import SlidingWindowLimiter

from .table import Row

_CALLS = 50_000
_ROUNDS = 5


async def run() -> list[Row]:
    """Measure grants per second; the baseline is a semaphore."""
    # The fastest of alternating rounds, to reduce the effect of other processes.
    seconds = [(await _limiter(), await _semaphore()) for _ in range(_ROUNDS)]
    ours, baseline = (_CALLS / min(times) for times in zip(*seconds, strict=True))
    return [
        Row(
            name="Limiter below its limit (asyncio.Semaphore)",
            ours=ours,
            other=baseline,
            unit="grants/s",
            ratio=ours / baseline,
        )
    ]


async def _limiter() -> float:
    # A short window, so that the measurement includes the removal of expired grants.
    limiter = SlidingWindowLimiter(_CALLS, window=0.001, margin=0.0)
    started = time.perf_counter()
    for _ in range(_CALLS):
        await limiter.acquire()
    return time.perf_counter() - started


async def _semaphore() -> float:
    semaphore = asyncio.Semaphore(1)
    started = time.perf_counter()
    for _ in range(_CALLS):
        await semaphore.acquire()
        semaphore.release()
    return time.perf_counter() - started
