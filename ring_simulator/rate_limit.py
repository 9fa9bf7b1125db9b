"""Ring's limit: 100 requests a second for each client id (API reference, 4)."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limit says about one request."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: int


@dataclass(slots=True)
class _Window:
    accepted: deque[float] = field(default_factory=deque)
    arrived: deque[float] = field(default_factory=deque)


@dataclass(slots=True, eq=False)
class RateLimit:
    """Counts requests in a sliding window, per client id.

    Attributes:
        clock: Epoch seconds.
        limit: Requests that are answered in any window.
        window: Seconds.
        retry_after: Seconds that the ``Retry-After`` of a refusal asks for.
        max_in_window: The most requests of one client id that ever arrived within
            one window, refused ones too.
    """

    clock: Callable[[], float]
    limit: int = 100
    window: float = 1.0
    retry_after: int = 60
    max_in_window: int = 0
    _windows: dict[str, _Window] = field(default_factory=dict)

    def count(self, client_id: str) -> Verdict:
        """Count a request that arrives now and say whether it is answered."""
        now = self.clock()
        seen = self._windows.setdefault(client_id, _Window())
        for times in (seen.accepted, seen.arrived):
            while times and times[0] <= now - self.window:
                times.popleft()
        seen.arrived.append(now)
        self.max_in_window = max(self.max_in_window, len(seen.arrived))
        allowed = len(seen.accepted) < self.limit
        if allowed:
            seen.accepted.append(now)
        remaining = self.limit - len(seen.accepted)
        return Verdict(allowed, self.limit, max(remaining, 0), self.retry_after)

    def reset(self) -> None:
        """Forget every request and go back to Ring's numbers."""
        self._windows.clear()
        self.limit, self.window, self.retry_after = 100, 1.0, 60
        self.max_in_window = 0
