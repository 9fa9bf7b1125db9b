"""The outcome of each endpoint, for each status and each form of a broken response.

The tables define the expected outcomes. The tests compare them with the outcomes of
the client with the simulator on a socket.
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
from custom_components.ring_partner.api.breaker import BreakerState
from ring_simulator import Fault, FaultBody, Simulator, create_app

from .endpoints import ENDPOINTS, Endpoint
from .reference_examples import NONCE
from .simulated_cloud import SignedInAccount, SimulatedCloud, unfinished_tasks

# Rows are statuses, columns are bodies. The status decides which error it is, except
# that there is no response after a reset. "2xx-data" is for endpoints whose response
# must contain valid data, "2xx-plain" for those whose response isn't parsed. "429-soon"
# has a Retry-After of two seconds, after which the request is retried ("+").
OUTCOMES = """
          json           empty          html           truncated      wrong_type     huge           slow           reset          half_closed
2xx-data  ok             Response       Response       Response       Response       Response       Communication  Communication  Communication
2xx-plain ok             ok             ok             ok             ok             Response       Communication  Communication  Communication
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

# Outcomes of single endpoints that differ; a dot stands for the outcome above. Ring
# documents a 403 for an invalid token of the account. It documents two bodies for
# chimes; after a 400, the other one is sent. Unlinking also succeeds if the account
# isn't linked, or may not be unlinked.
ENDPOINT_OUTCOMES = """
                     json           empty          html           truncated      wrong_type     huge           slow           reset          half_closed
account         403  Authentication Authentication .              Authentication Authentication Authentication Authentication .              Authentication
chime           400  BadRequest+    BadRequest+    BadRequest+    BadRequest+    BadRequest+    BadRequest+    BadRequest+    .              BadRequest+
link_remove     401  ok+            ok+            ok+            ok+            ok+            ok+            ok+            .              ok+
link_remove     403  ok             ok             .              ok             ok             ok             ok             .              ok
link_remove     404  ok             ok             ok             ok             ok             ok             ok             .              ok
"""  # noqa: E501 - a table is read in columns

# Outcomes of a 503 "device is offline", which only applies to requests for a device.
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

# Endpoints that take effect twice if the request is sent twice.
NOT_REPEATABLE = {"whep_open", "chime", "link_confirm"}

