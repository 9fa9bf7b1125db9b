"""Accounts on their way in: Ring's code and the person's redirect find each other.

Ring sends a code to one address and the person's browser to another, in either order
(Ring Partner API reference, 1.3). What belongs together is held here until somebody
who is signed in to Home Assistant confirms it.
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

from .api import Account, AuthenticationError, RingError, TokenPair
from .api.linking import LinkError, LinkProblem, Redirect, check_time, match
from .api.resilience import Clock, Sleep
from .api.timing import epoch

_LOGGER = logging.getLogger(__name__)

KEEP_UNCLAIMED: Final = 3600.0
"""Seconds an account waits for its redirect."""
KEEP_REDIRECT: Final = 600.0
"""Seconds a redirect is good for at Ring, and for which it is remembered as used."""
MOST_HELD: Final = 64
"""Accounts, redirects and codes that are held at a time; floods end here."""
MOST_EXCHANGES: Final = 10
"""Codes exchanged in a minute; more are forgeries."""
ACCOUNT_TRIES: Final = (0.0, 2.0, 5.0, 15.0, 60.0, 120.0)
"""Seconds before each try to learn whose token it is."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An account that can be linked: its token and its redirect have met.

    Attributes:
        account: whose it is.
        pair: its tokens.
        redirect: proves that the person came from Ring.
        hmac_key: the key that the redirect was made with.

    """

    account: Account
    pair: TokenPair
    redirect: Redirect
    hmac_key: str = field(repr=False)


class Progress(StrEnum):
    """How far a link has come, and so what to check when it gets no further."""

    NOTHING_YET = "nothing_yet"
    CODE_REFUSED = "code_refused"
    NO_REDIRECT = "no_redirect"
    NO_CODE = "no_code"
    NO_MATCH = "no_match"
    ARRIVED = "arrived"


class TooManyCodesError(Exception):
    """More codes in a minute than anybody links accounts."""


class AccountLinks:
    """The accounts on their way in, for one client id."""

    def __init__(
        self,
        *,
        exchange: Callable[[str], Awaitable[TokenPair]],
        account_of: Callable[[TokenPair], Awaitable[Account]],
        keys: Callable[[], Iterable[str]],
        arrived: Callable[[Arrival], None],
        clock: Clock = epoch,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Set up the meeting place.

        Args:
            exchange: turns a code into tokens; used once for each code.
            account_of: asks Ring whose tokens they are.
            keys: the HMAC keys that a nonce may be made with.
            arrived: told of each account that nobody waits for.
            clock: epoch seconds.
            sleep: waits for seconds.

        """
        self._exchange = exchange
        self._account_of = account_of
        self._keys = keys
        self._arrived = arrived
        self._clock = clock
        self._sleep = sleep
        self._codes: dict[bytes, float] = {}
        self._unclaimed: dict[str, tuple[Account, TokenPair, float]] = {}
        self._redirects: dict[str, tuple[Redirect, float]] = {}
        self._used: dict[str, float] = {}
        self._arrivals: dict[str, tuple[Arrival, float]] = {}
        self._waiting: set[asyncio.Future[Arrival]] = set()
        self._refused = False
        self._under_way = 0
        self._settled = asyncio.Event()
        self._settled.set()

    @property
    def progress(self) -> Progress:
        """How far the link that is under way has come."""
        self._forget_old()
        if self._arrivals:
            return Progress.ARRIVED
        if self._unclaimed:
            return Progress.NO_MATCH if self._redirects else Progress.NO_REDIRECT
        if self._refused:
            return Progress.CODE_REFUSED
        return Progress.NO_CODE if self._redirects else Progress.NOTHING_YET

    def admit_code(self, code: str) -> bool:
        """Tell whether a code is new; it counts as seen from now on.

        Raises:
            TooManyCodesError: there are too many to be real.

        """
        self._forget_old()
        digest = sha256(code.encode()).digest()
        if digest in self._codes:
            return False
        minute_ago = self._clock() - 60
        if sum(at > minute_ago for at in self._codes.values()) >= MOST_EXCHANGES:
            raise TooManyCodesError
        self._codes[digest] = self._clock()
        return True

    async def async_receive_code(self, code: str) -> None:
        """Exchange an admitted code at once and hold the account until claimed."""
        self._under_way += 1
        self._settled.clear()
        try:
            await self._async_take_in(code)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._settled.set()

    async def async_settled(self, within: float) -> Progress:
        """Return how far the link has come when no code is being exchanged any more.

        Args:
            within: seconds after which it is told anyway.

        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._settled.wait()
        return self.progress

    async def _async_take_in(self, code: str) -> None:
        try:
            pair = await self._exchange(code)
        except RingError as error:
            self._refused = True
            _LOGGER.warning(
                "Ring did not accept the code of an account link: %s", error
            )
            return
        if (account := await self._async_account(pair)) is None:
            return
        self._refused = False
        _hold(self._unclaimed, account.id, (account, pair, self._clock()))
        for redirect, _ in tuple(self._redirects.values()):
            self._meet(redirect)

    async def _async_account(self, pair: TokenPair) -> Account | None:
        """Ask whose tokens they are, with patience: the code is used up."""
        for pause in ACCOUNT_TRIES:
            if pause:
                await self._sleep(pause)
            try:
                return await self._account_of(pair)
            except AuthenticationError as error:
                _LOGGER.warning("Ring did not accept a token just issued: %s", error)
                return None
            except RingError as error:
                _LOGGER.debug("Ring did not tell whose token it is: %s", error)
        _LOGGER.warning("Ring did not tell whose account was linked; link it again")
        return None

    @callback
    def receive_redirect(self, redirect: Redirect) -> Progress:
        """Take in where Ring sent the person's browser.

        Raises:
            LinkError: it is too old, from the future, or was used before.

        """
        self._forget_old()
        check_time(redirect, self._clock())
        if redirect.nonce in self._used:
            raise LinkError(LinkProblem.USED)
        if not self._meet(redirect):
            _hold(self._redirects, redirect.nonce, (redirect, self._clock()))
        return self.progress

    def _meet(self, redirect: Redirect) -> bool:
        """Bring a redirect together with its account, if that is here."""
        for key in self._keys():
            account_id = match(redirect, key, self._unclaimed)
            if account_id is None:
                continue
            account, pair, _ = self._unclaimed[account_id]
            arrival = Arrival(account, pair, redirect, key)
            self._redirects.pop(redirect.nonce, None)
            _hold(self._used, redirect.nonce, self._clock())
            _hold(self._arrivals, account_id, (arrival, self._clock()))
            self._announce(arrival)
            return True
        return False

    def _announce(self, arrival: Arrival) -> None:
        waiting = [future for future in self._waiting if not future.done()]
        for future in waiting:
            future.set_result(arrival)
        if not waiting:
            self._arrived(arrival)

    def keys_changed(self) -> None:
        """Try again to match what did not match with the keys before."""
        for redirect, _ in tuple(self._redirects.values()):
            self._meet(redirect)

    def arrival(self, account_id: str | None = None) -> Arrival | None:
        """Return the account that can be linked: this one, or the latest of all."""
        self._forget_old()
        if account_id in self._arrivals:
            return self._arrivals[account_id][0]
        return next((held for held, _ in reversed(self._arrivals.values())), None)

    def latest(self, arrival: Arrival) -> Arrival:
        """Return the arrival, or a later one of the same account."""
        held = self._arrivals.get(arrival.account.id)
        return arrival if held is None else held[0]

    async def async_wait(self, account_id: str | None = None) -> Arrival:
        """Wait until an account can be linked; see `arrival`."""
        if (arrival := self.arrival(account_id)) is not None:
            return arrival
        future: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            return await future
        finally:
            self._waiting.discard(future)

    def drop_redirect(self, arrival: Arrival) -> None:
        """Let an account wait for another redirect: Ring did not take this one."""
        self._arrivals.pop(arrival.account.id, None)

    def claimed(self, arrival: Arrival) -> None:
        """Forget an account that is linked now."""
        self._arrivals.pop(arrival.account.id, None)
        self._unclaimed.pop(arrival.account.id, None)

    def _forget_old(self) -> None:
        now = self._clock()
        _drop(self._codes, now - KEEP_UNCLAIMED, lambda at: at)
        _drop(self._unclaimed, now - KEEP_UNCLAIMED, lambda held: held[2])
        _drop(self._redirects, now - KEEP_REDIRECT, lambda held: held[1])
        _drop(self._used, now - 2 * KEEP_REDIRECT, lambda at: at)
        _drop(self._arrivals, now - KEEP_REDIRECT, lambda held: held[1])


def _hold[K, V](held: dict[K, V], key: K, value: V) -> None:
    """Hold a value, at the cost of the oldest if there are too many."""
    held.pop(key, None)
    held[key] = value
    if len(held) > MOST_HELD:
        del held[next(iter(held))]


def _drop[K, V](held: dict[K, V], before: float, at: Callable[[V], float]) -> None:
    for key in [key for key, value in held.items() if at(value) < before]:
        del held[key]
