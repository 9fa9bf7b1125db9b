"""Ring's simulated cloud, and sessions that talk to it."""

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
from ring_simulator import Simulator
from ring_simulator.tokens import TokenKind

from .jumping_time import JumpingTime

START = 1_789_516_032.0
"""2026-09-15T23:47:12Z, at which the simulator's time begins."""

USER_AGENT = "Tester/1.0 RingPartner"


async def settled(before: set[asyncio.Task[object]]) -> set[asyncio.Task[object]]:
    """Return the tasks that stay once the server has noticed what is over."""
    for _ in range(50):
        if not (left := asyncio.all_tasks() - before):
            break
        await asyncio.sleep(1)
    return left


class Account:
    """A signed-in account: its token pair, and how it is renewed."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.pair = self._taken(
            simulator.tokens.issue(simulator.account, simulator.client)
        )
        self.refreshes = 0

    def _taken(self, issued: Any) -> TokenPair:
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
        self.pair = self._taken(issued)
        return self.pair

    def tokens(self) -> RefreshingTokens:
        """Return a source of the account's access tokens."""
        return RefreshingTokens(
            lambda: self.pair, self._refresh, clock=self._simulator.clock
        )


@dataclass
class Cloud:
    """A simulator behind a real socket.

    Attributes:
        headers: those of every request, the oldest first.
        rewrite: changes the JSON of every successful answer.
        slept: seconds of every wait of the code under test.

    """

    simulator: Simulator
    time: JumpingTime
    websession: aiohttp.ClientSession
    url: URL = field(default_factory=URL)
    headers: list[CIMultiDictProxy[str]] = field(default_factory=list)
    rewrite: Callable[[dict[str, Any]], None] | None = None
    slept: list[float] = field(default_factory=list)

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Any
    ) -> web.StreamResponse:
        """Note the headers and rewrite the answer."""
        self.headers.append(request.headers)
        answer: web.StreamResponse = await handler(request)
        if self.rewrite is None or not isinstance(answer, web.Response):
            return answer
        document = orjson.loads(answer.text or "")
        self.rewrite(document)
        answer.body = orjson.dumps(document)
        return answer

    @property
    def asked(self) -> list[tuple[str, str, int | None]]:
        """Return method, path and status of every request."""
        return [
            (record.method, record.path, record.status)
            for record in self.simulator.requests
        ]

    @property
    def statuses(self) -> list[int | None]:
        """Return the status of every request."""
        return [record.status for record in self.simulator.requests]

    async def sleep(self, seconds: float) -> None:
        """Wait in the jumping time."""
        self.slept.append(seconds)
        await asyncio.sleep(seconds)

    def resilience(self, **changes: Any) -> Resilience:
        """Return what sessions share; a policy without chance, unless given."""
        changes.setdefault("policy", RetryPolicy(random=lambda: 0.5))
        return Resilience(clock=self.time, sleep=self.sleep, **changes)

    def session(
        self,
        tokens: TokenSource | None = None,
        *,
        resilience: Resilience | None = None,
        report: Callable[[RingError | None], None] | None = None,
        url: URL | None = None,
    ) -> RingSession:
        """Return a session of the default account."""
        return RingSession(
            self.websession,
            tokens or Account(self.simulator).tokens(),
            api_url=url or self.url,
            resilience=resilience or self.resilience(),
            user_agent=USER_AGENT,
            report=report,
        )

    def client(self, **session: Any) -> RingClient:
        """Return a client of the default account."""
        return RingClient(self.session(**session))
