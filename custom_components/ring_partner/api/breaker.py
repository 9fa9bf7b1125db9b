"""Stops requests to a service that fails, and finds out when it works again."""

from collections.abc import Callable
from enum import StrEnum
import logging
import random as random_module

from .clock import Clock, Random, monotonic
from .errors import CircuitOpenError

_LOGGER = logging.getLogger(__name__)

# Seconds to wait while a trial request runs.
_TRIAL_RETRY_AFTER = 5.0

_JITTER = 0.2

type Report = Callable[[int, int, bool | None], None]


class BreakerState(StrEnum):
    """What a circuit breaker does with requests."""

    CLOSED = "closed"
    """Lets them pass."""
    OPEN = "open"
    """Rejects them."""
    HALF_OPEN = "half_open"
    """Lets one at a time pass as a trial, and rejects the others."""


class Permit:
    """Permission to send one request, which reports the outcome of the request.

    Only the first outcome counts. Each permit needs one: a half-open breaker lets no
    other request pass until its trial has an outcome.
    """

    __slots__ = ("_failures_before", "_generation", "_report")

    def __init__(self, report: Report, generation: int, failures_before: int) -> None:
        self._report: Report | None = report
        self._generation = generation
        self._failures_before = failures_before

    def succeed(self) -> None:
        """Report that the service works."""
        self._report_once(success=True)

    def fail(self) -> None:
        """Report that the service doesn't work."""
        self._report_once(success=False)

    def release(self) -> None:
        """Report that the outcome is unknown, for example after a cancellation."""
        self._report_once(success=None)

    def _report_once(self, *, success: bool | None) -> None:
        report, self._report = self._report, None
        if report is not None:
            report(self._generation, self._failures_before, success)


class CircuitBreaker:
    """Opens after failures in a row, and then lets one trial request at a time pass.

    The caller decides what a failure is. Failures of requests that ran at the same time
    count once, because they have the same cause: otherwise one short failure while
    many requests run would open the breaker. The breaker stays open for `base_open`
    seconds. Each failed trial doubles that time, up to `max_open`. The time varies by
    20 percent at random, within these two bounds. There is no timer: the breaker
    becomes half-open with the first request after that time.
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
        """Initialize a closed breaker.

        Args:
            name: Name of the service, for errors and the log.
            threshold: Failures in a row that open the breaker.
            base_open: Seconds for which it opens at first.
            max_open: Seconds for which it opens at most.
            clock: Monotonic time in seconds.
            random: Returns a number from 0 up to, but not including, 1.
        """
        self.name = name
        self._threshold = threshold
        self._base_open = base_open
        self._max_open = max_open
        self._clock = clock
        self._random = random
        self._state = BreakerState.CLOSED
        # Each change of state starts a generation. The outcome of a permit from an
        # earlier one is ignored.
        self._generation = 0
        self._failures = 0
        self._trial_running = False
        self._open_for = base_open
        self._open_until = 0.0
        self._subscribers: dict[object, Callable[[BreakerState], None]] = {}

    @property
    def state(self) -> BreakerState:
        """Current state."""
        return self._state

    @property
    def retry_after(self) -> float:
        """Seconds until a request may pass, 0 if one may pass now."""
        if self._state is BreakerState.OPEN:
            return max(0.0, self._open_until - self._clock())
        return min(_TRIAL_RETRY_AFTER, self._base_open) if self._trial_running else 0.0

    def acquire(self) -> Permit:
        """Return a permit for one request.

        Raises:
            CircuitOpenError: The breaker is open, or half-open with its trial running.
                `retry_after` is the number of seconds to wait.
        """
        if self._state is BreakerState.OPEN and self._clock() >= self._open_until:
            self._change(BreakerState.HALF_OPEN)
        if self._state is BreakerState.OPEN or self._trial_running:
            raise CircuitOpenError(
                f"{self.name} failed repeatedly, so requests are paused",
                retry_after=self.retry_after,
            )
        self._trial_running = self._state is BreakerState.HALF_OPEN
        return Permit(self._record_outcome, self._generation, self._failures)

    def subscribe(self, callback: Callable[[BreakerState], None]) -> Callable[[], None]:
        """Call `callback` with each new state until the returned function is called."""
        key = object()
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def _record_outcome(
        self,
        generation: int,
        failures_before: int,
        success: bool | None,  # noqa: FBT001
    ) -> None:
        if generation != self._generation:
            return
        self._trial_running = False
        if success is None:
            return
        if success:
            self._failures = 0
            if self._state is BreakerState.HALF_OPEN:
                self._open_for = self._base_open
                self._change(BreakerState.CLOSED)
        elif self._state is BreakerState.HALF_OPEN:
            self._open_for = min(2 * self._open_for, self._max_open)
            self._open()
        elif failures_before >= self._failures:
            self._failures += 1
            if self._failures >= self._threshold:
                self._open()

    def _open(self) -> None:
        jittered = self._open_for * (1 - _JITTER + 2 * _JITTER * self._random())
        seconds = min(max(jittered, self._base_open), self._max_open)
        self._open_until = self._clock() + seconds
        self._change(BreakerState.OPEN)

    def _change(self, state: BreakerState) -> None:
        self._state = state
        self._generation += 1
        _LOGGER.debug("The circuit breaker for %s is %s", self.name, state)
        for callback in tuple(self._subscribers.values()):
            try:
                callback(state)
            except Exception:
                # A subscriber's failure must not affect the request.
                _LOGGER.exception("A subscriber of the circuit breaker failed")
