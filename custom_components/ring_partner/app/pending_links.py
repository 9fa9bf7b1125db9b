"""Account links that wait to be confirmed.

Ring sends a code to one URL and redirects the person's browser to another, in either
order (Ring Partner API reference, 1.3). This module matches the two and keeps the link
until a person who is signed in to Home Assistant confirms it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
import contextlib
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
import logging
from typing import Final

from homeassistant.core import callback

from ..api import Account, AuthenticationError, RingError, TokenPair
from ..api.clock import Clock, Sleep, unix_time
from ..api.linking import LinkError, LinkProblem, Redirect, check_time, match_account

_LOGGER = logging.getLogger(__name__)

KEEP_ACCOUNT: Final = 3600.0
"""Seconds for which an account is kept without its redirect."""
KEEP_REDIRECT: Final = 600.0
"""Seconds for which Ring accepts a redirect."""
MAX_HELD: Final = 64
"""Accounts, redirects and codes that are kept at a time, to bound forged ones."""
MAX_CODES_PER_MINUTE: Final = 10
"""Codes that are exchanged in a minute, without those that Ring accepted."""
ACCOUNT_TRIES: Final = (0.0, 2.0, 5.0, 15.0, 60.0, 120.0)
"""Seconds before each try to read the account of a token."""


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A link that can be confirmed: its tokens and its redirect are there.

    Attributes:
        account: the account to link.
        pair: its tokens.
        redirect: the redirect that Ring sent the browser with.
        hmac_key: the key that the redirect was made with.

    """

    account: Account
    pair: TokenPair
    redirect: Redirect
    hmac_key: str = field(repr=False)


class LinkProgress(StrEnum):
    """How far a link has come, which tells what to check if it does not continue."""

    NOTHING_YET = "nothing_yet"
    CODE_REFUSED = "code_refused"
    NO_REDIRECT = "no_redirect"
    NO_CODE = "no_code"
    NO_MATCH = "no_match"
    ARRIVED = "arrived"


class TooManyCodesError(Exception):
    """More codes came in a minute than are exchanged."""


