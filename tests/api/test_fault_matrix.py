"""Every endpoint, with every status and every damage: what becomes of it.

The tables below are the whole contract. They are compared with what really happens
between the client and the simulator on a socket.
"""

import asyncio
from collections.abc import Awaitable, Callable
import inspect
import logging

import pytest

from custom_components.ring_partner.api import (
    CircuitBreaker,
    RetryPolicy,
    RingClient,
    RingError,
)
from custom_components.ring_partner.api.resilience import BreakerState
from ring_simulator import Body, Fault

from .cloud import Account, Cloud

# One line an endpoint: the client's method, how it is called, what it asks for.
type Call = Callable[[RingClient, str], Awaitable[object]]
ENDPOINTS: dict[str, tuple[Call, str]] = {
    "account": (lambda client, _: client.account(), "/v1/users/me"),
    "devices": (lambda client, _: client.devices(), "/v1/devices"),
    "device": (lambda client, id_: client.device(id_), "/v1/devices/{}"),
    "status": (lambda client, id_: client.status(id_), "/v1/devices/{}/status"),
    "capabilities": (
        lambda client, id_: client.capabilities(id_),
        "/v1/devices/{}/capabilities",
    ),
    "configurations": (
        lambda client, id_: client.configurations(id_),
        "/v1/devices/{}/configurations",
    ),
    "location": (lambda client, id_: client.location(id_), "/v1/devices/{}/location"),
}

# The status decides; its body only explains it. Without a status, as after a reset,
# there is no answer. An answer that should hold data must come whole.
OUTCOMES = """
      json           empty          html           truncated      wrong_type     huge           slow           reset          half_closed
200   ok             Response       Response       Response       Response       Response       Communication  Communication  Communication
400   BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     Communication  BadRequest
401   Authentication Authentication Authentication Authentication Authentication Authentication Authentication Communication  Authentication
403   Forbidden      Forbidden      NetworkRefused Forbidden      Forbidden      Forbidden      Forbidden      Communication  Forbidden
404   NotFound       NotFound       NotFound       NotFound       NotFound       NotFound       NotFound       Communication  NotFound
406   NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused Communication  NetworkRefused
416   MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  MediaNotFound  Communication  MediaNotFound
422   BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     BadRequest     Communication  BadRequest
425   MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  MediaNotReady  Communication  MediaNotReady
429   RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      Communication  RateLimit
500   Server         Server         Server         Server         Server         Server         Server         Communication  Server
502   Server         Server         Server         Server         Server         Server         Server         Communication  Server
503   Server         Server         Server         Server         Server         Server         Server         Communication  Server
504   Server         Server         Server         Server         Server         Server         Server         Communication  Server
"""  # noqa: E501 - a table is read in columns

# What only some endpoints make of a cell: (endpoint, status, damage).
EXCEPTIONS = {
    # Ring documents 403 for an invalid token here.
    ("account", 403, "json"): "Authentication",
    ("account", 403, "empty"): "Authentication",
    ("account", 403, "truncated"): "Authentication",
    ("account", 403, "wrong_type"): "Authentication",
    ("account", 403, "huge"): "Authentication",
    ("account", 403, "slow"): "Authentication",
    ("account", 403, "half_closed"): "Authentication",
    # Where no device is asked about, none can be offline.
    ("account", 503, "device_offline"): "Server",
    ("devices", 503, "device_offline"): "Server",
    ("device", 503, "device_offline"): "DeviceOffline",
    ("status", 503, "device_offline"): "DeviceOffline",
    ("capabilities", 503, "device_offline"): "DeviceOffline",
    ("configurations", 503, "device_offline"): "DeviceOffline",
    ("location", 503, "device_offline"): "DeviceOffline",
}

# What follows: how many requests are sent, whether each counts against the service,
# and how often the token is renewed.
CONSEQUENCES = {
    "ok": (1, False, 0),
    "BadRequest": (1, False, 0),
    "Authentication": (2, False, 1),
    "Forbidden": (1, False, 0),
    "NotFound": (1, False, 0),
    "NetworkRefused": (1, False, 0),
    "MediaNotFound": (1, False, 0),
    "MediaNotReady": (1, False, 0),
    "RateLimit": (1, False, 0),
    "Server": (3, True, 0),
    "Communication": (3, True, 0),
    "DeviceOffline": (1, False, 0),
    "Response": (1, False, 0),
}

DAMAGES = OUTCOMES.splitlines()[1].split()
CELLS = {
    (int(status), damage): outcome
    for status, *outcomes in map(str.split, OUTCOMES.splitlines()[2:])
    for damage, outcome in zip(DAMAGES, outcomes, strict=True)
}
COLUMNS = [
    (endpoint, damage)
    for endpoint in ENDPOINTS
    for damage in (*DAMAGES, "device_offline")
]


def column(endpoint: str, damage: str) -> dict[int, str]:
    """Return the expected outcome of each status."""
    expected = {status: CELLS[status, d] for status, d in CELLS if d == damage}
    special = {
        status: outcome
        for (name, status, d), outcome in EXCEPTIONS.items()
        if (name, d) == (endpoint, damage)
    }
    return expected | special


async def settled(before: set[asyncio.Task[object]]) -> set[asyncio.Task[object]]:
    """Return the tasks that stay once the server has noticed what is over."""
    for _ in range(50):
        if not (left := asyncio.all_tasks() - before):
            break
        await asyncio.sleep(1)
    return left


type Found = tuple[str, int, bool, int]


async def outcome_of(
    cloud: Cloud, endpoint: str, fault: Fault, threshold: int
) -> Found:
    """Call an endpoint; return its outcome, requests, verdict and renewals.

    The verdict is whether `threshold` failures opened the breaker.
    """
    call, path = ENDPOINTS[endpoint]
    simulator, account = cloud.simulator, Account(cloud.simulator)
    device = simulator.device("Front Door").id
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
        await call(cloud.client(tokens=account.tokens(), resilience=shared), device)
    except RingError as error:
        outcome = type(error).__name__.removesuffix("Error")
        said = f"{error!r}{vars(error)}"
        assert not any(token.value in said for token in simulator.tokens.all())
    assert (shared.limiter.paused_for > 0) is (outcome == "RateLimit")
    assert (shared.refusal.left > 0) is (outcome == "NetworkRefused")

    simulator.faults.remove(fault_id)
    assert not await settled(before)
    asked = [(record.method, record.path) for record in simulator.requests]
    assert set(asked) == {("GET", path.format(device))}
    opened = shared.breaker.state is BreakerState.OPEN
    return outcome, len(asked), opened, account.refreshes


@pytest.mark.parametrize(("endpoint", "damage"), COLUMNS)
async def test_outcome(
    cloud: Cloud, endpoint: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = {}
    expected = {
        status: (outcome, *CONSEQUENCES[outcome])
        for status, outcome in column(endpoint, damage).items()
    }
    for status, (_, requests, counts, _) in expected.items():
        fault = Fault(status=None if status == 200 else status, body=Body(damage))
        # Opens with the last request if each counts, or else with any that does.
        threshold = requests if counts else 1
        found[status] = await outcome_of(cloud, endpoint, fault, threshold)
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


def test_the_matrix_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(RingClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert set(ENDPOINTS) == methods
    assert {*DAMAGES, "device_offline"} == set(Body)
    cells = sum(len(column(*names)) for names in COLUMNS)
    with capsys.disabled():
        print(f"\nFault matrix: {cells} cells")
    assert cells == 889
