"""Every endpoint, with every status and every damage: what becomes of it.

The tables below are the whole contract. They are compared with what really happens
between the client and the simulator on a socket.
"""

import asyncio
import inspect
import logging
import re

import pytest

from custom_components.ring_partner.api import (
    CircuitBreaker,
    RetryPolicy,
    RingClient,
    RingError,
)
from custom_components.ring_partner.api.resilience import BreakerState
from ring_simulator import Body, Fault, Simulator

from .cloud import Account, Cloud, settled
from .endpoints import ENDPOINTS, Endpoint
from .vectors import NONCE

# The status decides; its body only explains it. Without a status, as after a reset,
# there is no answer. An answer that should hold data must come whole: "2xx-read";
# one that is handed on as it came must only come to its end: "2xx-kept".
# "429-soon" has a Retry-After of two seconds, which is worth waiting for ("+").
OUTCOMES = """
          json           empty          html           truncated      wrong_type     huge           slow           reset          half_closed
2xx-read  ok             Response       Response       Response       Response       Response       Communication  Communication  Communication
2xx-kept  ok             ok             ok             ok             ok             Response       Communication  Communication  Communication
307       Response       Response       Response       Response       Response       Response       Response       Communication  Response
400       BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     Communication  BadRequest
401       Authentication Authentication Authentication Authentication Authentication Authentication Authentication Communication  Authentication
403       Forbidden      Forbidden      NetworkRefused Forbidden      Forbidden      Forbidden      Forbidden      Communication  Forbidden
404       NotFound       NotFound       NotFound       NotFound       NotFound       NotFound       NotFound       Communication  NotFound
406       NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused Communication  NetworkRefused
416       MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  Communication  MediaNotFound
422       BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     Communication  BadRequest
425       MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  Communication  MediaNotReady
429       RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      Communication  RateLimit
429-soon  RateLimit+     RateLimit+     RateLimit+     RateLimit+     RateLimit+     RateLimit+     RateLimit+     Communication  RateLimit+
500       Server         Server         Server         Server         Server         Server         Server         Communication  Server
502       Server         Server         Server         Server         Server         Server         Server         Communication  Server
503       Server         Server         Server         Server         Server         Server         Server         Communication  Server
504       Server         Server         Server         Server         Server         Server         Server         Communication  Server
"""  # noqa: E501 - a table is read in columns

# What only some endpoints make of a row; where there is a dot, all do the same. Ring
# documents 403 for an invalid token of the account. What is no longer linked, or may
# not be unlinked, needs no unlinking.
EXCEPTIONS = """
                     json           empty          html           truncated      wrong_type     huge           slow           reset          half_closed
account         403  Authentication Authentication .              Authentication Authentication Authentication Authentication .              Authentication
link_remove     401  ok+            ok+            ok+            ok+            ok+            ok+            ok+            .              ok+
link_remove     403  ok             ok             .              ok             ok             ok             ok             .              ok
link_remove     404  ok             ok             ok             ok             ok             ok             ok             .              ok
"""  # noqa: E501 - a table is read in columns

# "503, device is offline". Where no device is asked about, none can be offline.
OFFLINE = {
    "account": "Server",
    "devices": "Server",
    "device": "DeviceOffline",
    "status": "DeviceOffline",
    "capabilities": "DeviceOffline",
    "configurations": "DeviceOffline",
    "location": "DeviceOffline",
    "locations": "Server",
    "history": "DeviceOffline",
    "image": "DeviceOffline",
    "video": "DeviceOffline",
    "whep_open": "DeviceOffline",
    "whep_close": "DeviceOffline",
    "chime": "DeviceOffline",
    "subscriptions": "Server",
    "link_confirm": "Server",
    "link_complete": "Server",
    "link_remove": "Server",
}

# What is done twice when it is asked twice; all others may be repeated.
NOT_REPEATABLE = {"whep_open", "chime", "link_confirm"}

# What follows: how many requests are sent, how many if it must not be repeated,
# whether each counts against the service, and how often the token is renewed.
CONSEQUENCES = {
    "ok": (1, 1, False, 0),
    "ok+": (2, 2, False, 1),
    "BadRequest": (1, 1, False, 0),
    "Authentication": (2, 2, False, 1),
    "Forbidden": (1, 1, False, 0),
    "NotFound": (1, 1, False, 0),
    "NetworkRefused": (1, 1, False, 0),
    "MediaNotFound": (1, 1, False, 0),
    "MediaNotReady": (1, 1, False, 0),
    "RateLimit": (1, 1, False, 0),
    "RateLimit+": (3, 3, False, 0),
    "Server": (3, 1, True, 0),
    "Communication": (3, 1, True, 0),
    "DeviceOffline": (1, 1, False, 0),
    "Response": (1, 1, False, 0),
}

DAMAGES = OUTCOMES.splitlines()[1].split()
ROWS = {
    row: dict(zip(DAMAGES, outcomes, strict=True))
    for row, *outcomes in map(str.split, OUTCOMES.splitlines()[2:])
}
SPECIAL = {
    (endpoint, row): dict(zip(DAMAGES, outcomes, strict=True))
    for endpoint, row, *outcomes in map(str.split, EXCEPTIONS.splitlines()[2:])
}
COLUMNS = [
    (endpoint, damage)
    for endpoint in ENDPOINTS
    for damage in (*DAMAGES, "device_offline")
]

