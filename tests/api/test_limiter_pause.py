"""Pauses of the limiter, and its adjustment to the limit that Ring sends."""

from collections.abc import Iterator
import math

import pytest

from custom_components.ring_partner.api.errors import RateLimitError

from .limiter_driver import USER, LimiterDriver


@pytest.fixture
def driver() -> Iterator[LimiterDriver]:
    driver = LimiterDriver()
    yield driver
    driver.close()


def test_nothing_is_granted_during_a_pause(driver: LimiterDriver) -> None:
    driver.pause(5)
    assert driver.limiter.paused_for == 5
    driver.request("a")
    driver.request("1", USER)
    driver.loop.advance(4.9)
    assert driver.granted_names == ""
    assert driver.limiter.paused_for == pytest.approx(0.1)
    driver.loop.advance(0.2)
    assert driver.granted_names == "1a"
    assert driver.limiter.paused_for == 0


def test_a_later_pause_replaces_an_earlier_one(driver: LimiterDriver) -> None:
    driver.pause(5)
    driver.pause(2)
    assert driver.limiter.paused_for == 5
    driver.pause(7)
    assert driver.limiter.paused_for == 7
    driver.pause(math.nan)
    assert driver.limiter.paused_for == 7


def test_a_pause_longer_than_max_pause_raises_at_once(driver: LimiterDriver) -> None:
    driver.pause(5)
    waiting, rejected = (
        driver.request("a", max_pause=5),
        driver.request("b", max_pause=4.9),
    )
    error = rejected.exception()
    assert isinstance(error, RateLimitError)
    assert str(error) == "Ring asked for a pause in requests"
    assert error.retry_after == 5
    assert not waiting.done()
    driver.loop.advance(5)
    assert driver.granted_names == "a"


def test_a_new_pause_raises_for_waiting_requests_with_a_shorter_max_pause(
    driver: LimiterDriver,
) -> None:
    driver.request_all("ab")
    tasks = [
        driver.request(name, max_pause=1 if name in "ce" else 9) for name in "cdef"
    ]
    driver.loop.advance(0.5)
    driver.pause(3)
    assert [task.done() for task in tasks] == [True, False, True, False]
    error = tasks[0].exception()
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 3
    driver.loop.advance(3)
    assert driver.granted_names == "abdf"


def test_a_lower_limit_applies_until_ring_sends_another() -> None:
    driver = LimiterDriver(4)
    driver.adjust(limit=2)
    assert driver.limiter.limit == 2
    driver.request_all("abcd")
    assert driver.granted_names == "ab"
    driver.adjust(limit=3)
    assert driver.granted_names == "abc"
    driver.adjust(limit=1)
    assert driver.limiter.limit == 1
    driver.adjust(limit=1000)
    assert driver.limiter.limit == 4
    assert driver.granted_names == "abcd"
    driver.close()


def test_a_limit_below_the_current_grants_waits_until_enough_expire() -> None:
    driver = LimiterDriver(4)
    driver.request_all("ab")
    driver.loop.advance(0.5)
    driver.request_all("cd")
    driver.adjust(limit=2)
    driver.request("e")
    assert driver.loop.next_timer() == 1001.5
    driver.loop.advance(0.9)
    assert driver.granted_names == "abcd"
    driver.loop.advance(0.1)
    assert driver.grants[-1] == ("e", 1001.5)
    driver.close()


@pytest.mark.parametrize(
    ("limit", "remaining"),
    [(0, None), (-5, None), (None, -1), (0, -1), (0, 2), (None, None)],
)
def test_invalid_values_are_ignored(
    driver: LimiterDriver, limit: int | None, remaining: int | None
) -> None:
    driver.adjust(limit=limit, remaining=remaining)
    assert driver.limiter.limit == 2
    driver.request_all("ab")
    assert driver.granted_names == "ab"


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
def test_background_requests_get_a_smaller_share_as_less_remains(
    remaining: int, share: int
) -> None:
    driver = LimiterDriver(100)
    driver.adjust(limit=100, remaining=remaining)
    driver.request_all("x" * 150)
    assert len(driver.granted_names) == share
    driver.request_all("u" * (100 - share), USER)
    assert len(driver.granted_names) == 100
    driver.close()


def test_the_share_depends_on_the_limit_in_the_same_response() -> None:
    driver = LimiterDriver(100)
    driver.adjust(limit=1000, remaining=125)
    driver.request_all("x" * 150)
    assert len(driver.granted_names) == 50
    driver.close()


def test_the_smaller_share_ends_with_the_window() -> None:
    driver = LimiterDriver(10)
    driver.adjust(limit=None, remaining=0)
    driver.request_all("x" * 10)
    assert len(driver.granted_names) == 1
    driver.loop.advance(0.5)
    driver.adjust(limit=None, remaining=0)
    driver.loop.advance(0.75)
    assert len(driver.granted_names) == 2
    driver.loop.advance(0.25)
    assert len(driver.granted_names) == 10
    driver.close()


def test_the_smaller_share_ends_when_more_remains() -> None:
    driver = LimiterDriver(10)
    driver.adjust(limit=10, remaining=0)
    driver.request_all("x" * 10)
    driver.adjust(limit=10, remaining=9)
    assert len(driver.granted_names) == 10
    driver.close()
