"""How many homes can share a client ID, and how they return after an outage.

Ring allows 100 requests per second for each client ID (Ring Partner API reference, 4).
The homes are simulated; see `fleet_simulation`.

A home has three devices, of which two are cameras, and 20 events a day with a picture
each, for which one request is enough. Webhooks reach 95 percent of the homes. Renewals
of the sign-in count, although the token endpoint is another host. What persons do, such
as live views, does not.
"""

from collections.abc import Sequence
import math
from typing import Final

from .fleet_home import Home
from .fleet_simulation import Fleet, Second
from .table import Row

HOMES: Final = 80_000
LIMIT: Final = 100
_SEED: Final = 1
_HOUR: Final = 3_600
_MINUTE: Final = 60
_MORE: Final = range(80_000, 160_000, 5_000)
"""Numbers of homes to try."""


async def run() -> list[Row]:
    """Simulate the steady state, an outage and a start of all homes."""
    return [_most_homes(), *_outage(), *_restart(), *_lost_webhooks()]


def settled(homes: int = HOMES) -> Fleet:
    """Return a fleet that has run for a long time."""
    fleet = Fleet(_SEED, limit=LIMIT)
    fleet.add_homes(homes)
    fleet.settle()
    fleet.run(_HOUR)
    return fleet


def _most_homes() -> Row:
    """Return for how many homes the limit is enough for two hours."""
    possible = 0
    for homes in _MORE:
        fleet = settled(homes)
        start = fleet.now
        fleet.run(2 * _HOUR)
        if count_refused(fleet.window(start)):
            break
        possible = homes
    return Row(
        "Homes without a 429 in the steady state (goal)",
        possible,
        HOMES,
        "homes",
        possible / HOMES,
        f"{HOMES:,} homes",
    )


def _outage() -> list[Row]:
    """Let Ring fail for an hour."""
    fleet = settled()
    seconds, fresh_after = recover_from_outage(fleet, 3 * _HOUR)
    return [
        _peak_row("Peak after an outage of an hour (limit)", seconds),
        _refused_row("429s after an outage of an hour (requests)", seconds),
        _fresh_row("Homes are fresh after an outage of an hour (goal)", fresh_after),
    ]


def _restart() -> list[Row]:
    """Start all homes in the same second.

    Each polls once at once, so that the peak of the first second is their number.
    """
    fleet = settled()
    seconds, fresh_after = restart_all(fleet, 3 * _HOUR)
    return [
        _peak_row(
            "Peak from 30 minutes after all homes start at once (limit)",
            seconds[30 * _MINUTE :],
        ),
        _refused_row(
            "429s from 30 minutes after all homes start at once (requests)",
            seconds[30 * _MINUTE :],
        ),
        _fresh_row("Homes are fresh after all start at once (goal)", fresh_after),
    ]


def recover_from_outage(fleet: Fleet, time: float) -> tuple[list[Second], float]:
    """Let Ring fail for an hour, and some time pass.

    Returns:
        The requests after the outage, and after how many seconds the last home whose
        polls had failed was fresh again.

    """
    fleet.has_outage = True
    fleet.run(_HOUR)
    fleet.has_outage = False
    failed = [home for home in fleet.homes if home.polls.failures]
    return _recover(fleet, failed, time)


def restart_all(fleet: Fleet, time: float) -> tuple[list[Second], float]:
    """Start all homes in the same second, and let some time pass.

    Returns:
        The requests, and after how many seconds the last home was fresh.

    """
    for number, home in enumerate(fleet.homes):
        fleet.start(home, number / len(fleet.homes))
    return _recover(fleet, fleet.homes, time)


def _recover(
    fleet: Fleet, homes: Sequence[Home], time: float
) -> tuple[list[Second], float]:
    start = fleet.now
    for home in homes:
        home.recovered = None
    fleet.run(time)
    last = max(math.inf if home.recovered is None else home.recovered for home in homes)
    return fleet.window(start), last - start


def _lost_webhooks() -> list[Row]:
    """Let Ring send no webhooks for six hours."""
    fleet = settled()
    start = fleet.now
    fleet.delivers = False
    fleet.run(6 * _HOUR)
    fleet.delivers = True
    fleet.run(2 * _HOUR)
    return [
        _peak_row("Peak without webhooks for six hours (limit)", fleet.window(start))
    ]


def _peak_row(name: str, seconds: Sequence[Second]) -> Row:
    peak = max(second.requests for second in seconds)
    return Row(name, peak, LIMIT, "requests/s", peak / LIMIT, f"{LIMIT} requests/s")


def _refused_row(name: str, seconds: Sequence[Second]) -> Row:
    refused = count_refused(seconds)
    requests = sum(second.requests for second in seconds)
    return Row(name, refused, requests, "requests", refused / requests, "few")


def _fresh_row(name: str, seconds: float) -> Row:
    minutes = seconds / _MINUTE
    return Row(name, minutes, 120, "min", minutes / 120, "120 min")


def count_refused(seconds: Sequence[Second]) -> int:
    """Return how many requests were answered with 429."""
    return sum(second.refused for second in seconds)