# Consequences: requests that are sent, requests of endpoints that are not repeatable,
# whether each failure counts for the breaker, and refreshes of the token.
CONSEQUENCES = {
    "ok": (1, 1, False, 0),
    "ok+": (2, 2, False, 1),
    "BadRequest": (1, 1, False, 0),
    "BadRequest+": (2, 2, False, 0),
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

BODIES = OUTCOMES.splitlines()[1].split()
ROWS = {
    row: dict(zip(BODIES, outcomes, strict=True))
    for row, *outcomes in map(str.split, OUTCOMES.splitlines()[2:])
}
ENDPOINT_ROWS = {
    (endpoint, row): dict(zip(BODIES, outcomes, strict=True))
    for endpoint, row, *outcomes in map(str.split, ENDPOINT_OUTCOMES.splitlines()[2:])
}
CASES = [
    (endpoint, body) for endpoint in ENDPOINTS for body in (*BODIES, "device_offline")
]

# Outcome, requests, whether the breaker opened, refreshes.
type Consequences = tuple[str, int, bool, int]


def expected_outcomes(name: str, body: str) -> dict[str, str]:
    """Return the expected outcomes of an endpoint for a form of body, by row."""
    if body == "device_offline":
        return {"503": OFFLINE[name]}
    other_row = "2xx-plain" if ENDPOINTS[name].needs_data else "2xx-data"
    expected = {row: ROWS[row][body] for row in ROWS if row != other_row}
    special = {
        row: ENDPOINT_ROWS[n, row][body] for n, row in ENDPOINT_ROWS if n == name
    }
    return expected | {
        row: outcome for row, outcome in special.items() if outcome != "."
    }


def expected_consequences(name: str, outcome: str) -> Consequences:
    """Return the expected consequences of an outcome."""
    requests, unsafe_requests, counted, refreshes = CONSEQUENCES[outcome]
    expected_requests = unsafe_requests if name in NOT_REPEATABLE else requests
    return outcome.rstrip("+"), expected_requests, counted, refreshes


def make_fault(endpoint: Endpoint, row: str, body: str) -> Fault:
    """Return the fault for a row and a form of body."""
    if row.startswith("2xx"):
        return Fault(endpoint.fault_status, body=body)
    status, _, retry_soon = row.partition("-")
    return Fault(int(status), retry_after="2" if retry_soon else None, body=body)


def prepare_account(simulator: Simulator, name: str) -> str:
    """Prepare the account for an endpoint, and return the ID of the device."""
    simulator.linking.link(simulator.client, simulator.account)
    (integration,) = simulator.linking.all()
    integration.nonces[NONCE] = simulator.clock()
    return simulator.device("Hallway Chime" if name == "chime" else "Front Door").id


async def measure(
    cloud: SimulatedCloud, name: str, fault: Fault, threshold: int
) -> Consequences:
    """Call an endpoint, and return the consequences.

    The breaker opens after as many failures as `threshold` says.
    """
    endpoint, simulator = ENDPOINTS[name], cloud.simulator
    account, device_id = SignedInAccount(simulator), prepare_account(simulator, name)
    simulator.rate_limit.reset()
    simulator.requests.clear()
    fault_id = simulator.faults.add(fault)
    before = asyncio.all_tasks()

    shared = cloud.resilience(
        breaker=CircuitBreaker("Ring", threshold=threshold, clock=cloud.time),
        retry_policy=RetryPolicy(timeout=0.5, random=lambda: 0.5),
    )
    outcome = "ok"
    try:
        await endpoint.call(
            cloud.session(tokens=account.tokens(), resilience=shared), device_id
        )
    except RingError as error:
        outcome = type(error).__name__.removesuffix("Error")
        text = f"{error!r}{vars(error)}"
        assert not any(token.value in text for token in simulator.tokens.all())
        assert NONCE not in text
    assert (shared.limiter.paused_for > 0) is (outcome == "RateLimit")
    assert (shared.network_pause.remaining > 0) is (outcome == "NetworkRefused")

    simulator.faults.remove(fault_id)
    assert not await unfinished_tasks(before)
    sent = [(record.method, record.path) for record in simulator.requests]
    assert set(sent) == {(endpoint.method, endpoint.path.format(device_id))}
    opened = shared.breaker.state is BreakerState.OPEN
    return outcome, len(sent), opened, account.refreshes


@pytest.mark.parametrize(("name", "body"), CASES)
async def test_outcomes(
    cloud: SimulatedCloud, name: str, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    # The debug mode of the loop would double the duration of the test.
    asyncio.get_running_loop().set_debug(False)
    caplog.set_level(logging.DEBUG)
    measured = {}
    expected = {
        row: expected_consequences(name, outcome)
        for row, outcome in expected_outcomes(name, body).items()
    }
    for row, (_, requests, counted, _) in expected.items():
        # Opens the breaker with the last request if all failures should count, or with
        # the first one if none should.
        threshold = requests if counted else 1
        fault = make_fault(ENDPOINTS[name], row, body)
        measured[row] = await measure(cloud, name, fault, threshold)
    assert measured == expected

    records = [
        record
        for record in caplog.records
        if not record.name.startswith(("aiohttp.access", "aiohttp.server"))
    ]
    assert not [r for r in records if r.levelno > logging.DEBUG]
    assert len(cloud.simulator.tokens.all()) > len(expected)
    for token in cloud.simulator.tokens.all():
        assert token.value not in caplog.text
    assert NONCE not in caplog.text


def path_pattern(path: str) -> str:
    """Return a path with empty placeholders."""
    return re.sub(r"\{[^}]*\}", "{}", path).replace("/session-1", "/{}")


def test_matrix_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(RingClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert methods <= ENDPOINTS.keys()
    assert ENDPOINTS.keys() == OFFLINE.keys()
    assert {name for name, _ in ENDPOINT_ROWS} | NOT_REPEATABLE <= ENDPOINTS.keys()
    assert {*BODIES, "device_offline"} == set(FaultBody)
    cells = sum(len(expected_outcomes(*names)) for names in CASES)
    with capsys.disabled():
        print(f"\nFault matrix: {cells} cells")
    assert cells == 2610


def test_matrix_has_all_endpoints_of_the_simulator() -> None:
    simulated = {
        (route.method, path_pattern(route.resource.canonical))
        for route in create_app(Simulator()).router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith("/v1/")
        and route.method != "HEAD"
    }
    tested = {(e.method, path_pattern(e.path)) for e in ENDPOINTS.values()}
    assert simulated - tested <= {
        # Always forbidden.
        ("GET", "/v1/devices/{}/events"),
        # Accepts "me" only.
        ("GET", "/v1/accounts/{}/subscriptions"),
        # For pre-signed URLs, which need no token.
        ("GET", "/v1/download"),
    }
