"""Pairing of webhooks with history records of the same event."""

from dataclasses import replace
from datetime import timedelta
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.events import (
    EventSource,
    RingEvent,
    RingEventType,
)
from custom_components.ring_partner.events.pairing import (
    MAX_TIME_DIFFERENCE,
    MAX_UNPAIRED,
    EventPairing,
)

from ..event_factory import NOW, make_event


@pytest.fixture
def pairing() -> EventPairing:
    return EventPairing()


def test_each_event_is_paired_once(pairing: EventPairing) -> None:
    assert pairing.add(make_event(1), NOW)
    assert not pairing.add(make_event(1, "history", seconds=2), NOW)
    assert pairing.add(make_event(2, "history", seconds=4), NOW)
    assert not pairing.add(make_event(3, seconds=5), NOW)
    assert pairing.add(make_event(4, seconds=6), NOW)


@pytest.mark.parametrize(
    ("other", "is_pair"),
    [
        (make_event(2, "history", seconds=15), True),
        (make_event(2, "history", seconds=-15), True),
        (make_event(2, "history", seconds=16), False),
        (make_event(2, "history", seconds=-16), False),
        (make_event(2, "history", device_id="garden"), False),
        (make_event(2, "history", kind=RingEventType.MOTION_DETECTED), False),
        (make_event(2, "webhook"), False),
    ],
)
def test_events_of_one_device_and_type_are_paired_by_time(
    pairing: EventPairing, other: RingEvent, *, is_pair: bool
) -> None:
    assert pairing.add(make_event(1), NOW)
    assert (pairing.time_difference(other) <= 15) is is_pair
    assert pairing.add(other, NOW) is not is_pair


def test_nearest_event_is_paired(pairing: EventPairing) -> None:
    for number, seconds in enumerate((0, 10)):
        assert pairing.add(make_event(number, seconds=seconds), NOW)
    assert not pairing.add(make_event(1, "history", seconds=9), NOW)
    assert not pairing.add(make_event(2, "history", seconds=-9), NOW)


def test_events_without_a_device_are_not_paired(pairing: EventPairing) -> None:
    assert pairing.add(make_event(1, device_id=None), NOW)
    assert pairing.add(make_event(2, "history", device_id=None), NOW)


def test_event_without_a_time_is_paired_by_its_arrival(pairing: EventPairing) -> None:
    timeless = replace(make_event(1), time=None)
    assert pairing.add(timeless, NOW)
    assert pairing.time_difference(replace(timeless, source="history")) == math.inf
    assert not pairing.add(make_event(2, "history", seconds=14), NOW)


def missed(pairing: EventPairing, since: float, until: float) -> list[float]:
    """Return the times of the missed events, in seconds after noon."""
    noon = NOW.timestamp()
    return [
        sighting.at - noon
        for sighting in pairing.take_missed(
            NOW + timedelta(seconds=since), NOW + timedelta(seconds=until)
        )
    ]


def test_missed_events_are_taken_once(pairing: EventPairing) -> None:
    pairing.add(make_event(1, "history"), NOW)
    pairing.add(make_event(2, "history", kind=RingEventType.ON_DEMAND), NOW)
    pairing.add(make_event(3, "webhook", kind=RingEventType.MOTION_DETECTED), NOW)
    pairing.add(make_event(9, "history", seconds=100), NOW)

    assert missed(pairing, 1, 90) == []
    assert missed(pairing, 0, 90) == [0]
    assert missed(pairing, 0, 90) == []
    assert missed(pairing, 0, 100) == [100]


def test_missed_event_is_paired_with_a_later_webhook(pairing: EventPairing) -> None:
    assert pairing.add(make_event(1, "history"), NOW)
    assert missed(pairing, 0, 0) == [0]
    assert not pairing.add(make_event(1, seconds=1), NOW)


REPORTED = st.lists(
    st.tuples(
        st.sampled_from(("webhook", "history")),
        st.sampled_from(("door", "garden")),
        st.sampled_from((RingEventType.BUTTON_PRESS, RingEventType.MOTION_DETECTED)),
        st.integers(0, 60),
    ),
    max_size=40,
)


@given(REPORTED)
def test_pairing_gives_the_results_of_a_plain_search(
    reported: list[tuple[EventSource, str, str, int]],
) -> None:
    """Searching a plain list from end to end gives the same results."""
    pairing, plain = EventPairing(), list[RingEvent]()
    for number, (source, device_id, kind, seconds) in enumerate(reported):
        this = make_event(
            number, source, seconds=seconds, device_id=device_id, kind=kind
        )
        differences = {
            index: abs(((other.time or NOW) - (this.time or NOW)).total_seconds())
            for index, other in enumerate(plain)
            if other.source != source
            and (other.device_id, other.type) == (device_id, kind)
        }
        near = {
            i: d
            for i, d in differences.items()
            if d <= MAX_TIME_DIFFERENCE.total_seconds()
        }
        nearest = min(near.values(), default=math.inf)
        assert pairing.time_difference(this) == nearest
        assert pairing.add(this, NOW) is (not near)
        if near:
            # Of two equally near events, the earlier one is paired.
            pair = min(near, key=lambda i: (near[i], plain[i].time or NOW))
            del plain[pair]
        else:
            plain.append(this)
        kept = pairing.as_dict()
        assert sum(map(len, kept.values())) == len(plain)

        again = EventPairing()
        again.load(kept)
        assert again.as_dict() == kept
        pairing = again


def test_latest_events_are_kept_in_any_order(pairing: EventPairing) -> None:
    latest = MAX_UNPAIRED + 50
    for number in range(latest, 0, -1):
        assert pairing.add(make_event(number, seconds=20 * number), NOW)
    kept = [sighting["at"] for sighting in pairing.as_dict()["webhook"]]
    assert len(kept) == MAX_UNPAIRED
    assert kept == sorted(kept)
    assert kept[-1] == NOW.timestamp() + 20 * latest
