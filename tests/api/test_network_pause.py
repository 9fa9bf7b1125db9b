"""The pause after Ring's edge servers refused the network."""

import pytest

from custom_components.ring_partner.api.errors import NetworkRefusedError
from custom_components.ring_partner.api.network_pause import NetworkPause


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pause(time: Time) -> NetworkPause:
    return NetworkPause(clock=time)


def test_no_pause_at_first(pause: NetworkPause) -> None:
    assert pause.remaining == 0
    pause.check()


def test_each_refusal_doubles_the_pause_up_to_a_day(
    pause: NetworkPause, time: Time
) -> None:
    hours = []
    for _ in range(9):
        hours.append(pause.record_refusal() / 3600)
        time.now += pause.remaining
        assert pause.remaining == 0
        pause.check()
    assert hours == [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24]


def test_error_during_the_pause(pause: NetworkPause, time: Time) -> None:
    pause.record_refusal()
    time.now += 899
    with pytest.raises(NetworkRefusedError, match="Ring refuses connections") as caught:
        pause.check()
    assert caught.value.status == 406
    assert caught.value.retry_after == 1


def test_refusal_during_the_pause_does_not_prolong_it(
    pause: NetworkPause, time: Time
) -> None:
    pause.record_refusal()
    time.now += 300
    assert pause.record_refusal() == 600
    time.now += 1000
    assert pause.remaining == 0
    assert pause.record_refusal() == 1800


def test_next_pause_after_a_skipped_one_is_longer(pause: NetworkPause) -> None:
    pause.record_refusal()
    pause.skip()
    pause.check()
    assert pause.record_refusal() == 1800


def test_accepted_request_ends_the_pause(pause: NetworkPause) -> None:
    pause.record_refusal()
    pause.reset()
    pause.check()
    assert pause.record_refusal() == 900