# Outcome, requests, whether the breaker opened, renewals.
type Found = tuple[str, int, bool, int]


def column(name: str, damage: str) -> dict[str, str]:
    """Return what an endpoint is expected to make of a damage, by row."""
    if damage == "device_offline":
        return {"503": OFFLINE[name]}
    passed_over = "2xx-kept" if ENDPOINTS[name].reads else "2xx-read"
    expected = {row: ROWS[row][damage] for row in ROWS if row != passed_over}
    special = {row: SPECIAL[n, row][damage] for n, row in SPECIAL if n == name}
    return expected | {row: word for row, word in special.items() if word != "."}


def consequences(name: str, word: str) -> Found:
    """Return what is expected to follow from a word of the tables."""
    requests, once, counts, renewals = CONSEQUENCES[word]
    sent = once if name in NOT_REPEATABLE else requests
    return word.rstrip("+"), sent, counts, renewals


def fault_of(endpoint: Endpoint, row: str, damage: str) -> Fault:
    """Return the fault that makes the answer of a row."""
    if row.startswith("2xx"):
        return Fault(endpoint.stand_in, body=damage)
    status, _, soon = row.partition("-")
    return Fault(int(status), retry_after="2" if soon else None, body=damage)


def asked_about(simulator: Simulator, name: str) -> str:
    """Make the account ready for the endpoint and return the device to ask about."""
    simulator.linking.link(simulator.client, simulator.account)
    (integration,) = simulator.linking.all()
    integration.nonces[NONCE] = simulator.clock()
    return simulator.device("Hallway Chime" if name == "chime" else "Front Door").id


async def outcome_of(cloud: Cloud, name: str, fault: Fault, threshold: int) -> Found:
    """Call an endpoint; return its outcome, requests, verdict and renewals.

    The verdict is whether `threshold` failures opened the breaker.
    """
    endpoint, simulator = ENDPOINTS[name], cloud.simulator
    account, device = Account(simulator), asked_about(simulator, name)
    simulator.rate_limit.reset()
    simulator.requests.clear()
    fault_id = simulator.faults.add(fault)
    before = asyncio.all_tasks()

    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=threshold, clock=cloud.time),
        policy=RetryPolicy(timeout=0.5, random=lambda: 0.5),
    )
    outcome = "ok"
    try:
        await endpoint.call(
            cloud.session(tokens=account.tokens(), resilience=shared), device
        )
    except RingError as error:
        outcome = type(error).__name__.removesuffix("Error")
        said = f"{error!r}{vars(error)}"
        assert not any(token.value in said for token in simulator.tokens.all())
        assert NONCE not in said
    assert (shared.limiter.paused_for > 0) is (outcome == "RateLimit")
    assert (shared.refusal.left > 0) is (outcome == "NetworkRefused")

    simulator.faults.remove(fault_id)
    assert not await settled(before)
    asked = [(record.method, record.path) for record in simulator.requests]
    assert set(asked) == {(endpoint.method, endpoint.path.format(device))}
    opened = shared.breaker.state is BreakerState.OPEN
    return outcome, len(asked), opened, account.refreshes


@pytest.mark.parametrize(("name", "damage"), COLUMNS)
async def test_outcome(
    cloud: Cloud, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    # The loop's debug mode takes as long as the test itself.
    asyncio.get_running_loop().set_debug(False)
    caplog.set_level(logging.DEBUG)
    found = {}
    expected = {
        row: consequences(name, word) for row, word in column(name, damage).items()
    }
    for row, (_, requests, counts, _) in expected.items():
        # Opens with the last request if each counts, or else with any that does.
        threshold = requests if counts else 1
        fault = fault_of(ENDPOINTS[name], row, damage)
        found[row] = await outcome_of(cloud, name, fault, threshold)
    assert found == expected

    ours = [
        record
        for record in caplog.records
        if not record.name.startswith(("aiohttp.access", "aiohttp.server"))
    ]
    assert not [r for r in ours if r.levelno > logging.DEBUG]
    assert len(cloud.simulator.tokens.all()) > len(expected)
    for token in cloud.simulator.tokens.all():
        assert token.value not in caplog.text
    assert NONCE not in caplog.text


def shape(path: str) -> str:
    """Return a path without the names of its variable parts."""
    return re.sub(r"\{[^}]*\}", "{}", path).replace("/session-1", "/{}")


def test_the_matrix_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(RingClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert methods <= ENDPOINTS.keys()
    assert ENDPOINTS.keys() == OFFLINE.keys()
    assert {name for name, _ in SPECIAL} | NOT_REPEATABLE <= ENDPOINTS.keys()
    assert {*DAMAGES, "device_offline"} == set(Body)
    cells = sum(len(column(*names)) for names in COLUMNS)
    with capsys.disabled():
        print(f"\nFault matrix: {cells} cells")
    assert cells == 2610


def test_all_that_the_cloud_serves_is_in_the_matrix() -> None:
    served = {
        (route.method, shape(route.resource.canonical))
        for route in Simulator().app().router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith("/v1/")
        and route.method != "HEAD"
    }
    known = {(e.method, shape(e.path)) for e in ENDPOINTS.values()}
    assert served - known <= {
        # Looks like the history, and is forbidden to all.
        ("GET", "/v1/devices/{}/events"),
        # Takes "me" only.
        ("GET", "/v1/accounts/{}/subscriptions"),
        # Where pre-signed addresses lead, without a token.
        ("GET", "/v1/download"),
    }