class PendingLinks:
    """The pending links of one client ID."""

    def __init__(
        self,
        *,
        exchange: Callable[[str], Awaitable[TokenPair]],
        fetch_account: Callable[[TokenPair], Awaitable[Account]],
        keys: Callable[[], Iterable[str]],
        on_unclaimed: Callable[[PendingLink], None],
        clock: Clock = unix_time,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Set up the links.

        Args:
            exchange: exchanges a code for tokens; called once for each code.
            fetch_account: reads the account that tokens belong to.
            keys: returns the HMAC keys that a nonce may be made with.
            on_unclaimed: called for each link that no dialog waits for.
            clock: epoch seconds.
            sleep: waits for seconds.

        """
        self._exchange = exchange
        self._fetch_account = fetch_account
        self._keys = keys
        self._on_unclaimed = on_unclaimed
        self._clock = clock
        self._sleep = sleep
        self._codes: dict[bytes, float] = {}
        self._accepted: set[bytes] = set()
        self._accounts: dict[str, tuple[Account, TokenPair, float]] = {}
        self._redirects: dict[str, tuple[Redirect, float]] = {}
        self._used_nonces: dict[str, float] = {}
        self._links: dict[str, tuple[PendingLink, float]] = {}
        self._waiters: set[asyncio.Future[PendingLink]] = set()
        self._code_rejected = False
        self._exchanges = 0
        self._exchanged = asyncio.Event()
        self._exchanged.set()

    @property
    def progress(self) -> LinkProgress:
        """How far the current link has come."""
        self._remove_expired()
        if self._links:
            return LinkProgress.ARRIVED
        if self._accounts:
            return (
                LinkProgress.NO_MATCH if self._redirects else LinkProgress.NO_REDIRECT
            )
        if self._code_rejected:
            return LinkProgress.CODE_REFUSED
        return LinkProgress.NO_CODE if self._redirects else LinkProgress.NOTHING_YET

    def register_code(self, code: str) -> bool:
        """Return whether a code is new, and remember it.

        Raises:
            TooManyCodesError: too many codes came within a minute.

        """
        self._remove_expired()
        digest = _digest(code)
        if digest in self._codes:
            return False
        minute_ago = self._clock() - 60
        recent = {known for known, at in self._codes.items() if at > minute_ago}
        # A code that Ring accepted was not forged.
        if len(recent - self._accepted) >= MAX_CODES_PER_MINUTE:
            raise TooManyCodesError
        self._codes[digest] = self._clock()
        return True

    async def async_receive_code(self, code: str) -> None:
        """Exchange a registered code and keep its account until it is confirmed."""
        self._exchanges += 1
        self._exchanged.clear()
        try:
            await self._async_exchange(code)
        finally:
            self._exchanges -= 1
            if not self._exchanges:
                self._exchanged.set()

    async def async_wait_for_exchange(self, max_wait: float) -> LinkProgress:
        """Wait until no code is being exchanged and return the progress.

        Args:
            max_wait: seconds to wait at most.

        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max_wait):
                await self._exchanged.wait()
        return self.progress

    async def _async_exchange(self, code: str) -> None:
        try:
            pair = await self._exchange(code)
        except RingError as error:
            self._code_rejected = True
            _LOGGER.warning(
                "Ring did not accept the code of an account link: %s", error
            )
            return
        self._accepted.add(_digest(code))
        if (account := await self._async_fetch(pair)) is None:
            return
        self._code_rejected = False
        _keep(self._accounts, account.id, (account, pair, self._clock()))
        for redirect, _ in tuple(self._redirects.values()):
            self._match(redirect)

    async def _async_fetch(self, pair: TokenPair) -> Account | None:
        """Return the account of tokens; several tries, as the code is used up."""
        for pause in ACCOUNT_TRIES:
            if pause:
                await self._sleep(pause)
            try:
                return await self._fetch_account(pair)
            except AuthenticationError as error:
                _LOGGER.warning(
                    "Ring did not accept a token that it has just issued: %s", error
                )
                return None
            except RingError as error:
                _LOGGER.debug("The account of a new token could not be read: %s", error)
        _LOGGER.warning("The account could not be read. Link it again")
        return None

    @callback
    def async_receive_redirect(self, redirect: Redirect) -> LinkProgress:
        """Take the redirect of a person's browser and return the progress.

        Raises:
            LinkError: it is too old, from the future, or was used before.

        """
        self._remove_expired()
        check_time(redirect, self._clock())
        if redirect.nonce in self._used_nonces:
            raise LinkError(LinkProblem.USED)
        if not self._match(redirect):
            _keep(self._redirects, redirect.nonce, (redirect, self._clock()))
        return self.progress

    def _match(self, redirect: Redirect) -> bool:
        """Match a redirect with its account; return whether the account is there."""
        for key in self._keys():
            account_id = match_account(redirect, key, self._accounts)
            if account_id is None:
                continue
            account, pair, _ = self._accounts[account_id]
            link = PendingLink(account, pair, redirect, key)
            self._redirects.pop(redirect.nonce, None)
            _keep(self._used_nonces, redirect.nonce, self._clock())
            _keep(self._links, account_id, (link, self._clock()))
            self._async_announce(link)
            return True
        return False

    @callback
    def _async_announce(self, link: PendingLink) -> None:
        waiting = [future for future in self._waiters if not future.done()]
        for future in waiting:
            future.set_result(link)
        if not waiting:
            self._on_unclaimed(link)

    @callback
    def async_keys_changed(self) -> None:
        """Try to match redirects again, with keys that were entered meanwhile."""
        for redirect, _ in tuple(self._redirects.values()):
            self._match(redirect)

    def get(self, account_id: str | None = None) -> PendingLink | None:
        """Return the link of an account, or else the latest link."""
        self._remove_expired()
        if account_id in self._links:
            return self._links[account_id][0]
        return next((link for link, _ in reversed(self._links.values())), None)

    def latest(self, link: PendingLink) -> PendingLink:
        """Return the link, or a later one of the same account."""
        held = self._links.get(link.account.id)
        return link if held is None else held[0]

    async def async_wait(self, account_id: str | None = None) -> PendingLink:
        """Wait until a link can be confirmed and return it, as `get` does."""
        if (link := self.get(account_id)) is not None:
            return link
        future: asyncio.Future[PendingLink] = asyncio.get_running_loop().create_future()
        self._waiters.add(future)
        try:
            return await future
        finally:
            self._waiters.discard(future)

    def discard_redirect(self, link: PendingLink) -> None:
        """Wait for another redirect of the account; Ring did not accept this one."""
        self._links.pop(link.account.id, None)

    def remove(self, link: PendingLink) -> None:
        """Remove a link that was confirmed."""
        self._links.pop(link.account.id, None)
        self._accounts.pop(link.account.id, None)

    def _remove_expired(self) -> None:
        now = self._clock()
        _drop_old(self._codes, now - KEEP_ACCOUNT, lambda at: at)
        self._accepted &= self._codes.keys()
        _drop_old(self._accounts, now - KEEP_ACCOUNT, lambda held: held[2])
        _drop_old(self._redirects, now - KEEP_REDIRECT, lambda held: held[1])
        _drop_old(self._used_nonces, now - 2 * KEEP_REDIRECT, lambda at: at)
        _drop_old(self._links, now - KEEP_REDIRECT, lambda held: held[1])


def _digest(code: str) -> bytes:
    return sha256(code.encode()).digest()


def _keep[K, V](held: dict[K, V], key: K, value: V) -> None:
    """Keep a value; if there are too many, the oldest is dropped."""
    held.pop(key, None)
    held[key] = value
    if len(held) > MAX_HELD:
        del held[next(iter(held))]


def _drop_old[K, V](held: dict[K, V], before: float, at: Callable[[V], float]) -> None:
    for key in [key for key, value in held.items() if at(value) < before]:
        del held[key]
