"""What stands between a request and Ring: limiter, retries and circuit breaker."""

from .breaker import BreakerState, CircuitBreaker, Permit
from .limiter import Priority, SlidingWindowLimiter
from .retry import RetryPolicy, is_repeatable, parse_retry_after
from .timing import Clock, Random, Sleep, monotonic

__all__ = [
    "BreakerState",
    "CircuitBreaker",
    "Clock",
    "Permit",
    "Priority",
    "Random",
    "RetryPolicy",
    "Sleep",
    "SlidingWindowLimiter",
    "is_repeatable",
    "monotonic",
    "parse_retry_after",
]
