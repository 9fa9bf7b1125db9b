"""The limiter, one promise at a time; `test_limiter_machine` mixes them."""

import asyncio
from collections.abc import Iterator
from enum import Enum, auto
from fractions import Fraction
import math
import time

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ring_partner.api.limiter import SlidingWindowLimiter

from .desk import USER, Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def test_grants_at_once_up_to_the_limit_and_then_as_slots_come_free(
    desk: Desk,
) -> None:
    desk.ask("a")
    desk.loop.advance(0.25)
    desk.ask_all("bcd")
    assert desk.names == "ab"
    assert desk.limiter.grants_in_window == 2
    assert desk.limiter.waiting == 2

    desk.loop.advance(10)
    assert desk.granted == [("a", 1000), ("b", 1000.25), ("c", 1001), ("d", 1001.25)]
    assert desk.limiter.grants_in_window == 0


def test_sleeps_only_while_somebody_waits(desk: Desk) -> None:
    desk.ask_all("ab")
    assert desk.loop.left_over() == 0
    waiter = desk.ask("c")
    assert desk.loop.left_over() == 2  # the waiter and its sleep
    desk.cancel(waiter)


@given(
    limit=st.sampled_from([1, 3, 100]),
    window=st.sampled_from([1.0, 0.1, 1 / 3, 0.7]),
    start=st.floats(0, 1e9),
    gaps=st.lists(st.floats(0, 0.5), max_size=30),
)
@example(limit=1, window=1.0, start=0.005442079479366386, gaps=[0.0, 0.0])
@example(limit=1, window=0.1, start=0.9012818345743671, gaps=[0.0, 0.0])
def test_no_window_holds_more_than_the_limit_to_the_last_bit(
    limit: int, window: float, start: float, gaps: list[float]
) -> None:
    desk = Desk(limit, window, start)
    for gap in gaps:
        desk.ask("x")
        desk.loop.advance(gap)
    desk.loop.advance(window * (1 + len(gaps)))
    times = [when for _, when in desk.granted]
    assert len(times) == len(gaps)
    for earlier, later in zip(times, times[limit:], strict=False):
        assert not later - window < earlier
        assert not later - earlier < window
        # Clocks are no more exact than this, but neither may errors add up.
        exact = Fraction(later) - Fraction(earlier) - Fraction(window)
        assert exact >= -math.ulp(later)
    desk.close()


@pytest.mark.parametrize("start", [0.0, 0.1, 12345.678, 1.7e9])
def test_saturated_use_wastes_at_most_one_grant_in_a_hundred(start: float) -> None:
    desk = Desk(100, 1.0, start)
    for _ in range(100):
        desk.ask("x")
        desk.loop.advance(0.0123)
    desk.ask_all("x" * 400)
    desk.loop.advance(3)
    times = [when for _, when in desk.granted]
    saturated = [when for when in times if when > start + 2.5]
    assert len(saturated) > 150
    for end in saturated:
        assert sum(end - 1.0 < when <= end for when in times) >= 99
    desk.close()


def test_serves_in_the_order_of_asking(desk: Desk) -> None:
    desk.ask_all("abcdefgh")
    desk.loop.advance(10)
    assert desk.names == "abcdefgh"


def test_nobody_slips_in_before_those_who_wait(desk: Desk) -> None:
    desk.ask_all("abcd")
    desk.loop.stall(1)  # the slots are free, but nobody has noticed yet
    desk.ask_all("ef")
    assert desk.names == "abcd"
    desk.loop.advance(1)
    assert desk.names == "abcdef"


def test_user_goes_before_background_work(desk: Desk) -> None:
    desk.ask_all("abcd")
    desk.ask_all("12", USER)
    desk.loop.advance(1)
    assert desk.names == "ab12"
    desk.loop.advance(1)
    assert desk.names == "ab12cd"


def test_user_goes_at_once_where_background_work_is_held_back(desk: Desk) -> None:
    desk.observe(limit=2, remaining=0)
    desk.ask_all("ab")
    desk.ask("1", USER)
    assert desk.names == "a1"


def test_background_work_gets_every_ninth_turn() -> None:
    desk = Desk(1)
    desk.ask_all("ab")
    desk.ask_all("12345678901234567890", USER)
    desk.loop.advance(30)
    assert desk.names == "a12345678b901234567890"
    desk.close()


