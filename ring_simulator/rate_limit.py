"""Ring's rate limit: 100 requests per second for each client ID (API reference, 4)."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RateLimitResult:
    """Result of counting one request; ``retry_after`` is in seconds."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: int


@dataclass(slots=True)
class _Window:
    accepted: deque[float] = field(default_factory=deque)
    arrived: deque[float] = field(default_factory=deque)
    peak: int = 0


@dataclass(slots=True, eq=False)
class RateLimit:
    """Counts the requests of each client ID in a sliding window.

    Attributes:
        clock: Returns the time in epoch seconds.
        limit: Requests that are allowed within any window.
        window: Length of the window in seconds.
        retry_after: Seconds in the ``Retry-After`` header of a refused request.
    """

    clock: Callable[[], float]
    limit: int = 100
    window: float = 1.0
    retry_after: int = 60
    _windows: dict[str, _Window] = field(default_factory=dict)

    @property
    def max_in_window(self) -> int:
        """The highest ``peak`` of all client IDs."""
        return max((window.peak for window in self._windows.values()), default=0)

    def peak(self, client_id: str) -> int:
        """Return the most requests of a client ID that arrived within one window.

        Every request since the last reset counts, refused ones too. Two requests that
        arrive exactly ``window`` seconds apart are not within one window.
        """
        window = self._windows.get(client_id)
        return 0 if window is None else window.peak

    def count(self, client_id: str) -> RateLimitResult:
        """Count a request that arrives now, and return whether it is allowed."""
        now = self.clock()
        window = self._windows.setdefault(client_id, _Window())
        for times in (window.accepted, window.arrived):
            while times and times[0] <= now - self.window:
                times.popleft()
        window.arrived.append(now)
        window.peak = max(window.peak, len(window.arrived))
        allowed = len(window.accepted) < self.limit
        if allowed:
            window.accepted.append(now)
        remaining = self.limit - len(window.accepted)
        return RateLimitResult(allowed, self.limit, max(remaining, 0), self.retry_after)

    def reset(self) -> None:
        """Forget all requests and restore Ring's limit."""
        self._windows.clear()
        self.limit, self.window, self.retry_after = 100, 1.0, 60
