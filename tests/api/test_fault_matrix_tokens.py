"""The token endpoint, with every status and every damage: what becomes of it.

As in the matrix of the other endpoints, the tables are the whole contract. What
matters most: the person is asked to link anew when, and only when, Ring says that
the sign-in is gone (Ring Partner API reference, 1.2).
"""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from typing import Any

import pytest

from custom_components.ring_partner.api import CircuitBreaker, RingError, TokenPair
from custom_components.ring_partner.api.oauth import TOKEN_PATH, TokenEndpoint
from custom_components.ring_partner.api.refusal import RefusalPause
from custom_components.ring_partner.api.resilience import BreakerState
from ring_simulator import Body, Fault

from .cloud import USER_AGENT, Cloud, settled

# Of OAuth's own words, at the left, only some say that the sign-in is gone, and only
# with some statuses. "json" is what the simulated cloud says by itself: tokens, an
# "invalid_grant" with 400, 401 and 403, "temporarily_unavailable" with all others. In
# "slow" the same comes in time, unless it holds tokens, which are longer.
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

# The words that are not damages: they become the whole of the answer.
CODES = {
    "invalid_grant",
    "invalid_token",
    "invalid_client",
    "unauthorized_client",
    "unsupported_grant_type",
}

# Whether a renewal that ends so counts against the token host. The exchange of a code
# never counts: a forged code must not keep accounts from renewing their sign-in.
COUNTS = {
    "ok": False,
    "Authentication": False,
    "NetworkRefused": False,
    "RateLimit": False,
    "Response": False,
    "Server": True,
    "Communication": True,
}

# Seconds that the error asks to wait.
RETRY_AFTER = {"RateLimit": 60, "NetworkRefused": 15 * 60}

# How a grant is asked for, with what the simulated cloud issued.
type Ask = Callable[[TokenEndpoint, str], Awaitable[TokenPair]]
ASKS: dict[str, Ask] = {
    "exchange": lambda endpoint, code: endpoint.exchange(code),
    "refresh": lambda endpoint, token: endpoint.refresh(token),
}

WORDS = OUTCOMES.splitlines()[1].split()
ROWS = {
    int(status): dict(zip(WORDS, outcomes, strict=True))
    for status, *outcomes in map(str.split, OUTCOMES.splitlines()[2:])
}
COLUMNS = [(ask, word) for ask in ASKS for word in (*WORDS, "device_offline")]

# Outcome, seconds to wait, requests, whether the breaker opened.
type Found = tuple[str, float | None, int, bool]


def column(ask: str, word: str) -> dict[int, Found]:
    """Return what is expected of a column, by status."""
    outcomes = (
        {503: "Server"}  # the token host knows of no devices
        if word == "device_offline"
        else {status: row[word] for status, row in ROWS.items()}
    )
    return {
        status: (
            outcome,
            RETRY_AFTER.get(outcome),
            1,
            ask == "refresh" and COUNTS[outcome],
        )
        for status, outcome in outcomes.items()
    }


def saying(code: str) -> Callable[[dict[str, Any]], None]:
    """Return what makes any answer an OAuth error."""

    def rewrite(document: dict[str, Any]) -> None:
        document.clear()
        document["error"] = code

    return rewrite


async def outcome_of(cloud: Cloud, ask: str, status: int, word: str) -> Found:
    """Ask for tokens; return the outcome, the wait, the requests and the verdict."""
    simulator = cloud.simulator
    client, account = simulator.client, simulator.account
    grant = {
        "exchange": simulator.tokens.issue_code(account, client),
        "refresh": simulator.tokens.issue(account, client).refresh_token,
    }[ask]
    simulator.requests.clear()
    cloud.rewrite = saying(word) if word in CODES else None
    damage = "json" if word in CODES else word
    fault = Fault(None if status == 200 else status, body=damage)
    fault_id = simulator.faults.add(fault)
    before = asyncio.all_tasks()

    breaker = CircuitBreaker("Ring", threshold=1, clock=cloud.time)
    refusal = RefusalPause(clock=cloud.time)
    endpoint = TokenEndpoint(
        cloud.websession,
        url=cloud.url,
        client_id=client.client_id,
        client_secret=client.client_secret,
        breaker=breaker,
        refusal=refusal,
        user_agent=USER_AGENT,
    )
    outcome, retry_after = "ok", None
    try:
        pair = await ASKS[ask](endpoint, grant)
    except RingError as error:
        outcome = type(error).__name__.removesuffix("Error")
        # The pause's end less the time that has passed, which isn't exact.
        retry_after = error.retry_after and round(error.retry_after, 6)
        said = f"{error!r}{vars(error)}"
        assert client.client_secret not in said
        assert not any(token.value in said for token in simulator.tokens.all())
    else:
        assert simulator.tokens.bearer(pair.access_token)
        assert pair.refresh_token != grant
    assert (refusal.left > 0) is (outcome == "NetworkRefused")

    simulator.faults.remove(fault_id)
    assert not await settled(before)
    asked = [(record.method, record.path) for record in simulator.requests]
    assert set(asked) == {("POST", TOKEN_PATH)}
    opened = breaker.state is BreakerState.OPEN
    return outcome, retry_after, len(asked), opened


@pytest.mark.parametrize(("ask", "word"), COLUMNS)
async def test_outcome(
    cloud: Cloud, ask: str, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    # The loop's debug mode takes as long as the test itself.
    asyncio.get_running_loop().set_debug(False)
    caplog.set_level(logging.DEBUG)
    expected = column(ask, word)
    found = {status: await outcome_of(cloud, ask, status, word) for status in expected}
    assert found == expected

    assert len(cloud.simulator.tokens.all()) >= len(expected)
    for token in cloud.simulator.tokens.all():
        assert token.value not in caplog.text
    assert cloud.simulator.client.client_secret not in caplog.text


def test_the_matrix_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert {*WORDS, "device_offline"} == CODES | set(Body)
    cells = sum(len(column(*names)) for names in COLUMNS)
    with capsys.disabled():
        print(f"\nFault matrix of the token endpoint: {cells} cells")
    assert cells == 366
