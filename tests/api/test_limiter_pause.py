"""The limiter waits when Ring asks it to, and slows down when little is left."""

from collections.abc import Iterator
import math

import pytest

from custom_components.ring_partner.api.errors import RateLimitError

from .desk import USER, Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def test_nothing_is_granted_during_a_pause(desk: Desk) -> None:
    desk.pause(5)
    assert desk.limiter.paused_for == 5
    desk.ask("a")
    desk.ask("1", USER)
    desk.loop.advance(4.9)
    assert desk.names == ""
    assert desk.limiter.paused_for == pytest.approx(0.1)
    desk.loop.advance(0.2)
    assert desk.names == "1a"
    assert desk.limiter.paused_for == 0


def test_the_later_of_two_pauses_wins(desk: Desk) -> None:
    desk.pause(5)
    desk.pause(2)
    assert desk.limiter.paused_for == 5
    desk.pause(7)
    assert desk.limiter.paused_for == 7
    desk.pause(math.nan)
    assert desk.limiter.paused_for == 7


def test_a_pause_that_is_too_long_is_refused_at_once(desk: Desk) -> None:
    desk.pause(5)
    patient, hasty = desk.ask("a", max_pause=5), desk.ask("b", max_pause=4.9)
    error = hasty.exception()
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 5
    assert not patient.done()
    desk.loop.advance(5)
    assert desk.names == "a"


def test_a_pause_that_begins_meanwhile_refuses_those_who_wait(desk: Desk) -> None:
    desk.ask_all("ab")
    tasks = [desk.ask(name, max_pause=1 if name in "ce" else 9) for name in "cdef"]
    desk.loop.advance(0.5)
    desk.pause(3)
    assert [task.done() for task in tasks] == [True, False, True, False]
    error = tasks[0].exception()
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 3
    desk.loop.advance(3)
    assert desk.names == "abdf"


def test_a_smaller_limit_is_taken_on_and_given_up_again() -> None:
    desk = Desk(4)
    desk.observe(limit=2)
    assert desk.limiter.limit == 2
    desk.ask_all("abcd")
    assert desk.names == "ab"
    desk.observe(limit=3)
    assert desk.names == "abc"
    desk.observe(limit=1000)
    assert desk.limiter.limit == 4
    assert desk.names == "abcd"
    desk.close()


def test_a_limit_that_falls_below_what_is_used_waits_it_out() -> None:
    desk = Desk(4)
    desk.ask_all("ab")
    desk.loop.advance(0.5)
    desk.ask_all("cd")
    desk.observe(limit=2)
    desk.ask("e")
    assert desk.loop.next_timer() == 1001.5
    desk.loop.advance(0.9)
    assert desk.names == "abcd"
    desk.loop.advance(0.1)
    assert desk.granted[-1] == ("e", 1001.5)
    desk.close()


@pytest.mark.parametrize(
    ("limit", "remaining"), [(0, None), (-5, None), (None, -1), (0, -1), (None, None)]
)
def test_absurd_reports_are_ignored(
    desk: Desk, limit: int | None, remaining: int | None
) -> None:
    desk.observe(limit=limit, remaining=remaining)
    assert desk.limiter.limit == 2
    desk.ask_all("ab")
    assert desk.names == "ab"


@pytest.mark.parametrize(
    ("remaining", "share"),
    [
        (100, 100),
        (25, 100),
        (24, 96),
        (12, 48),
        (1, 4),
        (0, 1),
        (1000, 100),
        (10**400, 100),
    ],
)
def test_background_work_slows_down_as_less_remains(remaining: int, share: int) -> None:
    desk = Desk(100)
    desk.observe(limit=100, remaining=remaining)
    desk.ask_all("x" * 150)
    assert len(desk.names) == share
    desk.ask_all("u" * (100 - share), USER)
    assert len(desk.names) == 100
    desk.close()


def test_what_remains_is_seen_against_the_limit_of_the_report() -> None:
    desk = Desk(100)
    desk.observe(limit=1000, remaining=125)
    desk.ask_all("x" * 150)
    assert len(desk.names) == 50
    desk.close()


def test_slowing_down_ends_with_the_window() -> None:
    desk = Desk(10)
    desk.observe(limit=None, remaining=0)
    desk.ask_all("x" * 10)
    assert len(desk.names) == 1
    desk.loop.advance(0.5)
    desk.observe(limit=None, remaining=0)
    desk.loop.advance(0.75)
    assert len(desk.names) == 2
    desk.loop.advance(0.25)
    assert len(desk.names) == 10
    desk.close()


def test_slowing_down_ends_when_more_remains() -> None:
    desk = Desk(10)
    desk.observe(limit=10, remaining=0)
    desk.ask_all("x" * 10)
    desk.observe(limit=10, remaining=9)
    assert len(desk.names) == 10
    desk.close()
