"""Random faults of Ring's cloud, of all kinds that the simulator has."""

from random import Random
from typing import Any

from ring_simulator import Fault, FaultBody

HOUR = 3600.0

_PATHS = {
    "*": 2,
    "/v1/*": 3,
    "/v1/devices": 3,
    "/v1/devices/*": 2,
    "/v1/history/*": 4,
    "/v1/devices/*/media/*": 2,
    "/media/download": 1,
    "/oauth/token": 3,
}
_STATUSES = {
    400: 2,
    401: 1,
    403: 2,
    404: 2,
    406: 2,
    422: 1,
    429: 4,
    500: 4,
    502: 2,
    503: 4,
    504: 2,
}
_RETRY_AFTER = (None, "2", "30", "600", "soon", "Wed, 21 Oct 2015 07:28:00 GMT")
_BODIES = {
    FaultBody.EMPTY: 2,
    FaultBody.HTML: 2,
    FaultBody.TRUNCATED: 3,
    FaultBody.WRONG_TYPE: 3,
    FaultBody.HUGE: 1,
    FaultBody.SLOW: 2,
    FaultBody.RESET: 4,
    FaultBody.HALF_CLOSED: 2,
    FaultBody.DEVICE_OFFLINE: 1,
}
_EXTENTS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"share": 0.5},
    {"every": (2, 3)},
    {"count": 3},
)


def random_fault(random: Random) -> Fault:
    """Return a fault: another status, a broken body, or only a delay."""
    options: dict[str, Any] = {
        "path": _choose(random, _PATHS),
        "delay": random.choice((0.0, 0.0, 0.0, 1.0, 12.0, 40.0)),
        **random.choice(_EXTENTS),
    }
    match random.choice(("status", "status", "body", "status and body", "delay")):
        case "status":
            options["status"] = _choose(random, _STATUSES)
            options["retry_after"] = random.choice(_RETRY_AFTER)
        case "body":
            options["body"] = _choose(random, _BODIES)
        case "status and body":
            options["status"] = _choose(random, _STATUSES)
            options["body"] = _choose(random, _BODIES)
        case _:
            options["delay"] = random.uniform(1, 20)
    return Fault(**options)


def random_duration(random: Random) -> float:
    """Return the seconds that a fault lasts: mostly minutes, sometimes hours."""
    return min(random.expovariate(1 / (0.5 * HOUR)), 8 * HOUR)


def _choose[T](random: Random, weights: dict[T, int]) -> T:
    return random.choices(list(weights), list(weights.values()))[0]
