"""The delivery tracker: what webhooks and missed events say about the delivery."""

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
    """Adds webhooks and missed events, one minute apart."""

    def __init__(self, *delivered: EventTopic) -> None:
        self.tracker = DeliveryTracker()
        self.tracker.load({"delivered": delivered, "missed_in_a_row": 0})
        self.now = NOW

    @property
    def delivered(self) -> set[EventTopic]:
        return set(self.tracker.as_dict()["delivered"])

    def arrived(self, *topics: EventTopic | None) -> None:
        for topic in topics:
            self.now += timedelta(minutes=1)
            self.tracker.add_delivery(topic, self.now)

    def missed(self, *topics: EventTopic, ago: float = 0) -> None:
        for topic in topics:
            self.now += timedelta(minutes=1)
            self.tracker.add_missed(topic, self.now - timedelta(minutes=ago))


def test_delivery_is_broken_if_no_webhook_ever_arrived() -> None:
    driver = TrackerDriver()
    driver.missed(MOTION)
    assert not driver.tracker.is_broken
    assert driver.tracker.may_be_broken
    driver.missed(PRESS)
    assert driver.tracker.is_broken
    assert driver.tracker.devices_not_sent == set()


def test_device_is_not_reported_before_the_first_webhook() -> None:
    driver = TrackerDriver()
    driver.missed(MOTION, MOTION, MOTION)
    assert driver.tracker.devices_not_sent == set()
    driver.arrived(PRESS)
    assert driver.tracker.devices_not_sent == {"garden"}


def test_delivery_is_broken_until_the_next_webhook() -> None:
    driver = TrackerDriver()
    driver.arrived(PRESS)
    driver.missed(PRESS, PRESS)
    assert driver.tracker.is_broken
    driver.arrived(None)  # a webhook about no device
    assert not driver.tracker.is_broken
    assert not driver.tracker.may_be_broken


def test_webhook_about_no_device_adds_no_topic() -> None:
    driver = TrackerDriver()
    driver.arrived(None)
    assert driver.delivered == set()
    driver.missed(MOTION, PRESS)
    assert driver.tracker.is_broken


def test_device_without_webhooks_is_reported() -> None:
    driver = TrackerDriver()
    driver.arrived(PRESS)
    driver.missed(MOTION, MOTION)
    assert driver.tracker.devices_not_sent == set()
    assert driver.tracker.devices_with_missed_events == {"garden"}
    assert not driver.tracker.may_be_broken
    driver.missed(MOTION)
    assert driver.tracker.devices_not_sent == {"garden"}
    assert not driver.tracker.is_broken
    driver.arrived(MOTION)
    assert (
        driver.tracker.devices_not_sent
        == driver.tracker.devices_with_missed_events
        == set()
    )
    assert driver.delivered == {PRESS, MOTION}


def test_doorbell_without_motion_webhooks_is_reported() -> None:
    driver = TrackerDriver(PRESS)
    driver.missed(DOOR_MOTION, DOOR_MOTION, DOOR_MOTION)
    driver.arrived(PRESS)
    assert driver.tracker.devices_not_sent == {"door"}


def test_disabled_alerts_count_as_broken_delivery_once() -> None:
    driver = TrackerDriver(PRESS, MOTION)
    driver.missed(MOTION, MOTION, MOTION)
    assert driver.tracker.is_broken
    assert driver.tracker.devices_not_sent == set()
    driver.arrived(PRESS)
    assert driver.delivered == {PRESS}
    assert driver.tracker.devices_not_sent == {"garden"}
    driver.missed(MOTION, MOTION, MOTION)
    assert not driver.tracker.is_broken


def test_single_missed_events_do_not_break_the_delivery() -> None:
    driver = TrackerDriver(PRESS, MOTION)
    for _ in range(5):
        driver.missed(MOTION, MOTION)
        driver.arrived(PRESS, MOTION)
    assert driver.delivered == {PRESS, MOTION}
    assert driver.tracker.missed_events == 10
    assert driver.tracker.devices_not_sent == set()


@pytest.mark.parametrize(("ago", "counts"), [(0, True), (0.9, True), (1, False)])
def test_event_missed_before_the_last_webhook_is_ignored(
    ago: float, *, counts: bool
) -> None:
    driver = TrackerDriver()
    driver.arrived(MOTION)
    driver.missed(MOTION, ago=ago)
    assert driver.tracker.may_be_broken is counts
    assert (driver.tracker.devices_with_missed_events == {"garden"}) is counts
    assert driver.tracker.missed_events == 1


def test_later_webhook_of_another_device_clears_no_device() -> None:
    driver = TrackerDriver(PRESS, MOTION)
    driver.arrived(PRESS)
    driver.missed(MOTION, ago=2)
    assert not driver.tracker.may_be_broken
    assert driver.tracker.devices_with_missed_events == {"garden"}


def test_three_wrong_signatures_mean_a_wrong_key() -> None:
    driver = TrackerDriver()
    for expected in (False, False, True):
        driver.tracker.add_wrong_signature()
        assert driver.tracker.has_wrong_key is expected
    driver.arrived(None)
    assert not driver.tracker.has_wrong_key
    assert driver.tracker.wrong_signatures == 3


def test_removed_device_is_forgotten() -> None:
    driver = TrackerDriver(PRESS)
    driver.missed(MOTION, MOTION, MOTION, DOOR_MOTION)
    driver.tracker.forget_device("garden")
    assert driver.tracker.devices_not_sent == set()
    assert driver.tracker.devices_with_missed_events == {"door"}


def test_broken_delivery_survives_a_restart() -> None:
    driver = TrackerDriver(PRESS)
    driver.missed(PRESS, PRESS)
    restarted = TrackerDriver()
    restarted.tracker.load(driver.tracker.as_dict())
    assert restarted.delivered == {PRESS}
    assert restarted.tracker.is_broken


TOPICS = st.sampled_from((PRESS, DOOR_MOTION, MOTION))


@given(
    st.sets(TOPICS),
    st.lists(st.tuples(st.booleans(), TOPICS, st.floats(0, 10)), max_size=30),
)
def test_missing_webhooks_always_break_the_delivery(
    known: set[EventTopic], happened: list[tuple[bool, EventTopic, float]]
) -> None:
    driver = TrackerDriver(*known)
    for arrived, topic, ago in happened:
        if arrived:
            driver.arrived(topic)
        else:
            driver.missed(topic, ago=ago)
    driver.now += timedelta(minutes=20)
    for topic in (PRESS, DOOR_MOTION, MOTION):
        driver.missed(topic, topic, topic)
    tracker = driver.tracker
    assert tracker.is_broken
    # The next webhooks end it.
    driver.arrived(PRESS, DOOR_MOTION, MOTION)
    assert not tracker.is_broken
    assert not tracker.devices_with_missed_events
    assert driver.delivered == {PRESS, DOOR_MOTION, MOTION}
