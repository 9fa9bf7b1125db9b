"""What all sessions of a client ID share to stay within limits and outlast outages."""

import asyncio

from .breaker import CircuitBreaker
from .clock import Clock, Sleep, monotonic
from .limiter import SlidingWindowLimiter
from .network_pause import NetworkPause
from .retry import RetryPolicy


class Resilience:
    """Limiter, circuit breaker, retry policy and network pause of a client ID."""

    def __init__(
        self,
        *,
        limiter: SlidingWindowLimiter | None = None,
        breaker: CircuitBreaker | None = None,
        retry_policy: RetryPolicy | None = None,
        network_pause: NetworkPause | None = None,
        clock: Clock = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.limiter = limiter or SlidingWindowLimiter(clock=clock, sleep=sleep)
        self.breaker = breaker or CircuitBreaker("Ring's API", clock=clock)
        self.retry_policy = retry_policy or RetryPolicy()
        self.network_pause = network_pause or NetworkPause(clock=clock)
