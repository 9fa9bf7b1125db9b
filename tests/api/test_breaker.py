"""The circuit breaker: single cases, and any sequence of requests."""

from collections.abc import Callable
import logging

from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
)
import pytest

from custom_components.ring_partner.api.breaker import (
    BreakerState,
    CircuitBreaker,
    Permit,
)
from custom_components.ring_partner.api.errors import CircuitOpenError

CLOSED, OPEN, HALF_OPEN = (
    BreakerState.CLOSED,
    BreakerState.OPEN,
    BreakerState.HALF_OPEN,
)


class FakeService:
    """A breaker with a clock and a random number that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.random = 0.5
        self.breaker = CircuitBreaker(
            "the service",
            threshold=3,
            base_open=30.0,
            max_open=100.0,
            clock=lambda: self.now,
            random=lambda: self.random,
        )

    def break_down(self) -> None:
        for _ in range(3):
            self.breaker.acquire().fail()

    def recover(self) -> None:
        self.now += self.breaker.retry_after
        self.breaker.acquire().succeed()

    def rejected_retry_after(self) -> float | None:
        with pytest.raises(CircuitOpenError, match="the service failed") as caught:
            self.breaker.acquire()
        return caught.value.retry_after


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def test_opens_after_failures_in_a_row(service: FakeService) -> None:
    breaker = service.breaker
    breaker.acquire().fail()
    breaker.acquire().fail()
    breaker.acquire().succeed()
    breaker.acquire().fail()
    breaker.acquire().fail()
    assert breaker.state is CLOSED
    assert breaker.retry_after == 0
    breaker.acquire().fail()
    assert breaker.state is OPEN
    assert breaker.retry_after == 30
    service.now += 10
    assert service.rejected_retry_after() == 20
    assert breaker.retry_after == 20


def test_defaults() -> None:
    now = 0.0
    breaker = CircuitBreaker("the service", clock=lambda: now, random=lambda: 0.5)
    for _ in range(4):
        breaker.acquire().fail()
    assert breaker.state is CLOSED
    breaker.acquire().fail()
    assert breaker.retry_after == 30
    for _ in range(10):
        now += breaker.retry_after
        breaker.acquire().fail()
    assert breaker.retry_after == 900


def test_released_permits_do_not_count(service: FakeService) -> None:
    breaker = service.breaker
    breaker.acquire().fail()
    breaker.acquire().fail()
    for _ in range(5):
        breaker.acquire().release()
    assert breaker.state is CLOSED
    breaker.acquire().fail()
    assert breaker.state is OPEN


def test_failures_at_the_same_time_count_once(service: FakeService) -> None:
    breaker = service.breaker
    for _ in range(2):
        permits = [breaker.acquire() for _ in range(10)]
        for permit in permits:
            permit.fail()
    assert breaker.state is CLOSED
    breaker.acquire().fail()
    assert breaker.state is OPEN


def test_success_between_failures_at_the_same_time(service: FakeService) -> None:
    breaker = service.breaker
    breaker.acquire().fail()
    first, second, third = (breaker.acquire() for _ in range(3))
    first.fail()
    second.succeed()
    third.fail()
    breaker.acquire().fail()
    assert breaker.state is CLOSED
    breaker.acquire().fail()
    assert breaker.state is OPEN


def test_successful_trial_closes_the_breaker(service: FakeService) -> None:
    breaker = service.breaker
    service.break_down()
    service.now += 30
    assert breaker.retry_after == 0
    trial = breaker.acquire()
    assert breaker.state is HALF_OPEN
    assert service.rejected_retry_after() == breaker.retry_after == 5
    trial.succeed()
    assert breaker.state is CLOSED
    breaker.acquire().fail()
    breaker.acquire().fail()
    assert breaker.state is CLOSED


def test_wait_for_a_trial_is_no_longer_than_the_breaker_opens() -> None:
    breaker = CircuitBreaker("the service", threshold=1, base_open=0.0)
    breaker.acquire().fail()
    breaker.acquire()
    assert breaker.state is HALF_OPEN
    assert breaker.retry_after == 0


def test_released_trial_lets_another_request_pass(service: FakeService) -> None:
    breaker = service.breaker
    service.break_down()
    service.now += 30
    breaker.acquire().release()
    assert breaker.state is HALF_OPEN
    assert breaker.retry_after == 0
    second = breaker.acquire()
    service.rejected_retry_after()
    second.succeed()
    assert breaker.state is CLOSED


def test_failed_trial_doubles_the_time(service: FakeService) -> None:
    breaker = service.breaker
    service.break_down()
    for expected in (60, 100, 100):
        service.now += breaker.retry_after
        breaker.acquire().fail()
        assert breaker.state is OPEN
        assert breaker.retry_after == expected
    service.now += 100
    breaker.acquire().succeed()
    service.break_down()
    assert breaker.retry_after == 30


@pytest.mark.parametrize(
    ("random", "first", "second"), [(0, 30, 48), (0.75, 33, 66), (0.99, 35.88, 71.76)]
)
def test_random_part_of_the_time(
    service: FakeService, random: float, first: float, second: float
) -> None:
    service.random = random
    service.break_down()
    assert service.breaker.retry_after == pytest.approx(first)
    service.now += 40
    service.breaker.acquire().fail()
    assert service.breaker.retry_after == pytest.approx(second)


@pytest.mark.parametrize(("random", "max_open"), [(0, 80), (0.5, 100), (0.99, 100)])
def test_random_part_does_not_exceed_the_maximum_time(
    service: FakeService, random: float, max_open: float
) -> None:
    service.random = random
    service.break_down()
    for _ in range(5):
        service.now += 100
        service.breaker.acquire().fail()
    assert service.breaker.retry_after == pytest.approx(max_open)


def test_first_outcome_of_a_permit_counts(service: FakeService) -> None:
    permit = service.breaker.acquire()
    for _ in range(5):
        permit.fail()
    assert service.breaker.state is CLOSED
    service.breaker.acquire().fail()
    permit.succeed()
    service.breaker.acquire().fail()
    assert service.breaker.state is OPEN


@pytest.mark.parametrize("recoveries", [0, 1])
@pytest.mark.parametrize("report", [Permit.succeed, Permit.fail, Permit.release])
def test_outcomes_of_earlier_permits_are_ignored(
    service: FakeService, report: Callable[[Permit], None], recoveries: int
) -> None:
    breaker = service.breaker
    for _ in range(recoveries):
        service.break_down()
        service.recover()
    late = [breaker.acquire() for _ in range(3)]
    service.break_down()

    report(late[0])
    assert breaker.state is OPEN
    assert breaker.retry_after == 30

    service.now += 30
    trial = breaker.acquire()
    report(late[1])
    assert breaker.state is HALF_OPEN
    service.rejected_retry_after()

    trial.succeed()
    breaker.acquire().fail()
    breaker.acquire().fail()
    report(late[2])
    assert breaker.state is CLOSED
    breaker.acquire().fail()
    assert breaker.state is OPEN
    assert breaker.retry_after == 30


def test_subscribers(service: FakeService, caplog: pytest.LogCaptureFixture) -> None:
    breaker = service.breaker
    states: list[BreakerState] = []

    def fail(state: BreakerState) -> None:
        raise RuntimeError(state)

    unsubscribe_failing = breaker.subscribe(fail)
    unsubscribe = breaker.subscribe(states.append)
    unsubscribe_twice = breaker.subscribe(states.append)
    unsubscribe_twice()
    unsubscribe_twice()

    service.break_down()
    assert states == [OPEN]
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    unsubscribe_failing()
    service.now += 30
    breaker.acquire().succeed()
    assert states == [OPEN, HALF_OPEN, CLOSED]
    unsubscribe()
    service.break_down()
    assert states == [OPEN, HALF_OPEN, CLOSED]


def test_subscriber_that_unsubscribes_while_called(service: FakeService) -> None:
    breaker = service.breaker
    states: list[BreakerState] = []

    def unsubscribe_and_record(_: BreakerState) -> None:
        unsubscribe()
        states.append(breaker.state)

    unsubscribe = breaker.subscribe(unsubscribe_and_record)
    breaker.subscribe(states.append)
    service.break_down()
    assert states == [OPEN, OPEN]


class BreakerMachine(RuleBasedStateMachine):
    """Any sequence of requests and outcomes."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.service = FakeService()
        self.breaker = self.service.breaker
        self.breaker.subscribe(self.changed)
        self.state = CLOSED
        self.failures = 0
        self.failed_trials = 0
        self.trial: Permit | None = None
        # For each permit without an outcome: the failures in a row when it was given.
        self.pending: dict[Permit, int] = {}
        self.opened_at = 0.0
        self.expected: list[BreakerState] = []

    def changed(self, state: BreakerState) -> None:
        assert self.expected.pop(0) is state
        self.state = state
        self.failures = 0
        self.trial = None
        self.pending.clear()
        if state is OPEN:
            self.opened_at = self.service.now
            open_for = self.breaker.retry_after
            expected_time = min(100.0, 30.0 * 2**self.failed_trials)
            assert 30 <= open_for <= 100
            assert 0.8 * expected_time - 1e-9 <= open_for <= 1.2 * expected_time + 1e-9

    @rule(target=permits)
    def acquire(self) -> Permit | None:
        ready = self.state is CLOSED or (
            self.trial is None and self.breaker.retry_after == 0
        )
        if not ready:
            rejected_retry_after = self.service.rejected_retry_after()
            assert rejected_retry_after is not None
            assert rejected_retry_after > 0
            return None
        if self.state is OPEN:
            assert self.service.now >= self.opened_at + 30
            self.expected = [HALF_OPEN]
        permit = self.breaker.acquire()
        if self.state is HALF_OPEN:
            self.trial = permit
        self.pending[permit] = self.failures
        return permit

    @rule(permit=permits)
    def succeed(self, permit: Permit | None) -> None:
        if permit is None:
            return
        if permit in self.pending:
            del self.pending[permit]
            self.failures = 0
            if self.state is HALF_OPEN:
                self.failed_trials = 0
                self.expected = [CLOSED]
        permit.succeed()

    @rule(permit=permits)
    def fail(self, permit: Permit | None) -> None:
        if permit is None:
            return
        if permit in self.pending:
            before = self.pending.pop(permit)
            if self.state is HALF_OPEN:
                self.failed_trials += 1
                self.expected = [OPEN]
            elif before >= self.failures:
                self.failures += 1
                if self.failures == 3:
                    self.expected = [OPEN]
        permit.fail()

    @rule(permit=consumes(permits))
    def release(self, permit: Permit | None) -> None:
        if permit is None:
            return
        self.pending.pop(permit, None)
        if permit is self.trial:
            self.trial = None
        permit.release()

    @rule(times=st.integers(1, 3))
    def break_down(self, times: int) -> None:
        for _ in range(times):
            self.fail(self.acquire())

    @rule(
        seconds=st.sampled_from([0.5, 24.0, 30.0, 100.0]),
        random=st.floats(0, 1, exclude_max=True),
    )
    def time_passes(self, seconds: float, random: float) -> None:
        self.service.now += seconds
        self.service.random = random

    @precondition(lambda self: self.state is OPEN)
    @rule()
    def wait_for_the_trial(self) -> None:
        self.service.now += self.breaker.retry_after

    @invariant()
    def state_is_as_expected(self) -> None:
        assert not self.expected
        assert self.breaker.state is self.state
        assert self.failures < 3


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(stateful_step_count=25)
