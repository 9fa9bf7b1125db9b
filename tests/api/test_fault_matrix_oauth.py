"""The outcome of the token endpoint, for each status and each form of a response.

As for the other endpoints, the tables define the expected outcomes. Only an
AuthenticationError makes the user link the account again, so it must only follow if the
sign-in is lost (Ring Partner API reference, 1.2).
"""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from typing import Any

import pytest

from custom_components.ring_partner.api import CircuitBreaker, RingError, TokenPair
from custom_components.ring_partner.api.breaker import BreakerState
from custom_components.ring_partner.api.network_pause import NetworkPause
from custom_components.ring_partner.api.oauth import TOKEN_PATH, TokenEndpoint
from ring_simulator import Fault, FaultBody

from .simulated_cloud import USER_AGENT, SimulatedCloud, unfinished_tasks

# Rows are statuses, columns are bodies. Only some OAuth errors, on the left, mean that
# the sign-in is lost, and only with some statuses. "json" is the simulator's own body:
# tokens, "invalid_grant" with 400, 401 and 403, "temporarily_unavailable" with all
# others. "slow" is the same; only tokens are too long to arrive in time.
OUTCOMES = """
     json           invalid_grant  invalid_token  invalid_client unauthorized_client unsupported_grant_type empty          html           truncated      wrong_type     huge           slow           reset         half_closed
200  ok             Response       Response       Response       Response            Response               Response       Response       Response       Response       Response       Communication  Communication Communication
303  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
400  Authentication Authentication Authentication Authentication Authentication      Server                 Server         Server         Server         Server         Server         Authentication Communication Server
401  Authentication Authentication Authentication Authentication Authentication      Server                 Authentication Authentication Authentication Authentication Authentication Authentication Communication Authentication
403  Authentication Authentication Authentication Authentication Authentication      Server                 Server         NetworkRefused Server         Server         Server         Authentication Communication Server
404  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
406  NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused      NetworkRefused         NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused NetworkRefused Communication NetworkRefused
422  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
429  RateLimit      RateLimit      RateLimit      RateLimit      RateLimit           RateLimit              RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      RateLimit      Communication RateLimit
500  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
502  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
503  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
504  Server         Server         Server         Server         Server              Server                 Server         Server         Server         Server         Server         Server         Communication Server
"""  # noqa: E501 - a table is read in columns

# The columns that are OAuth errors.
OAUTH_ERRORS = {
    "invalid_grant",
    "invalid_token",
    "invalid_client",
    "unauthorized_client",
    "unsupported_grant_type",
}

# Whether a refresh with this outcome counts for the breaker. The exchange of a code
# never counts: forged codes must not stop the refresh of linked accounts.
COUNTED = {
    "ok": False,
    "Authentication": False,
    "NetworkRefused": False,
    "RateLimit": False,
    "Response": False,
    "Server": True,
    "Communication": True,
}

# `retry_after` of the error.
RETRY_AFTER = {"RateLimit": 60, "NetworkRefused": 15 * 60}

# How tokens are requested, with a code or refresh token of the simulator.
type RequestTokens = Callable[[TokenEndpoint, str], Awaitable[TokenPair]]
GRANT_TYPES: dict[str, RequestTokens] = {
    "exchange": lambda endpoint, code: endpoint.exchange_code(code),
    "refresh": lambda endpoint, token: endpoint.refresh(token),
}

BODIES = OUTCOMES.splitlines()[1].split()
ROWS = {
    int(status): dict(zip(BODIES, outcomes, strict=True))
    for status, *outcomes in map(str.split, OUTCOMES.splitlines()[2:])
}
CASES = [
    (grant_type, body)
    for grant_type in GRANT_TYPES
    for body in (*BODIES, "device_offline")
]

# Outcome, `retry_after`, requests, whether the breaker opened.
type Consequences = tuple[str, float | None, int, bool]


def expected_consequences(grant_type: str, body: str) -> dict[int, Consequences]:
    """Return the expected consequences for a grant type and a body, by status."""
    outcomes = (
        {503: "Server"}  # the token endpoint has no devices
        if body == "device_offline"
        else {status: row[body] for status, row in ROWS.items()}
    )
    return {
        status: (
            outcome,
            RETRY_AFTER.get(outcome),
            1,
            grant_type == "refresh" and COUNTED[outcome],
        )
        for status, outcome in outcomes.items()
    }


def oauth_error(code: str) -> Callable[[dict[str, Any]], None]:
    """Return a function that turns a response into an OAuth error."""

    def rewrite(document: dict[str, Any]) -> None:
        document.clear()
        document["error"] = code

    return rewrite


async def measure(
    cloud: SimulatedCloud, grant_type: str, status: int, body: str
) -> Consequences:
    """Request tokens, and return the consequences."""
    simulator = cloud.simulator
    client, account = simulator.client, simulator.account
    credential = {
        "exchange": simulator.tokens.issue_code(account, client),
        "refresh": simulator.tokens.issue_pair(account, client).refresh_token,
    }[grant_type]
    simulator.requests.clear()
    cloud.rewrite = oauth_error(body) if body in OAUTH_ERRORS else None
    fault_body = "json" if body in OAUTH_ERRORS else body
    fault = Fault(None if status == 200 else status, body=fault_body)
    fault_id = simulator.faults.add(fault)
    before = asyncio.all_tasks()

    breaker = CircuitBreaker("Ring", threshold=1, clock=cloud.time)
    network_pause = NetworkPause(clock=cloud.time)
    endpoint = TokenEndpoint(
        cloud.websession,
        url=cloud.url,
        client_id=client.client_id,
        client_secret=client.client_secret,
        breaker=breaker,
        network_pause=network_pause,
        user_agent=USER_AGENT,
    )
    outcome, retry_after = "ok", None
    try:
        pair = await GRANT_TYPES[grant_type](endpoint, credential)
    except RingError as error:
        outcome = type(error).__name__.removesuffix("Error")
        # The remaining time is the difference of two floats, so it isn't exact.
        retry_after = error.retry_after and round(error.retry_after, 6)
        text = f"{error!r}{vars(error)}"
        assert client.client_secret not in text
        assert not any(token.value in text for token in simulator.tokens.all())
    else:
        assert simulator.tokens.find_valid_bearer(pair.access_token)
        assert pair.refresh_token != credential
    assert (network_pause.remaining > 0) is (outcome == "NetworkRefused")

    simulator.faults.remove(fault_id)
    assert not await unfinished_tasks(before)
    sent = [(record.method, record.path) for record in simulator.requests]
    assert set(sent) == {("POST", TOKEN_PATH)}
    opened = breaker.state is BreakerState.OPEN
    return outcome, retry_after, len(sent), opened


@pytest.mark.parametrize(("grant_type", "body"), CASES)
async def test_outcomes(
    cloud: SimulatedCloud, grant_type: str, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    # The debug mode of the loop would double the duration of the test.
    asyncio.get_running_loop().set_debug(False)
    caplog.set_level(logging.DEBUG)
    expected = expected_consequences(grant_type, body)
    measured = {
        status: await measure(cloud, grant_type, status, body) for status in expected
    }
    assert measured == expected

    assert len(cloud.simulator.tokens.all()) >= len(expected)
    for token in cloud.simulator.tokens.all():
        assert token.value not in caplog.text
    assert cloud.simulator.client.client_secret not in caplog.text


def test_matrix_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert {*BODIES, "device_offline"} == OAUTH_ERRORS | set(FaultBody)
    cells = sum(len(expected_consequences(*names)) for names in CASES)
    with capsys.disabled():
        print(f"\nFault matrix of the token endpoint: {cells} cells")
    assert cells == 366
