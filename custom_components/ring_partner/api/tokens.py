"""Access tokens: where a session gets them, and how they are refreshed.

Each refresh replaces the refresh token (Ring Partner API reference, 1.2). A refresh
that has started must therefore finish and be stored, even if its callers give up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from .clock import Clock, unix_time
from .errors import AuthenticationError, RingError

REFRESH_EARLY: Final = 300.0
"""Seconds before its expiry at which an access token is refreshed."""


class TokenSource(Protocol):
    """Where a session gets its access token."""

    async def access_token(self) -> str:
        """Return a token that is expected to be valid.

        Raises:
            AuthenticationError: The user has to link the account again.
            RingError: No token is available at the moment.
        """

    async def replacement(self, rejected: str) -> str:
        """Return a token other than the one that Ring rejected with a 401.

        Raises:
            AuthenticationError: The user has to link the account again.
            RingError: No token is available at the moment.
        """


class FixedToken:
    """A token that can't be refreshed, such as one of the Developer Playground."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access_token(self) -> str:
        """Return the token."""
        return self._token

    async def replacement(self, rejected: str) -> str:
        """Return the token, unless it is the rejected one.

        Raises:
            AuthenticationError: Ring rejected this token.
        """
        if rejected != self._token:
            return self._token
        raise AuthenticationError("Ring no longer accepts the access token", status=401)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token and its refresh token.

    Attributes:
        access_token: Authorizes requests.
        refresh_token: Gets the next pair, once.
        expires_at: When the access token expires, in seconds since 1970.
        issued_at: When Ring issued the pair, in seconds since 1970.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float
    issued_at: float = 0.0


type CreateTask = Callable[[Coroutine[Any, Any, TokenPair]], asyncio.Task[TokenPair]]


class RefreshingTokens:
    """Refreshes the access token before it expires and when Ring rejects it.

    Concurrent callers share one refresh. A pair that Ring has refused to refresh is not
    sent to Ring again.
    """

    def __init__(
        self,
        current: Callable[[], TokenPair],
        refresh: Callable[[TokenPair], Awaitable[TokenPair]],
        *,
        clock: Clock = unix_time,
        create_task: CreateTask = asyncio.create_task,
    ) -> None:
        """Initialize the token source.

        Args:
            current: Returns the stored pair.
            refresh: Requests the next pair from Ring, stores it and returns it. Only
                one call runs at a time.
            clock: Returns seconds since 1970.
            create_task: Creates the task of a refresh, which finishes even if its
                callers give up.
        """
        self._current = current
        self._refresh = refresh
        self._clock = clock
        self._create_task = create_task
        self._running: asyncio.Task[TokenPair] | None = None
        self._refused: tuple[TokenPair, AuthenticationError] | None = None

    async def access_token(self) -> str:
        """Return the access token, refreshed first if it expires soon.

        Raises:
            AuthenticationError: The user has to link the account again.
            RingError: The token has expired and could not be refreshed.
        """
        pair = self._current()
        remaining = pair.expires_at - self._clock()
        if remaining > REFRESH_EARLY:
            return pair.access_token
        try:
            return await self.replacement(pair.access_token)
        except AuthenticationError:
            raise
        except RingError:
            # The old token is still valid, so the refresh can wait.
            if remaining > 0:
                return pair.access_token
            raise

    async def refresh_if_older(self, age: float) -> None:
        """Refresh the access token if it is at least this number of seconds old.

        Raises:
            RingError: As for `replacement`.
        """
        pair = self._current()
        if self._clock() - pair.issued_at >= age:
            await self.replacement(pair.access_token)

    async def replacement(self, rejected: str) -> str:
        """Return a token other than the rejected one, refreshing at most once.

        Raises:
            AuthenticationError: The user has to link the account again.
            RingError: The token could not be refreshed.
        """
        pair = self._current()
        if pair.access_token != rejected:
            return pair.access_token
        # A done callback couldn't reset `_running` in time: a task that fails before it
        # first waits is done before `create_task` returns.
        if self._running is None or self._running.done():
            self._running = self._create_task(self._run(pair))
            self._running.add_done_callback(_retrieve_exception)
        running = self._running
        # Awaiting the task would cancel it together with the caller, and the new
        # refresh token would be lost.
        await asyncio.wait([running])
        return running.result().access_token

    async def _run(self, pair: TokenPair) -> TokenPair:
        if self._refused is not None and self._refused[0] == pair:
            raise self._refused[1].convert(AuthenticationError)
        try:
            return await self._refresh(pair)
        except AuthenticationError as error:
            self._refused = pair, error
            raise

    async def wait_for_refresh(self) -> None:
        """Wait until no refresh is running, whether it succeeds or not."""
        if self._running is not None:
            await asyncio.wait([self._running])


def _retrieve_exception(refresh: asyncio.Task[TokenPair]) -> None:
    """Keep asyncio from logging a failure whose callers have all given up."""
    if not refresh.cancelled():
        refresh.exception()