def test_turn_that_comes_about_while_the_loop_is_busy() -> None:
    desk = Desk(20)
    desk.ask_all("0" * 10, USER)
    desk.loop.advance(0.25)
    desk.ask_all("1" * 9, USER)
    desk.observe(limit=20, remaining=0)
    desk.loop.advance(0.25)
    desk.ask("a")
    desk.ask_all("2" * 10 + "3", USER)
    desk.loop.advance(0.25)
    desk.observe(limit=20, remaining=0)
    desk.ask("b")
    desk.loop.advance(0.25)
    assert desk.names == "0" * 10 + "1" * 9 + "a" + "2" * 10
    # "3" sleeps until 1001.25, when it would be its turn; "b" doesn't sleep. From
    # 1001.5 on it is the turn of "b".
    desk.loop.stall(0.6)
    desk.loop.advance(0)
    assert desk.names[-2:] == "b3"
    desk.close()


def test_only_users_who_went_ahead_of_somebody_count_towards_the_turn() -> None:
    desk = Desk(1)
    desk.ask_all("1" * 20, USER)
    desk.loop.advance(19)
    desk.ask("b")
    desk.ask_all("2" * 9, USER)
    desk.loop.advance(20)
    assert desk.names == "1" * 20 + "2" * 8 + "b2"
    desk.close()


def test_whoever_is_cancelled_takes_no_slot_and_no_place(desk: Desk) -> None:
    desk.ask_all("ab")
    first, second = desk.ask("c"), desk.ask("d")
    desk.ask_all("ef")
    desk.cancel(first)
    desk.cancel(second)
    desk.loop.advance(1)
    assert desk.names == "abef"


class When(Enum):
    BEFORE_SLEEP_ENDS = auto()
    BEFORE_IT_GOES_ON = auto()
    AFTER_THE_GRANT = auto()


@pytest.mark.parametrize("when", When)
def test_cancelled_in_the_moment_of_the_grant(desk: Desk, when: When) -> None:
    def cancel() -> None:
        if when is When.AFTER_THE_GRANT:
            desk.loop.call_soon(task.cancel)
        else:
            task.cancel()

    desk.ask_all("ab")
    if when is When.BEFORE_SLEEP_ENDS:
        desk.loop.call_at(1001, cancel)
    task = desk.ask("c")
    desk.ask_all("de")
    if when is not When.BEFORE_SLEEP_ENDS:
        desk.loop.call_at(1001, cancel)
    desk.loop.advance(1)
    if when is When.AFTER_THE_GRANT:
        assert desk.names == "abcd"
    else:
        assert task.cancelled()
        assert desk.names == "abde"
    desk.loop.advance(1)
    assert len(desk.names) == 5 - task.cancelled()


def test_cancellation_wins_over_being_woken(desk: Desk) -> None:
    desk.ask_all("ab")
    task = desk.ask("c")
    desk.ask("d")

    def wake_and_cancel() -> None:
        desk.limiter.observe(limit=None, remaining=2)  # wakes the first in turn
        task.cancel()

    desk.loop.run(wake_and_cancel)
    assert task.cancelled()
    desk.loop.advance(1)
    assert desk.names == "abd"


def test_timeout_around_a_waiter_is_the_callers_own(desk: Desk) -> None:
    async def hurry() -> None:
        async with asyncio.timeout(0.5):
            await desk.limiter.acquire()

    desk.ask_all("ab")
    task = desk.loop.spawn(hurry())
    desk.ask("c")
    desk.loop.advance(1)
    assert isinstance(task.exception(), TimeoutError)
    assert desk.names == "abc"


@pytest.mark.parametrize(
    ("limit", "window"), [(0, 1.0), (1, 0.0), (1, -1.0), (1, math.inf), (1, math.nan)]
)
def test_refuses_to_be_made_without_a_limit(limit: int, window: float) -> None:
    with pytest.raises(ValueError):
        SlidingWindowLimiter(limit, window)


async def test_works_on_a_real_event_loop() -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        await asyncio.sleep(0)
        now += seconds

    limiter = SlidingWindowLimiter(10, 1.0, clock=lambda: now, sleep=sleep)
    log: list[float] = []

    async def ask() -> None:
        await limiter.acquire()
        log.append(now)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask()) for _ in range(100)]
        await asyncio.sleep(0)
        for task in tasks[20:30]:
            task.cancel()
    assert log == [float(second) for second in range(9) for _ in range(10)]
    assert limiter.waiting == 0


async def test_sees_a_clock_that_is_frozen_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limiter = SlidingWindowLimiter()
    monkeypatch.setattr(time, "monotonic", lambda: 5e9)
    limiter.pause_until(5e9 + 3)
    assert limiter.paused_for == 3
