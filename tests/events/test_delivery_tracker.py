"""What webhooks that came and missed events say about the event delivery."""

from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.events.delivery_tracker import (
    DeliveryTracker,
    EventTopic,
)

from ..event_factory import NOW

PRESS = ("door", "button_press")
DOOR_MOTION = ("door", "motion_detected")
MOTION = ("garden", "motion_detected")


class TrackerDriver:
    """Counts webhooks and missed events, one minute apart."""

    def __init__(self, *delivered: EventTopic) -> None:
        self.tracker = DeliveryTracker()
        self.tracker.load({"delivered": delivered, "missed_in_a_row": 0})
        self.now = NOW

    @property
    def delivered(self) -> set[EventTopic]:
        return set(self.tracker.as_dict()["delivered"])

    def came(self, *topics: EventTopic | None) -> None:
        for topic in topics:
            self.now += timedelta(minutes=1)
            self.tracker.add_delivery(topic, self.now)

    def missed(self, *topics: EventTopic, ago: float = 0) -> None:
        for topic in topics:
            self.now += timedelta(minutes=1)
            self.tracker.add_missed(topic, self.now - timedelta(minutes=ago))


def test_nothing_was_ever_delivered() -> None:
    driver = TrackerDriver()
    driver.missed(MOTION)
    assert not driver.tracker.is_broken
    assert driver.tracker.may_be_broken
    driver.missed(PRESS)
    assert driver.tracker.is_broken
    assert driver.tracker.devices_not_sent == set()


def test_no_single_camera_is_to_blame_while_nothing_is_delivered() -> None:
    driver = TrackerDriver()
    driver.missed(MOTION, MOTION, MOTION)
    assert driver.tracker.devices_not_sent == set()
    driver.came(PRESS)
    assert driver.tracker.devices_not_sent == {"garden"}


def test_nothing_is_delivered_any_more() -> None:
    driver = TrackerDriver()
    driver.came(PRESS)
    driver.missed(PRESS, PRESS)
    assert driver.tracker.is_broken
    driver.came(None)  # whatever it is about
    assert not driver.tracker.is_broken
    assert not driver.tracker.may_be_broken


def test_what_is_about_no_camera_does_not_stand_for_one() -> None:
    driver = TrackerDriver()
    driver.came(None)
    assert driver.delivered == set()
    driver.missed(MOTION, PRESS)
    assert driver.tracker.is_broken


def test_one_camera_is_not_delivered() -> None:
    driver = TrackerDriver()
    driver.came(PRESS)
    driver.missed(MOTION, MOTION)
    assert driver.tracker.devices_not_sent == set()
    assert driver.tracker.devices_with_missed_events == {"garden"}
    assert not driver.tracker.may_be_broken
    driver.missed(MOTION)
    assert driver.tracker.devices_not_sent == {"garden"}
    assert not driver.tracker.is_broken
    driver.came(MOTION)
    assert (
        driver.tracker.devices_not_sent
        == driver.tracker.devices_with_missed_events
        == set()
    )
    assert driver.delivered == {PRESS, MOTION}


def test_a_doorbell_that_sends_presses_and_no_motion() -> None:
    driver = TrackerDriver(PRESS)
    driver.missed(DOOR_MOTION, DOOR_MOTION, DOOR_MOTION)
    driver.came(PRESS)
    assert driver.tracker.devices_not_sent == {"door"}


def test_alerts_that_were_switched_off() -> None:
    """They count as broken deliveries once, and never again."""
    driver = TrackerDriver(PRESS, MOTION)
    driver.missed(MOTION, MOTION, MOTION)
    assert driver.tracker.is_broken
    assert driver.tracker.devices_not_sent == set()
    driver.came(PRESS)
    assert driver.delivered == {PRESS}
    assert driver.tracker.devices_not_sent == {"garden"}
    driver.missed(MOTION, MOTION, MOTION)
    assert not driver.tracker.is_broken


def test_single_losses_change_nothing() -> None:
    driver = TrackerDriver(PRESS, MOTION)
    for _ in range(5):
        driver.missed(MOTION, MOTION)
        driver.came(PRESS, MOTION)
    assert driver.delivered == {PRESS, MOTION}
    assert driver.tracker.missed_events == 10
    assert driver.tracker.devices_not_sent == set()


@pytest.mark.parametrize(("ago", "counts"), [(0, True), (0.9, True), (1, False)])
def test_what_was_missed_before_the_last_delivery(ago: float, *, counts: bool) -> None:
    driver = TrackerDriver()
    driver.came(MOTION)
    driver.missed(MOTION, ago=ago)
    assert driver.tracker.may_be_broken is counts
    assert (driver.tracker.devices_with_missed_events == {"garden"}) is counts
    assert driver.tracker.missed_events == 1


def test_another_camera_s_delivery_in_between_says_nothing_of_this_one() -> None:
    driver = TrackerDriver(PRESS, MOTION)
    driver.came(PRESS)
    driver.missed(MOTION, ago=2)
    assert not driver.tracker.may_be_broken
    assert driver.tracker.devices_with_missed_events == {"garden"}


def test_wrong_signatures() -> None:
    driver = TrackerDriver()
    for expected in (False, False, True):
        driver.tracker.add_wrong_signature()
        assert driver.tracker.has_wrong_key is expected
    driver.came(None)
    assert not driver.tracker.has_wrong_key
    assert driver.tracker.wrong_signatures == 3


def test_a_device_that_is_gone() -> None:
    driver = TrackerDriver(PRESS)
    driver.missed(MOTION, MOTION, MOTION, DOOR_MOTION)
    driver.tracker.forget_device("garden")
    assert driver.tracker.devices_not_sent == set()
    assert driver.tracker.devices_with_missed_events == {"door"}


def test_a_restart_mends_nothing() -> None:
    driver = TrackerDriver(PRESS)
    driver.missed(PRESS, PRESS)
    later = TrackerDriver()
    later.tracker.load(driver.tracker.as_dict())
    assert later.delivered == {PRESS}
    assert later.tracker.is_broken


TOPICS = st.sampled_from((PRESS, DOOR_MOTION, MOTION))


@given(
    st.sets(TOPICS),
    st.lists(st.tuples(st.booleans(), TOPICS, st.floats(0, 10)), max_size=30),
)
def test_whatever_happens_a_lasting_silence_is_told(
    known: set[EventTopic], happened: list[tuple[bool, EventTopic, float]]
) -> None:
    driver = TrackerDriver(*known)
    for came, topic, ago in happened:
        if came:
            driver.came(topic)
        else:
            driver.missed(topic, ago=ago)
    driver.now += timedelta(minutes=20)
    for topic in (PRESS, DOOR_MOTION, MOTION):
        driver.missed(topic, topic, topic)
    tracker = driver.tracker
    assert tracker.is_broken
    # and that it is over
    driver.came(PRESS, DOOR_MOTION, MOTION)
    assert not tracker.is_broken
    assert not tracker.devices_with_missed_events
    assert driver.delivered == {PRESS, DOOR_MOTION, MOTION}
