"""Access tokens: where a session gets them, and one refresh for all who need it.

Ring rotates the refresh token on every use (Ring Partner API reference, 1.2), so
a refresh that began must end and be stored, whoever asked for it and gave up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from .errors import AuthenticationError, RingError
from .timing import Clock, epoch

REFRESH_EARLY: Final = 300.0
"""Seconds before its expiry at which an access token is renewed."""


class TokenSource(Protocol):
    """Where a session gets its access token."""

    async def access_token(self) -> str:
        """Return a token that is thought to be valid.

        Raises:
            AuthenticationError: only the person can renew the sign-in.
            RingError: a token could not be had just now.

        """

    async def replacement(self, rejected: str) -> str:
        """Return another token than the one Ring rejected with 401.

        Raises:
            AuthenticationError: only the person can renew the sign-in.
            RingError: a token could not be had just now.

        """


class FixedToken:
    """A token that nothing can renew, such as one of the Developer Playground."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access_token(self) -> str:
        """Return the token."""
        return self._token

    async def replacement(self, rejected: str) -> str:
        """Return the token; raise AuthenticationError if that is the rejected one."""
        if rejected != self._token:
            return self._token
        raise AuthenticationError("Ring no longer accepts the access token", status=401)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token, its successor's key, and their times (epoch seconds)."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float
    issued_at: float = 0.0


type CreateTask = Callable[[Coroutine[Any, Any, TokenPair]], asyncio.Task[TokenPair]]


class RefreshingTokens:
    """Renews the access token before it ends and when Ring rejects it.

    All who ask while a refresh is under way share its outcome.
    """

    def __init__(
        self,
        current: Callable[[], TokenPair],
        refresh: Callable[[TokenPair], Awaitable[TokenPair]],
        *,
        clock: Clock = epoch,
        create_task: CreateTask = asyncio.create_task,
    ) -> None:
        """Take the two sides of the store.

        Args:
            current: returns the stored pair.
            refresh: asks Ring for the next pair, stores it and returns it. Never
                called twice at the same time.
            clock: epoch seconds.
            create_task: runs a refresh to its end, whoever gives up waiting.

        """
        self._current = current
        self._refresh = refresh
        self._clock = clock
        self._create_task = create_task
        self._running: asyncio.Task[TokenPair] | None = None

    async def access_token(self) -> str:
        """Return the access token, renewed first when it is about to end."""
        pair = self._current()
        left = pair.expires_at - self._clock()
        if left > REFRESH_EARLY:
            return pair.access_token
        try:
            return await self.replacement(pair.access_token)
        except AuthenticationError:
            raise
        except RingError:
            # The renewal can wait as long as the old token still opens the door.
            if left > 0:
                return pair.access_token
            raise

    async def renew_if_older(self, age: float) -> None:
        """Renew the access token if it was issued so many seconds ago.

        Raises:
            RingError: as `access_token`.

        """
        pair = self._current()
        if self._clock() - pair.issued_at >= age:
            await self.replacement(pair.access_token)

    async def replacement(self, rejected: str) -> str:
        """Return another token than the rejected one, refreshing at most once."""
        pair = self._current()
        if pair.access_token != rejected:
            return pair.access_token
        # Asked whether it is done, not told: a task that fails before it first waits is
        # done before it is known here.
        if self._running is None or self._running.done():
            self._running = self._create_task(self._run(pair))
            self._running.add_done_callback(_mark_seen)
        running = self._running
        # Waited for, not awaited: a caller that gives up must not cost the rotated
        # token.
        await asyncio.wait([running])
        return running.result().access_token

    async def _run(self, pair: TokenPair) -> TokenPair:
        return await self._refresh(pair)

    async def settled(self) -> None:
        """Wait until no refresh is under way, however it ends."""
        if self._running is not None:
            await asyncio.wait([self._running])


def _mark_seen(refresh: asyncio.Task[TokenPair]) -> None:
    """Keep asyncio from logging a failure that all who asked gave up waiting for."""
    if not refresh.cancelled():
        refresh.exception()
