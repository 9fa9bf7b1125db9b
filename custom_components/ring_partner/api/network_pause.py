"""The pause after Ring's edge servers refused the network.

A 406 isn't caused by the token or the request (Ring Partner API reference, 6), and
further requests prolong it.
"""

from typing import Final

from .clock import Clock
from .errors import NetworkRefusedError

MIN_PAUSE: Final = 15 * 60.0
"""Seconds of the first pause; each further refusal doubles it."""
MAX_PAUSE: Final = 24 * 3600.0
"""Seconds of the longest pause."""


class NetworkPause:
    """Holds back background requests while Ring refuses the network."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._duration = 0.0
        self._until = 0.0

    @property
    def remaining(self) -> float:
        """Seconds until background requests may be sent again."""
        return max(0.0, self._until - self._clock())

    def check(self) -> None:
        """Raise an error during the pause.

        Raises:
            NetworkRefusedError: The pause isn't over. `retry_after` is its rest.
        """
        if remaining := self.remaining:
            raise NetworkRefusedError(
                "Ring refuses connections from this network",
                status=406,
                retry_after=remaining,
            )

    def record_refusal(self) -> float:
        """Start a pause, and return the seconds to wait.

        A refusal during a pause doesn't prolong it: its request was sent before the
        pause or by a user.
        """
        if not self.remaining:
            self._duration = min(max(MIN_PAUSE, self._duration * 2), MAX_PAUSE)
            self._until = self._clock() + self._duration
        return self.remaining

    def skip(self) -> None:
        """End this pause for a user who tries again; the next one is still longer."""
        self._until = 0.0

    def reset(self) -> None:
        """End the pause, as Ring has accepted a request."""
        self._duration = self._until = 0.0
