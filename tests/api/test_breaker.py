"""The circuit breaker, one promise at a time and then all of them mixed."""

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


class Service:
    """A breaker with a clock and a chance that stand still."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.chance = 0.5
        self.breaker = CircuitBreaker(
            "the service",
            threshold=3,
            base_open=30.0,
            max_open=100.0,
            clock=lambda: self.now,
            random=lambda: self.chance,
        )

    def break_down(self) -> None:
        for _ in range(3):
            self.breaker.enter().fail()

    def refused_for(self) -> float | None:
        with pytest.raises(CircuitOpenError) as caught:
            self.breaker.enter()
        return caught.value.retry_after


@pytest.fixture
def service() -> Service:
    return Service()


def test_opens_after_failures_in_a_row(service: Service) -> None:
    breaker = service.breaker
    breaker.enter().fail()
    breaker.enter().fail()
    breaker.enter().succeed()
    breaker.enter().fail()
    breaker.enter().fail()
    assert breaker.state is CLOSED
    assert breaker.retry_after == 0
    breaker.enter().fail()
    assert breaker.state is OPEN
    assert breaker.retry_after == 30
    service.now += 10
    assert service.refused_for() == 20
    assert breaker.retry_after == 20


def test_what_was_cancelled_says_nothing(service: Service) -> None:
    breaker = service.breaker
    breaker.enter().fail()
    breaker.enter().fail()
    for _ in range(5):
        breaker.enter().release()
    assert breaker.state is CLOSED
    breaker.enter().fail()
    assert breaker.state is OPEN


def test_lets_one_request_try_and_closes_when_it_succeeds(service: Service) -> None:
    breaker = service.breaker
    service.break_down()
    service.now += 30
    assert breaker.retry_after == 0
    probe = breaker.enter()
    assert breaker.state is HALF_OPEN
    assert service.refused_for() == breaker.retry_after == 5
    probe.succeed()
    assert breaker.state is CLOSED
    breaker.enter().fail()
    breaker.enter().fail()
    assert breaker.state is CLOSED


def test_a_cancelled_trial_lets_another_one_through(service: Service) -> None:
    breaker = service.breaker
    service.break_down()
    service.now += 30
    breaker.enter().release()
    assert breaker.state is HALF_OPEN
    assert breaker.retry_after == 0
    second = breaker.enter()
    service.refused_for()
    second.succeed()
    assert breaker.state is CLOSED


def test_stays_open_twice_as_long_after_each_failed_trial(service: Service) -> None:
    breaker = service.breaker
    service.break_down()
    for expected in (60, 100, 100):
        service.now += breaker.retry_after
        breaker.enter().fail()
        assert breaker.state is OPEN
        assert breaker.retry_after == expected
    service.now += 100
    breaker.enter().succeed()
    service.break_down()
    assert breaker.retry_after == 30


@pytest.mark.parametrize(
    ("chance", "first", "second"), [(0, 30, 48), (0.75, 33, 66), (0.99, 35.88, 71.76)]
)
def test_chance_spreads_the_trials(
    service: Service, chance: float, first: float, second: float
) -> None:
    service.chance = chance
    service.break_down()
    assert service.breaker.retry_after == pytest.approx(first)
    service.now += 40
    service.breaker.enter().fail()
    assert service.breaker.retry_after == pytest.approx(second)


@pytest.mark.parametrize(("chance", "longest"), [(0, 80), (0.5, 100), (0.99, 100)])
def test_chance_does_not_exceed_the_longest_time(
    service: Service, chance: float, longest: float
) -> None:
    service.chance = chance
    service.break_down()
    for _ in range(5):
        service.now += 100
        service.breaker.enter().fail()
    assert service.breaker.retry_after == pytest.approx(longest)


def test_a_permit_counts_once(service: Service) -> None:
    permit = service.breaker.enter()
    for _ in range(5):
        permit.fail()
    assert service.breaker.state is CLOSED
    service.breaker.enter().fail()
    permit.succeed()
    service.breaker.enter().fail()
    assert service.breaker.state is OPEN


@pytest.mark.parametrize("verdict", [Permit.succeed, Permit.fail, Permit.release])
def test_verdicts_on_the_past_change_nothing(
    service: Service, verdict: Callable[[Permit], None]
) -> None:
    breaker = service.breaker
    late = [breaker.enter() for _ in range(3)]
    service.break_down()

    verdict(late[0])
    assert breaker.state is OPEN
    assert breaker.retry_after == 30

    service.now += 30
    probe = breaker.enter()
    verdict(late[1])
    assert breaker.state is HALF_OPEN
    service.refused_for()

    probe.succeed()
    breaker.enter().fail()
    breaker.enter().fail()
    verdict(late[2])
    assert breaker.state is CLOSED
    breaker.enter().fail()
    assert breaker.state is OPEN
    assert breaker.retry_after == 30


def test_tells_its_observers(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    breaker = service.breaker
    seen: list[BreakerState] = []

    def fail(state: BreakerState) -> None:
        raise RuntimeError(state)

    stop_failing = breaker.subscribe(fail)
    stop = breaker.subscribe(seen.append)
    stop_again = breaker.subscribe(seen.append)
    stop_again()
    stop_again()

    service.break_down()
    assert seen == [OPEN]
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    stop_failing()
    service.now += 30
    breaker.enter().succeed()
    assert seen == [OPEN, HALF_OPEN, CLOSED]
    stop()
    service.break_down()
    assert seen == [OPEN, HALF_OPEN, CLOSED]


def test_an_observer_may_unsubscribe_and_ask(service: Service) -> None:
    breaker = service.breaker
    seen: list[BreakerState] = []

    def once(_: BreakerState) -> None:
        stop()
        seen.append(breaker.state)

    stop = breaker.subscribe(once)
    breaker.subscribe(seen.append)
    service.break_down()
    assert seen == [OPEN, OPEN]


class BreakerMachine(RuleBasedStateMachine):
    """Any requests with any outcome in any order, against what was promised."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.service = Service()
        self.breaker = self.service.breaker
        self.breaker.subscribe(self.changed)
        self.current = CLOSED
        self.failures = 0
        self.trials_failed = 0
        self.probe: Permit | None = None
        self.alive: set[Permit] = set()
        self.opened_at = 0.0
        self.expected: list[BreakerState] = []

    def changed(self, state: BreakerState) -> None:
        assert self.expected.pop(0) is state
        self.current = state
        self.failures = 0
        self.probe = None
        self.alive.clear()
        if state is OPEN:
            self.opened_at = self.service.now
            opening = self.breaker.retry_after
            nominal = min(100.0, 30.0 * 2**self.trials_failed)
            assert 30 <= opening <= 100
            assert 0.8 * nominal - 1e-9 <= opening <= 1.2 * nominal + 1e-9

    @rule(target=permits)
    def enter(self) -> Permit | None:
        ready = self.current is CLOSED or (
            self.probe is None and self.breaker.retry_after == 0
        )
        if not ready:
            refused_for = self.service.refused_for()
            assert refused_for is not None
            assert refused_for > 0
            return None
        if self.current is OPEN:
            assert self.service.now >= self.opened_at + 30
            self.expected = [HALF_OPEN]
        permit = self.breaker.enter()
        if self.current is HALF_OPEN:
            self.probe = permit
        self.alive.add(permit)
        return permit

    @rule(permit=permits)
    def succeed(self, permit: Permit | None) -> None:
        if permit is None:
            return
        if permit in self.alive:
            self.alive.discard(permit)
            self.failures = 0
            if self.current is HALF_OPEN:
                self.trials_failed = 0
                self.expected = [CLOSED]
        permit.succeed()

    @rule(permit=permits)
    def fail(self, permit: Permit | None) -> None:
        if permit is None:
            return
        if permit in self.alive:
            self.alive.discard(permit)
            self.failures += 1
            if self.current is HALF_OPEN:
                self.trials_failed += 1
            if self.current is HALF_OPEN or self.failures == 3:
                self.expected = [OPEN]
        permit.fail()

    @rule(permit=consumes(permits))
    def release(self, permit: Permit | None) -> None:
        if permit is None:
            return
        self.alive.discard(permit)
        if permit is self.probe:
            self.probe = None
        permit.release()

    @rule(times=st.integers(1, 3))
    def break_down(self, times: int) -> None:
        for _ in range(times):
            self.fail(self.enter())

    @rule(
        seconds=st.sampled_from([0.5, 24.0, 30.0, 100.0]),
        chance=st.floats(0, 1, exclude_max=True),
    )
    def time_passes(self, seconds: float, chance: float) -> None:
        self.service.now += seconds
        self.service.chance = chance

    @precondition(lambda self: self.current is OPEN)
    @rule()
    def wait_for_the_trial(self) -> None:
        self.service.now += self.breaker.retry_after

    @invariant()
    def state_is_as_expected(self) -> None:
        assert not self.expected
        assert self.breaker.state is self.current
        assert self.failures < 3


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(stateful_step_count=25)
