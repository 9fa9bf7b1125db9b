"""A fleet of homes that share a client ID, half as large as that of the benchmark.

It has fewer homes for each request that is allowed: with a smaller limit, chance weighs
more.
"""

import pytest

from benchmarks.fleet import count_refused, recover_from_outage, restart_all
from benchmarks.fleet_simulation import Fleet

HOUR = 3_600
LIMIT = 50
HOMES = 25_000


@pytest.fixture
def fleet() -> Fleet:
    """Return a fleet in its steady state."""
    fleet = Fleet(1, limit=LIMIT)
    fleet.add_homes(HOMES)
    fleet.settle()
    return fleet


def test_steady_state(fleet: Fleet) -> None:
    fleet.run(HOUR)
    assert count_refused(fleet.window(0)) == 0
    assert fleet.kinds.keys() == {"poll", "history", "picture", "token"}


def test_outage(fleet: Fleet) -> None:
    seconds, fresh_after = recover_from_outage(fleet, 2 * HOUR)
    assert max(second.requests for second in seconds) <= LIMIT
    assert fresh_after < 2 * HOUR


def test_all_homes_start_at_once(fleet: Fleet) -> None:
    fleet.run(HOUR)  # Some access tokens have expired since the last poll.
    seconds, fresh_after = restart_all(fleet, 2 * HOUR)
    assert count_refused(seconds) < 4 * HOMES
    assert count_refused(seconds[HOUR // 2 :]) < 10
    assert fresh_after < 2 * HOUR
