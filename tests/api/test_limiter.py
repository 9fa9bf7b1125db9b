"""Grants of the limiter and their order; `test_limiter_machine` mixes all cases."""

import asyncio
from collections.abc import Iterator
from enum import Enum, auto
from fractions import Fraction
import math
import time

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ring_partner.api.limiter import (
    ARRIVAL_MARGIN,
    SlidingWindowLimiter,
)

from .limiter_driver import USER, LimiterDriver
from .manual_event_loop import ManualEventLoop


@pytest.fixture
def driver() -> Iterator[LimiterDriver]:
    driver = LimiterDriver()
    yield driver
    driver.close()


def test_grants_at_once_up_to_the_limit_and_then_as_slots_come_free(
    driver: LimiterDriver,
) -> None:
    driver.request("a")
    driver.loop.advance(0.25)
    driver.request_all("bcd")
    assert driver.granted_names == "ab"
    assert driver.limiter.grants_in_window == 2
    assert driver.limiter.waiting == 2

    driver.loop.advance(10)
    assert driver.grants == [("a", 1000), ("b", 1000.25), ("c", 1001), ("d", 1001.25)]
    assert driver.limiter.grants_in_window == 0


def test_no_timer_runs_while_nothing_waits(driver: LimiterDriver) -> None:
    driver.request_all("ab")
    assert driver.loop.left_over() == 0
    waiter = driver.request("c")
    assert driver.loop.left_over() == 2  # the waiter and its sleep
    driver.cancel(waiter)


@given(
    limit=st.sampled_from([1, 3, 100]),
    window=st.sampled_from([1.0, 0.1, 1 / 3, 0.7]),
    margin=st.sampled_from([0.0, 0.25, 0.1]),
    start=st.floats(0, 1e9),
    gaps=st.lists(st.floats(0, 0.5), max_size=30),
)
@example(limit=1, window=1.0, margin=0.0, start=0.005442079479366386, gaps=[0.0, 0.0])
@example(limit=1, window=0.1, margin=0.0, start=0.9012818345743671, gaps=[0.0, 0.0])
def test_no_window_has_more_grants_than_the_limit(
    limit: int, window: float, margin: float, start: float, gaps: list[float]
) -> None:
    driver = LimiterDriver(limit, window, margin, start)
    counted = window + margin
    for gap in gaps:
        driver.request("x")
        driver.loop.advance(gap)
    driver.loop.advance(counted * (1 + len(gaps)))
    times = [when for _, when in driver.grants]
    assert len(times) == len(gaps)
    for earlier, later in zip(times, times[limit:], strict=False):
        assert not later - counted < earlier
        assert not later - earlier < counted
        # The clock's resolution limits the precision, but errors must not add up.
        exact = Fraction(later) - Fraction(earlier) - Fraction(counted)
        assert exact >= -math.ulp(later)
    driver.close()


@pytest.mark.parametrize("margin", [0.0, ARRIVAL_MARGIN])
@pytest.mark.parametrize("start", [0.0, 0.1, 12345.678, 1.7e9])
def test_saturated_use_wastes_at_most_one_grant_in_a_hundred(
    start: float, margin: float
) -> None:
    driver = LimiterDriver(100, 1.0, margin, start)
    counted = 1.0 + margin
    for _ in range(100):
        driver.request("x")
        driver.loop.advance(0.0123 * counted)
    driver.request_all("x" * 400)
    driver.loop.advance(3 * counted)
    times = [when for _, when in driver.grants]
    saturated = [when for when in times if when > start + 2.5 * counted]
    assert len(saturated) > 150
    for end in saturated:
        assert sum(end - counted < when <= end for when in times) >= 99
    driver.close()


def test_the_default_limit_is_a_hundred_in_a_second_and_a_margin() -> None:
    loop = ManualEventLoop()
    limiter = SlidingWindowLimiter(clock=loop.time)
    times: list[float] = []

    async def request() -> None:
        await limiter.acquire()
        times.append(loop.time())

    for _ in range(300):
        loop.spawn(request())
    loop.advance(10)
    assert times == [0.0] * 100 + [1.25] * 100 + [2.5] * 100


