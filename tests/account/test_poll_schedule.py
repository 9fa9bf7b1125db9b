"""When the devices are polled, and how homes that share a client ID keep apart."""

from datetime import timedelta

import pytest

from custom_components.ring_partner.account.poll_schedule import (
    MAX_CROWDED_INTERVAL,
    PollSchedule,
)
from custom_components.ring_partner.api import RateLimitError, RingError, ServerError
from custom_components.ring_partner.const import (
    MAX_BACKOFF,
    POLL_INTERVAL,
    POLL_INTERVAL_WITH_DELIVERY,
)

MINUTE = timedelta(minutes=1)


class ScheduleDriver:
    """A schedule, the next random number, and whether others use the limit."""

    def __init__(self) -> None:
        self.random = 0.5
        self.is_crowded = True
        self.schedule = PollSchedule(random=lambda: self.random)
        self.succeed()

    def succeed(self, *, is_crowded: bool = False, times: int = 1) -> timedelta:
        for _ in range(times):
            self.schedule.succeeded(is_crowded=is_crowded)
        return self.schedule.interval

    def refuse(self, *, status: int | None = 429, retry_after: float = 60) -> timedelta:
        return self.fail(
            RateLimitError("Too many", status=status, retry_after=retry_after)
        )

    def fail(self, error: RingError | None = None) -> timedelta:
        return self.schedule.failed(
            error or ServerError("Outage"), counts=True, is_crowded=self.is_crowded
        )


@pytest.fixture
def driver() -> ScheduleDriver:
    """Return a schedule of an account whose first poll has succeeded."""
    return ScheduleDriver()


@pytest.mark.parametrize("base", [POLL_INTERVAL, POLL_INTERVAL_WITH_DELIVERY])
def test_a_home_with_the_client_id_for_itself_polls_at_the_base_interval(
    driver: ScheduleDriver, base: timedelta
) -> None:
    driver.schedule.base = base
    for driver.random in (0.0, 0.99):
        assert driver.succeed() == base


def test_each_crowded_poll_makes_the_interval_longer(driver: ScheduleDriver) -> None:
    driver.schedule.base = POLL_INTERVAL_WITH_DELIVERY
    assert driver.succeed(is_crowded=True) == 15 * MINUTE
    # A random part of 50 to 100 percent.
    assert driver.succeed(is_crowded=True) == 0.75 * MAX_CROWDED_INTERVAL
    assert driver.schedule.max_interval == MAX_CROWDED_INTERVAL
    driver.random = 0.0
    assert driver.succeed(is_crowded=True) == 0.5 * MAX_CROWDED_INTERVAL
    driver.random = 1.0
    assert driver.succeed(is_crowded=True, times=5) == MAX_CROWDED_INTERVAL


def test_the_crowd_is_longer_than_the_interval_without_delivery(
    driver: ScheduleDriver,
) -> None:
    """Homes whose webhooks stop at the same time don't poll every minute."""
    driver.schedule.base = POLL_INTERVAL_WITH_DELIVERY
    driver.succeed(is_crowded=True, times=9)
    driver.schedule.base = POLL_INTERVAL
    assert driver.schedule.interval == 0.75 * MAX_CROWDED_INTERVAL


def test_the_interval_returns_to_the_base_gradually(driver: ScheduleDriver) -> None:
    driver.random = 1.0
    driver.succeed(is_crowded=True, times=2)
    found = [driver.succeed() / MINUTE for _ in range(5)]
    assert found == pytest.approx([4.5, 3.375, 2.53125, 1.8984375, 1.423828], rel=1e-5)
    assert driver.succeed(times=2) == POLL_INTERVAL
    assert driver.schedule.crowded_interval == timedelta()


def test_a_single_refusal_waits_exactly_as_long_as_ring_asks(
    driver: ScheduleDriver,
) -> None:
    assert driver.refuse(retry_after=77) == timedelta(seconds=77)
    assert driver.succeed() == POLL_INTERVAL
    assert driver.refuse(retry_after=77) == timedelta(seconds=77)


def test_refusals_in_a_row_add_growing_time_at_random(driver: ScheduleDriver) -> None:
    driver.refuse()
    found = [(driver.refuse() - MINUTE) / MINUTE for _ in range(4)]
    # Half of half of the crowded interval, which is at most 90 minutes.
    assert found == [1.5, 9, 22.5, 22.5]
    driver.random = 0.0
    assert driver.refuse() == MINUTE


def test_refusals_without_other_homes_add_nothing(driver: ScheduleDriver) -> None:
    driver.is_crowded = False
    assert [driver.refuse() for _ in range(9)] == [MINUTE] * 9
    assert driver.schedule.crowded_interval == timedelta()


def test_a_refusal_at_the_start_adds_time_at_random() -> None:
    """Other homes may have started at the same moment."""
    schedule = PollSchedule(random=lambda: 0.5)
    error = RateLimitError("Too many", status=429, retry_after=60)
    assert schedule.failed(error, counts=True, is_crowded=True) == 1.25 * MINUTE


def test_a_pause_after_an_earlier_refusal_is_not_another_one(
    driver: ScheduleDriver,
) -> None:
    driver.refuse()
    for _ in range(5):
        assert driver.refuse(status=None, retry_after=10) <= MINUTE
    assert driver.schedule.crowded_interval == POLL_INTERVAL


def test_backoff(driver: ScheduleDriver) -> None:
    found = [driver.fail() / MINUTE for _ in range(7)]
    assert found == [1, 2, 4, 8, 15, 15, 15]
    assert driver.fail(ServerError("Outage", retry_after=3600)) == 60 * MINUTE


def test_homes_of_a_crowd_do_not_return_sooner_after_an_outage(
    driver: ScheduleDriver,
) -> None:
    driver.succeed(is_crowded=True, times=9)
    # The first failure need not be an outage.
    assert driver.fail() == POLL_INTERVAL
    for driver.random, part in ((0.0, 0.5), (1.0, 1.0)):
        assert driver.fail() == part * MAX_CROWDED_INTERVAL > MAX_BACKOFF
