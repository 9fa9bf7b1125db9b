"""Which cameras' history is read, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ring_partner.events.history_schedule import HistorySchedule

NOW = datetime(2026, 9, 15, tzinfo=UTC)
DOOR = "door"


class ScheduleDriver:
    """A schedule at a time that the test sets."""

    def __init__(self) -> None:
        self.crowded_interval = timedelta()
        self.random = 0.5
        self.now = NOW
        self.schedule = HistorySchedule(
            lambda: self.crowded_interval, random=lambda: self.random
        )

    def due_after(self, *, is_reliable: bool) -> int:
        """Return the minutes until the camera is due."""
        for minutes in range(24 * 60):
            if self.schedule.is_due(
                DOOR, self.now + timedelta(minutes=minutes), is_reliable=is_reliable
            ):
                return minutes
        raise AssertionError("The camera is never due")


@pytest.fixture
def driver() -> ScheduleDriver:
    """Return a schedule of a home with the client ID for itself."""
    return ScheduleDriver()


def test_a_camera_is_due_at_first(driver: ScheduleDriver) -> None:
    assert driver.due_after(is_reliable=True) == 0


@pytest.mark.parametrize(("is_reliable", "minutes"), [(True, 60), (False, 0)])
def test_a_camera_that_was_read(
    driver: ScheduleDriver, *, is_reliable: bool, minutes: int
) -> None:
    driver.schedule.set_read(DOOR, NOW)
    assert driver.due_after(is_reliable=is_reliable) == minutes


@pytest.mark.parametrize("forget", ["read_all", "forget_device"])
def test_a_camera_is_due_again(driver: ScheduleDriver, forget: str) -> None:
    driver.schedule.set_read(DOOR, NOW)
    if forget == "read_all":
        driver.schedule.read_all()
    else:
        driver.schedule.forget_device(DOOR)
    assert driver.due_after(is_reliable=True) == 0


@pytest.mark.parametrize("is_reliable", [True, False])
def test_history_is_read_rarely_in_a_crowd(
    driver: ScheduleDriver, *, is_reliable: bool
) -> None:
    driver.crowded_interval = timedelta(minutes=30)
    driver.schedule.set_read(DOOR, NOW)
    # 75 percent of four intervals of the polls
    assert driver.due_after(is_reliable=is_reliable) == 90


def test_all_homes_of_a_crowd_do_not_read_at_once(driver: ScheduleDriver) -> None:
    driver.crowded_interval = timedelta(minutes=30)
    for driver.random, minutes in ((0.25, 30), (0.75, 90)):
        assert driver.due_after(is_reliable=False) == minutes
        driver.schedule.read_all()


def test_the_clock_is_set_back(driver: ScheduleDriver) -> None:
    driver.schedule.set_read(DOOR, NOW)
    driver.now = NOW - timedelta(hours=3)
    assert driver.due_after(is_reliable=True) == 0