def test_grants_follow_the_order_of_the_requests(driver: LimiterDriver) -> None:
    driver.request_all("abcdefgh")
    driver.loop.advance(10)
    assert driver.granted_names == "abcdefgh"


def test_new_requests_do_not_overtake_waiting_ones(driver: LimiterDriver) -> None:
    driver.request_all("abcd")
    driver.loop.stall(1)  # the grants are available, but the timers have not run yet
    driver.request_all("ef")
    assert driver.granted_names == "abcd"
    driver.loop.advance(1)
    assert driver.granted_names == "abcdef"


def test_user_requests_go_before_background_requests(driver: LimiterDriver) -> None:
    driver.request_all("abcd")
    driver.request_all("12", USER)
    driver.loop.advance(1)
    assert driver.granted_names == "ab12"
    driver.loop.advance(1)
    assert driver.granted_names == "ab12cd"


def test_user_requests_ignore_the_limit_for_background_requests(
    driver: LimiterDriver,
) -> None:
    driver.adjust(limit=2, remaining=0)
    driver.request_all("ab")
    driver.request("1", USER)
    assert driver.granted_names == "a1"


def test_background_requests_get_every_ninth_turn() -> None:
    driver = LimiterDriver(1)
    driver.request_all("ab")
    driver.request_all("12345678901234567890", USER)
    driver.loop.advance(30)
    assert driver.granted_names == "a12345678b901234567890"
    driver.close()


def test_next_request_changes_while_the_loop_is_busy() -> None:
    driver = LimiterDriver(20)
    driver.request_all("0" * 10, USER)
    driver.loop.advance(0.25)
    driver.request_all("1" * 9, USER)
    driver.adjust(limit=20, remaining=0)
    driver.loop.advance(0.25)
    driver.request("a")
    driver.request_all("2" * 10 + "3", USER)
    driver.loop.advance(0.25)
    driver.adjust(limit=20, remaining=0)
    driver.request("b")
    driver.loop.advance(0.25)
    assert driver.granted_names == "0" * 10 + "1" * 9 + "a" + "2" * 10
    # "3" sleeps until 1001.25, when it would be next. "b" waits without a timer and
    # is next from 1001.5 on.
    driver.loop.stall(0.6)
    driver.loop.advance(0)
    assert driver.granted_names[-2:] == "b3"
    driver.close()


def test_background_requests_get_the_ninth_turn_after_a_pause() -> None:
    driver = LimiterDriver(1)
    driver.pause(1)
    driver.request("a")
    driver.request_all("123456789", USER)
    driver.loop.advance(30)
    assert driver.granted_names == "12345678a9"
    driver.close()


def test_only_user_requests_that_overtake_count_towards_the_turn() -> None:
    driver = LimiterDriver(1)
    driver.request_all("1" * 20, USER)
    driver.loop.advance(19)
    driver.request("b")
    driver.request_all("2" * 9, USER)
    driver.loop.advance(20)
    assert driver.granted_names == "1" * 20 + "2" * 8 + "b2"
    driver.close()


def test_canceled_requests_take_no_grant(driver: LimiterDriver) -> None:
    driver.request_all("ab")
    first, second = driver.request("c"), driver.request("d")
    driver.request_all("ef")
    driver.cancel(first)
    driver.cancel(second)
    driver.loop.advance(1)
    assert driver.granted_names == "abef"


class When(Enum):
    BEFORE_SLEEP_ENDS = auto()
    BEFORE_IT_CONTINUES = auto()
    AFTER_THE_GRANT = auto()


