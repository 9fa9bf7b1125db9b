"""The long pause after Ring's edge refused the network we come from.

A 406 is no fault of the token or the request (Ring Partner API reference, 6);
asking again soon only prolongs it.
"""

from typing import Final

from .errors import NetworkRefusedError
from .timing import Clock

FIRST_PAUSE: Final = 15 * 60.0
"""Seconds of the first pause; each further refusal doubles it."""
LONGEST_PAUSE: Final = 24 * 3600.0


class RefusalPause:
    """Keeps background requests back while the network is refused."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._pause = 0.0
        self._until = 0.0

    @property
    def left(self) -> float:
        """Seconds until background requests may go again."""
        return max(0.0, self._until - self._clock())

    def check(self) -> None:
        """Let a request through, or not.

        Raises:
            NetworkRefusedError: the pause is not over.

        """
        if left := self.left:
            raise NetworkRefusedError(
                "Ring refuses connections from this network",
                status=406,
                retry_after=left,
            )

    def refused(self) -> float:
        """Note a refusal and return the seconds to wait.

        Refusals of requests that were already under way count as one.
        """
        if not self.left:
            self._pause = min(max(FIRST_PAUSE, self._pause * 2), LONGEST_PAUSE)
            self._until = self._clock() + self._pause
        return self.left

    def accepted(self) -> None:
        """Forget the refusals: the network is welcome again."""
        self._pause = self._until = 0.0
