"""What can be told from deliveries that came and from events that were missed."""

from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.deliveries import Deliveries, Subject

from .told import NOW

PRESS = ("door", "button_press")
DOOR_MOTION = ("door", "motion_detected")
MOTION = ("garden", "motion_detected")


class Day:
    """One thing after the other, a minute each."""

    def __init__(self, *known: Subject) -> None:
        self.deliveries = Deliveries()
        self.deliveries.load({"known": known, "missed_in_a_row": 0})
        self.now = NOW

    @property
    def known(self) -> set[Subject]:
        return set(self.deliveries.as_stored()["known"])

    def came(self, *subjects: Subject | None) -> None:
        for subject in subjects:
            self.now += timedelta(minutes=1)
            self.deliveries.came(subject, self.now)

    def missed(self, *subjects: Subject, ago: float = 0) -> None:
        for subject in subjects:
            self.now += timedelta(minutes=1)
            self.deliveries.was_missed(subject, self.now - timedelta(minutes=ago))


def test_nothing_was_ever_delivered() -> None:
    day = Day()
    day.missed(MOTION)
    assert not day.deliveries.are_missing
    assert day.deliveries.in_doubt
    day.missed(PRESS)
    assert day.deliveries.are_missing
    assert day.deliveries.unsent_devices == set()


def test_no_single_camera_is_to_blame_while_nothing_is_delivered() -> None:
    day = Day()
    day.missed(MOTION, MOTION, MOTION)
    assert day.deliveries.unsent_devices == set()
    day.came(PRESS)
    assert day.deliveries.unsent_devices == {"garden"}


def test_nothing_is_delivered_any_more() -> None:
    day = Day()
    day.came(PRESS)
    day.missed(PRESS, PRESS)
    assert day.deliveries.are_missing
    day.came(None)  # whatever it is about
    assert not day.deliveries.are_missing
    assert not day.deliveries.in_doubt


def test_what_is_about_no_camera_does_not_stand_for_one() -> None:
    day = Day()
    day.came(None)
    assert day.known == set()
    day.missed(MOTION, PRESS)
    assert day.deliveries.are_missing


def test_one_camera_is_not_delivered() -> None:
    day = Day()
    day.came(PRESS)
    day.missed(MOTION, MOTION)
    assert day.deliveries.unsent_devices == set()
    assert day.deliveries.doubtful_devices == {"garden"}
    assert not day.deliveries.in_doubt
    day.missed(MOTION)
    assert day.deliveries.unsent_devices == {"garden"}
    assert not day.deliveries.are_missing
    day.came(MOTION)
    assert day.deliveries.unsent_devices == day.deliveries.doubtful_devices == set()
    assert day.known == {PRESS, MOTION}


def test_a_doorbell_that_sends_presses_and_no_motion() -> None:
    day = Day(PRESS)
    day.missed(DOOR_MOTION, DOOR_MOTION, DOOR_MOTION)
    day.came(PRESS)
    assert day.deliveries.unsent_devices == {"door"}


def test_alerts_that_were_switched_off() -> None:
    """They count as broken deliveries once, and never again."""
    day = Day(PRESS, MOTION)
    day.missed(MOTION, MOTION, MOTION)
    assert day.deliveries.are_missing
    assert day.deliveries.unsent_devices == set()
    day.came(PRESS)
    assert day.known == {PRESS}
    assert day.deliveries.unsent_devices == {"garden"}
    day.missed(MOTION, MOTION, MOTION)
    assert not day.deliveries.are_missing


def test_single_losses_change_nothing() -> None:
    day = Day(PRESS, MOTION)
    for _ in range(5):
        day.missed(MOTION, MOTION)
        day.came(PRESS, MOTION)
    assert day.known == {PRESS, MOTION}
    assert day.deliveries.missed_events == 10
    assert day.deliveries.unsent_devices == set()


@pytest.mark.parametrize(("ago", "counts"), [(0, True), (0.9, True), (1, False)])
def test_what_was_missed_before_the_last_delivery(ago: float, *, counts: bool) -> None:
    day = Day()
    day.came(MOTION)
    day.missed(MOTION, ago=ago)
    assert day.deliveries.in_doubt is counts
    assert (day.deliveries.doubtful_devices == {"garden"}) is counts
    assert day.deliveries.missed_events == 1


def test_another_camera_s_delivery_in_between_says_nothing_of_this_one() -> None:
    day = Day(PRESS, MOTION)
    day.came(PRESS)
    day.missed(MOTION, ago=2)
    assert not day.deliveries.in_doubt
    assert day.deliveries.doubtful_devices == {"garden"}


def test_wrong_signatures() -> None:
    day = Day()
    for expected in (False, False, True):
        day.deliveries.was_refused()
        assert day.deliveries.are_signed_wrong is expected
    day.came(None)
    assert not day.deliveries.are_signed_wrong
    assert day.deliveries.wrong_signatures == 3


def test_a_device_that_is_gone() -> None:
    day = Day(PRESS)
    day.missed(MOTION, MOTION, MOTION, DOOR_MOTION)
    day.deliveries.forget("garden")
    assert day.deliveries.unsent_devices == set()
    assert day.deliveries.doubtful_devices == {"door"}


def test_a_restart_mends_nothing() -> None:
    day = Day(PRESS)
    day.missed(PRESS, PRESS)
    later = Day()
    later.deliveries.load(day.deliveries.as_stored())
    assert later.known == {PRESS}
    assert later.deliveries.are_missing


SUBJECTS = st.sampled_from((PRESS, DOOR_MOTION, MOTION))


@given(
    st.sets(SUBJECTS),
    st.lists(st.tuples(st.booleans(), SUBJECTS, st.floats(0, 10)), max_size=30),
)
def test_whatever_happens_a_lasting_silence_is_told(
    known: set[Subject], happened: list[tuple[bool, Subject, float]]
) -> None:
    day = Day(*known)
    for came, subject, ago in happened:
        if came:
            day.came(subject)
        else:
            day.missed(subject, ago=ago)
    day.now += timedelta(minutes=20)
    for subject in (PRESS, DOOR_MOTION, MOTION):
        day.missed(subject, subject, subject)
    deliveries = day.deliveries
    assert deliveries.are_missing
    # and that it is over
    day.came(PRESS, DOOR_MOTION, MOTION)
    assert not deliveries.are_missing
    assert not deliveries.doubtful_devices
    assert day.known == {PRESS, DOOR_MOTION, MOTION}