@pytest.mark.parametrize("when", When)
def test_cancellation_at_the_moment_of_the_grant(
    driver: LimiterDriver, when: When
) -> None:
    def cancel() -> None:
        if when is When.AFTER_THE_GRANT:
            driver.loop.call_soon(task.cancel)
        else:
            task.cancel()

    driver.request_all("ab")
    if when is When.BEFORE_SLEEP_ENDS:
        driver.loop.call_at(1001, cancel)
    task = driver.request("c")
    driver.request_all("de")
    if when is not When.BEFORE_SLEEP_ENDS:
        driver.loop.call_at(1001, cancel)
    driver.loop.advance(1)
    if when is When.AFTER_THE_GRANT:
        assert driver.granted_names == "abcd"
    else:
        assert task.cancelled()
        assert driver.granted_names == "abde"
    driver.loop.advance(1)
    assert len(driver.granted_names) == 5 - task.cancelled()


def test_cancellation_wins_over_waking(driver: LimiterDriver) -> None:
    driver.request_all("ab")
    task = driver.request("c")
    driver.request("d")

    def wake_and_cancel() -> None:
        driver.limiter.adjust(limit=None, remaining=2)  # wakes the next request
        task.cancel()

    driver.loop.run(wake_and_cancel)
    assert task.cancelled()
    driver.loop.advance(1)
    assert driver.granted_names == "abd"


def test_timeout_of_the_caller_is_raised_to_the_caller(driver: LimiterDriver) -> None:
    async def acquire_in_time() -> None:
        async with asyncio.timeout(0.5):
            await driver.limiter.acquire()

    driver.request_all("ab")
    task = driver.loop.spawn(acquire_in_time())
    driver.request("c")
    driver.loop.advance(1)
    assert isinstance(task.exception(), TimeoutError)
    assert driver.granted_names == "abc"


@pytest.mark.parametrize(
    ("limit", "window", "margin"),
    [
        (0, 1.0, 0.0),
        (1, 0.0, 0.0),
        (1, -1.0, 0.0),
        (1, math.inf, 0.0),
        (1, math.nan, 0.0),
        (1, 1.0, -0.1),
        (1, 1.0, math.inf),
        (1, 1.0, math.nan),
    ],
)
def test_invalid_limits_are_rejected(limit: int, window: float, margin: float) -> None:
    with pytest.raises(ValueError, match=r"^A limiter needs a positive"):
        SlidingWindowLimiter(limit, window, margin)


async def test_runs_on_a_real_event_loop() -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        await asyncio.sleep(0)
        now += seconds

    limiter = SlidingWindowLimiter(10, 1.0, 0.0, clock=lambda: now, sleep=sleep)
    log: list[float] = []

    async def request() -> None:
        await limiter.acquire()
        log.append(now)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(request()) for _ in range(100)]
        await asyncio.sleep(0)
        for task in tasks[20:30]:
            task.cancel()
    assert log == [float(second) for second in range(9) for _ in range(10)]
    assert limiter.waiting == 0


async def test_uses_a_clock_that_is_frozen_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limiter = SlidingWindowLimiter()
    monkeypatch.setattr(time, "monotonic", lambda: 5e9)
    limiter.pause_until(5e9 + 3)
    assert limiter.paused_for == 3


def test_is_crowded_while_others_use_over_half_of_the_limit(
    driver: LimiterDriver,
) -> None:
    driver.adjust(limit=20, remaining=10)
    assert not driver.limiter.is_crowded
    driver.adjust(limit=20, remaining=9)
    assert driver.limiter.is_crowded
    driver.adjust(limit=20)
    assert driver.limiter.is_crowded
    driver.adjust(limit=20, remaining=20)
    assert not driver.limiter.is_crowded


def test_own_requests_are_no_crowd(driver: LimiterDriver) -> None:
    driver.request_all("ab")
    driver.adjust(limit=4, remaining=0)
    assert not driver.limiter.is_crowded
    driver.loop.advance(1)
    driver.adjust(limit=4, remaining=0)
    assert driver.limiter.is_crowded


def test_crowd_is_assumed_until_a_response(driver: LimiterDriver) -> None:
    assert driver.limiter.is_crowded is False
    driver.limiter.set_crowded()
    assert driver.limiter.is_crowded is True
    driver.adjust(limit=20)
    assert driver.limiter.is_crowded
    driver.adjust(limit=20, remaining=20)
    assert driver.limiter.is_crowded is False
