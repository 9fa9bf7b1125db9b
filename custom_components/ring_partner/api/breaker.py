"""Stops asking a service that doesn't answer, and notices when it is back."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
import logging
import random as random_module

from .errors import CircuitOpenError
from .timing import Clock, Random, monotonic

_LOGGER = logging.getLogger(__name__)

# How long to hold off, in seconds, while another request finds out.
_PROBE_TIME = 5.0

_JITTER = 0.2

type Report = Callable[[bool | None], None]


class BreakerState(StrEnum):
    """What a circuit breaker does with requests."""

    CLOSED = "closed"
    """They pass."""
    OPEN = "open"
    """They fail at once."""
    HALF_OPEN = "half_open"
    """One at a time passes to try the service."""


class Permit:
    """Leave for one request. The first verdict counts, later ones don't.

    Every permit needs a verdict, or a half-open breaker waits for it for ever.
    """

    __slots__ = ("_report",)

    def __init__(self, report: Report) -> None:
        self._report: Report | None = report

    def succeed(self) -> None:
        """Say that the service works."""
        self._settle(verdict=True)

    def fail(self) -> None:
        """Say that the service doesn't work."""
        self._settle(verdict=False)

    def release(self) -> None:
        """Say that nothing was learned, as when the request was cancelled."""
        self._settle(verdict=None)

    def _settle(self, *, verdict: bool | None) -> None:
        report, self._report = self._report, None
        if report is not None:
            report(verdict)


class CircuitBreaker:
    """Opens after failures in a row, then lets one request at a time try again.

    What a failure is, the caller decides. The breaker stays open for `base_open`
    seconds, doubled with each trial that fails up to `max_open`, give or take a fifth
    but never outside these two. It has no timer: it becomes half-open with the first
    request after that time.
    """

    def __init__(
        self,
        name: str,
        *,
        threshold: int = 5,
        base_open: float = 30.0,
        max_open: float = 900.0,
        clock: Clock = monotonic,
        random: Random = random_module.random,
    ) -> None:
        """Make a closed breaker.

        Args:
            name: What it protects, for errors and the log.
            threshold: Failures in a row that open it.
            base_open: Seconds for which it opens at first.
            max_open: Seconds for which it opens at most.
            clock: Monotonic time in seconds.
            random: A number from 0 up to, but not including, 1.
        """
        self.name = name
        self._threshold = threshold
        self._base_open = base_open
        self._max_open = max_open
        self._clock = clock
        self._random = random
        self._state = BreakerState.CLOSED
        # A permit belongs to the generation it was given in. Each change of state
        # begins another, which verdicts on the past leave alone.
        self._generation = 0
        self._failures = 0
        self._probe_out = False
        self._opening = base_open
        self._open_until = 0.0
        self._observers: dict[object, Callable[[BreakerState], None]] = {}

    @property
    def state(self) -> BreakerState:
        """What happens to requests at present."""
        return self._state

    @property
    def retry_after(self) -> float:
        """Seconds until a request has a chance, 0 if it has one now."""
        if self._state is BreakerState.OPEN:
            return max(0.0, self._open_until - self._clock())
        return min(_PROBE_TIME, self._base_open) if self._probe_out else 0.0

    def enter(self) -> Permit:
        """Return leave for one request.

        Raises:
            CircuitOpenError: The breaker is open, or half-open with its one request
                under way. `retry_after` says when to ask again.
        """
        if self._state is BreakerState.OPEN and self._clock() >= self._open_until:
            self._change(BreakerState.HALF_OPEN)
        if self._state is BreakerState.OPEN or self._probe_out:
            raise CircuitOpenError(
                f"{self.name} has failed too often to be asked again now",
                retry_after=self.retry_after,
            )
        self._probe_out = self._state is BreakerState.HALF_OPEN
        return Permit(partial(self._settle, self._generation))

    def subscribe(self, callback: Callable[[BreakerState], None]) -> Callable[[], None]:
        """Call `callback` with each new state, until the result is called."""
        key = object()
        self._observers[key] = callback

        def unsubscribe() -> None:
            self._observers.pop(key, None)

        return unsubscribe

    def _settle(self, generation: int, verdict: bool | None) -> None:  # noqa: FBT001
        if generation != self._generation:
            return
        self._probe_out = False
        if verdict is None:
            return
        if verdict:
            self._failures = 0
            if self._state is BreakerState.HALF_OPEN:
                self._opening = self._base_open
                self._change(BreakerState.CLOSED)
            return
        self._failures += 1
        if self._state is BreakerState.HALF_OPEN:
            self._opening = min(2 * self._opening, self._max_open)
            self._open()
        elif self._failures >= self._threshold:
            self._open()

    def _open(self) -> None:
        jittered = self._opening * (1 - _JITTER + 2 * _JITTER * self._random())
        opening = min(max(jittered, self._base_open), self._max_open)
        self._open_until = self._clock() + opening
        self._change(BreakerState.OPEN)

    def _change(self, state: BreakerState) -> None:
        self._state = state
        self._generation += 1
        _LOGGER.debug("The circuit breaker for %s is %s", self.name, state)
        for callback in tuple(self._observers.values()):
            try:
                callback(state)
            except Exception:
                # Whoever looks on must not decide whether requests pass.
                _LOGGER.exception("An observer of the circuit breaker failed")
