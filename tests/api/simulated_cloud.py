"""A simulator of Ring's cloud on a socket, and sessions that use it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDictProxy
import orjson
from yarl import URL

from custom_components.ring_partner.api import (
    AuthenticationError,
    RefreshingTokens,
    Resilience,
    RetryPolicy,
    RingClient,
    RingError,
    RingSession,
    TokenPair,
    TokenSource,
)
from custom_components.ring_partner.api.session import Request
from ring_simulator import Fault, Simulator
from ring_simulator.tokens import TokenKind

from .fast_forward_clock import FastForwardClock

START = 1_789_516_032.0
"""2026-09-15T23:47:12Z, at which the simulator's time starts."""

USER_AGENT = "Tester/1.0 RingPartner"

ACCOUNT_REQUEST = Request("GET", "/v1/users/me")


async def unfinished_tasks(
    before: set[asyncio.Task[object]],
) -> set[asyncio.Task[object]]:
    """Return the new tasks that are still running after the server had time to stop."""
    for _ in range(50):
        if not (unfinished := asyncio.all_tasks() - before):
            break
        await asyncio.sleep(1)
    return unfinished


class SignedInAccount:
    """A signed-in account: its token pair, and how it is refreshed."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.pair = self._token_pair(
            simulator.tokens.issue_pair(simulator.account, simulator.client)
        )
        self.refreshes = 0

    def _token_pair(self, issued: Any) -> TokenPair:
        expires_at = self._simulator.clock() + issued.expires_in
        return TokenPair(issued.access_token, issued.refresh_token, expires_at)

    async def _refresh(self, pair: TokenPair) -> TokenPair:
        self.refreshes += 1
        simulator = self._simulator
        issued = simulator.tokens.exchange(
            TokenKind.REFRESH, pair.refresh_token, simulator.client
        )
        if issued is None:
            raise AuthenticationError("The refresh token is no longer valid")
        self.pair = self._token_pair(issued)
        return self.pair

    def tokens(self) -> RefreshingTokens:
        """Return a source of the account's access tokens."""
        return RefreshingTokens(
            lambda: self.pair, self._refresh, clock=self._simulator.clock
        )


@dataclass
class SimulatedCloud:
    """A simulator behind a real socket.

    Attributes:
        request_headers: Headers of all requests, the oldest first.
        latency: Returns the seconds that a request takes to arrive.
        rewrite: Changes the JSON of all successful responses.
        replace: Returns the responses in place of the simulator.
        sleeps: Seconds of all sleeps of the code under test.
    """

    simulator: Simulator
    time: FastForwardClock
    websession: aiohttp.ClientSession
    url: URL = field(default_factory=URL)
    request_headers: list[CIMultiDictProxy[str]] = field(default_factory=list)
    latency: Callable[[], float] | None = None
    rewrite: Callable[[dict[str, Any]], None] | None = None
    replace: Callable[[], web.Response] | None = None
    sleeps: list[float] = field(default_factory=list)

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Any
    ) -> web.StreamResponse:
        """Record the headers, delay the request and rewrite the response."""
        self.request_headers.append(request.headers)
        if self.latency is not None:
            await asyncio.sleep(self.latency())
        if self.replace is not None:
            return self.replace()
        response: web.StreamResponse = await handler(request)
        if self.rewrite is None or not isinstance(response, web.Response):
            return response
        document = orjson.loads(response.text or "")
        self.rewrite(document)
        response.body = orjson.dumps(document)
        return response

    @property
    def requests(self) -> list[tuple[str, str, int | None]]:
        """Return method, path and status of all requests."""
        return [
            (record.method, record.path, record.status)
            for record in self.simulator.requests
        ]

    @property
    def statuses(self) -> list[int | None]:
        """Return the status of all requests."""
        return [record.status for record in self.simulator.requests]

    def set_fault(self, status: int | None = None, **fault: Any) -> None:
        """Add a fault in place of all earlier ones."""
        self.simulator.faults.clear()
        self.simulator.faults.add(Fault(status=status, **fault))

    async def sleep(self, seconds: float) -> None:
        """Sleep without taking real time."""
        self.sleeps.append(seconds)
        await asyncio.sleep(seconds)

    def resilience(self, **changes: Any) -> Resilience:
        """Return what sessions share, by default with a constant retry delay."""
        changes.setdefault("retry_policy", RetryPolicy(random=lambda: 0.5))
        return Resilience(clock=self.time, sleep=self.sleep, **changes)

    def session(
        self,
        tokens: TokenSource | None = None,
        *,
        resilience: Resilience | None = None,
        report: Callable[[RingError | None], None] | None = None,
    ) -> RingSession:
        """Return a session of the default account."""
        return RingSession(
            self.websession,
            tokens or SignedInAccount(self.simulator).tokens(),
            api_url=self.url,
            resilience=resilience or self.resilience(),
            user_agent=USER_AGENT,
            report=report,
        )

    def client(self, **session: Any) -> RingClient:
        """Return a client of the default account."""
        return RingClient(self.session(**session))
