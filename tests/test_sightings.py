"""Events that both of Ring's ways tell of are the same ones."""

from dataclasses import replace
from datetime import timedelta
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ring_partner.api.events import EventKind, EventSource, RingEvent
from custom_components.ring_partner.sightings import (
    MOST_SIGHTINGS,
    SAME_WITHIN,
    Sightings,
)

from .told import NOW, event


@pytest.fixture
def sightings() -> Sightings:
    return Sightings()


def test_each_event_has_one_twin_at_most(sightings: Sightings) -> None:
    assert sightings.is_new(event(1), NOW)
    assert not sightings.is_new(event(1, "history", seconds=2), NOW)
    assert sightings.is_new(event(2, "history", seconds=4), NOW)
    assert not sightings.is_new(event(3, seconds=5), NOW)
    assert sightings.is_new(event(4, seconds=6), NOW)


@pytest.mark.parametrize(
    ("other", "is_twin"),
    [
        (event(2, "history", seconds=15), True),
        (event(2, "history", seconds=-15), True),
        (event(2, "history", seconds=16), False),
        (event(2, "history", seconds=-16), False),
        (event(2, "history", device_id="garden"), False),
        (event(2, "history", kind=EventKind.MOTION_DETECTED), False),
        (event(2, "webhook"), False),
    ],
)
def test_twins(sightings: Sightings, other: RingEvent, *, is_twin: bool) -> None:
    assert sightings.is_new(event(1), NOW)
    assert (sightings.distance_to_twin(other) <= 15) is is_twin
    assert sightings.is_new(other, NOW) is not is_twin


def test_the_nearest_twin_is_the_one(sightings: Sightings) -> None:
    for number, seconds in enumerate((0, 10)):
        assert sightings.is_new(event(number, seconds=seconds), NOW)
    assert not sightings.is_new(event(1, "history", seconds=9), NOW)
    assert not sightings.is_new(event(2, "history", seconds=-9), NOW)


def test_events_of_no_device_have_no_twin(sightings: Sightings) -> None:
    assert sightings.is_new(event(1, device_id=None), NOW)
    assert sightings.is_new(event(2, "history", device_id=None), NOW)


def test_an_event_without_a_time_happened_when_it_came(sightings: Sightings) -> None:
    timeless = replace(event(1), time=None)
    assert sightings.is_new(timeless, NOW)
    assert sightings.distance_to_twin(replace(timeless, source="history")) == math.inf
    assert not sightings.is_new(event(2, "history", seconds=14), NOW)


def missed(sightings: Sightings, since: float, until: float) -> list[float]:
    """Return which seconds after noon have events that no webhook told of."""
    noon = NOW.timestamp()
    return [
        sighting.at - noon
        for sighting in sightings.take_missed(
            NOW + timedelta(seconds=since), NOW + timedelta(seconds=until)
        )
    ]


def test_missed_events_are_taken_once(sightings: Sightings) -> None:
    sightings.is_new(event(1, "history"), NOW)
    sightings.is_new(event(2, "history", kind=EventKind.ON_DEMAND), NOW)
    sightings.is_new(event(3, "webhook", kind=EventKind.MOTION_DETECTED), NOW)
    sightings.is_new(event(9, "history", seconds=100), NOW)

    assert missed(sightings, 1, 90) == []
    assert missed(sightings, 0, 90) == [0]
    assert missed(sightings, 0, 90) == []
    assert missed(sightings, 0, 100) == [100]


def test_a_missed_event_may_still_be_delivered(sightings: Sightings) -> None:
    assert sightings.is_new(event(1, "history"), NOW)
    assert missed(sightings, 0, 0) == [0]
    assert not sightings.is_new(event(1, seconds=1), NOW)


TOLD = st.lists(
    st.tuples(
        st.sampled_from(("webhook", "history")),
        st.sampled_from(("door", "garden")),
        st.sampled_from((EventKind.BUTTON_PRESS, EventKind.MOTION_DETECTED)),
        st.integers(0, 60),
    ),
    max_size=40,
)


@given(TOLD)
def test_what_is_known_does_not_depend_on_how_it_is_kept(
    told: list[tuple[EventSource, str, str, int]],
) -> None:
    """A plain list that is searched from end to end gives the same answers."""
    sightings, plain = Sightings(), list[RingEvent]()
    for number, (source, device_id, kind, seconds) in enumerate(told):
        this = event(number, source, seconds=seconds, device_id=device_id, kind=kind)
        apart = {
            index: abs(((other.time or NOW) - (this.time or NOW)).total_seconds())
            for index, other in enumerate(plain)
            if other.source != source
            and (other.device_id, other.type) == (device_id, kind)
        }
        near = {i: d for i, d in apart.items() if d <= SAME_WITHIN.total_seconds()}
        nearest = min(near.values(), default=math.inf)
        assert sightings.distance_to_twin(this) == nearest
        assert sightings.is_new(this, NOW) is (not near)
        if near:
            # Of two equally near ones the earlier.
            twin = min(near, key=lambda i: (near[i], plain[i].time or NOW))
            del plain[twin]
        else:
            plain.append(this)
        kept = sightings.as_stored()
        assert sum(map(len, kept.values())) == len(plain)

        again = Sightings()
        again.load(kept)
        assert again.as_stored() == kept
        sightings = again


def test_the_latest_are_kept_whatever_their_order(sightings: Sightings) -> None:
    latest = MOST_SIGHTINGS + 50
    for number in range(latest, 0, -1):
        assert sightings.is_new(event(number, seconds=20 * number), NOW)
    kept = [sighting["at"] for sighting in sightings.as_stored()["webhook"]]
    assert len(kept) == MOST_SIGHTINGS
    assert kept == sorted(kept)
    assert kept[-1] == NOW.timestamp() + 20 * latest
