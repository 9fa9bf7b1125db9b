"""Access tokens and their renewal."""

import asyncio
from collections.abc import Awaitable, Callable
import gc
from typing import Any

import pytest

from custom_components.ring_partner.api import (
    AuthenticationError,
    FixedToken,
    NetworkRefusedError,
    RefreshingTokens,
    RingError,
    ServerError,
    TokenPair,
)
from custom_components.ring_partner.api.tokens import REFRESH_EARLY

NOW = 1_789_516_032.0


class Store:
    """A store of a token pair whose refresh ends when told to."""

    def __init__(self, left: float = 14_400.0) -> None:
        self.pair = TokenPair("access-0", "refresh-0", NOW + left)
        self.used: list[str] = []
        self.may_end = asyncio.Event()
        self.failure: RingError | None = None
        self.tokens = RefreshingTokens(
            lambda: self.pair, self._refresh, clock=lambda: NOW
        )

    async def _refresh(self, pair: TokenPair) -> TokenPair:
        self.used.append(pair.refresh_token)
        await self.may_end.wait()
        if self.failure is not None:
            raise self.failure
        number = len(self.used)
        self.pair = TokenPair(f"access-{number}", f"refresh-{number}", NOW + 14_400)
        return self.pair

    async def hundred(
        self, ask: Callable[[], Awaitable[str]]
    ) -> list[str | BaseException]:
        """Ask a hundred times at once, then let the refresh end."""
        asking = [asyncio.ensure_future(ask()) for _ in range(100)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.may_end.set()
        return await asyncio.gather(*asking, return_exceptions=True)


async def test_a_fixed_token_cannot_be_replaced() -> None:
    token = FixedToken("one")
    assert await token.access_token() == "one"
    assert await token.replacement("older") == "one"
    with pytest.raises(AuthenticationError) as caught:
        await token.replacement("one")
    assert caught.value.status == 401
    assert "one" not in str(caught.value).split()


def test_tokens_are_not_shown() -> None:
    assert "secret" not in repr(TokenPair("secret-a", "secret-r", NOW))


@pytest.mark.parametrize(
    ("left", "refreshes"),
    [(14_400, 0), (REFRESH_EARLY + 1, 0), (REFRESH_EARLY, 1), (1, 1), (0, 1), (-9, 1)],
)
async def test_a_token_is_renewed_before_it_ends(left: float, refreshes: int) -> None:
    store = Store(left)
    store.may_end.set()
    assert await store.tokens.access_token() == f"access-{refreshes}"
    assert len(store.used) == refreshes


async def test_the_rotated_refresh_token_is_used_next() -> None:
    store = Store()
    store.may_end.set()
    assert await store.tokens.replacement("access-0") == "access-1"
    assert await store.tokens.replacement("access-1") == "access-2"
    assert store.used == ["refresh-0", "refresh-1"]


async def test_who_was_rejected_with_an_older_token_gets_the_present_one() -> None:
    store = Store()
    store.may_end.set()
    await store.tokens.replacement("access-0")
    assert await store.tokens.replacement("access-0") == "access-1"
    assert len(store.used) == 1


async def test_one_refresh_for_a_hundred() -> None:
    store = Store()
    found = await store.hundred(lambda: store.tokens.replacement("access-0"))
    assert found == ["access-1"] * 100
    assert len(store.used) == 1


async def test_one_failure_for_a_hundred() -> None:
    store = Store()
    store.failure = ServerError("down")
    found = await store.hundred(lambda: store.tokens.replacement("access-0"))
    assert {type(outcome) for outcome in found} == {ServerError}
    assert len(store.used) == 1

    store.failure = None
    assert await store.tokens.replacement("access-0") == "access-2"


async def test_whoever_gives_up_does_not_stop_the_refresh() -> None:
    store = Store()
    first = asyncio.create_task(store.tokens.replacement("access-0"))
    second = asyncio.create_task(store.tokens.replacement("access-0"))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    store.may_end.set()
    assert await second == "access-1"
    assert store.pair.refresh_token == "refresh-1"
    assert len(store.used) == 1


async def test_a_refresh_ends_though_everybody_gave_up() -> None:
    store = Store()
    only = asyncio.create_task(store.tokens.replacement("access-0"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    settled = asyncio.create_task(store.tokens.settled())
    await asyncio.sleep(0)
    assert not settled.done()
    store.may_end.set()
    await settled
    assert store.pair.access_token == "access-1"
    await store.tokens.settled()


async def test_a_failure_that_nobody_waits_for_is_not_an_event() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context)
    )
    store = Store()
    store.failure = ServerError("down")
    only = asyncio.create_task(store.tokens.replacement("access-0"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    store.may_end.set()
    await store.tokens.settled()
    await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


@pytest.mark.parametrize("failure", [ServerError("down"), NetworkRefusedError("no")])
async def test_a_token_that_is_still_good_outlasts_a_failure(
    failure: RingError,
) -> None:
    store = Store(left=1)
    store.may_end.set()
    store.failure = failure
    assert await store.tokens.access_token() == "access-0"
    assert len(store.used) == 1


async def test_a_token_that_ended_does_not() -> None:
    store = Store(left=0)
    store.may_end.set()
    store.failure = ServerError("down")
    with pytest.raises(ServerError):
        await store.tokens.access_token()


@pytest.mark.parametrize("left", [REFRESH_EARLY, 0])
async def test_a_refused_sign_in_is_told_at_once(left: float) -> None:
    store = Store(left)
    store.may_end.set()
    store.failure = AuthenticationError("gone")
    with pytest.raises(AuthenticationError):
        await store.tokens.access_token()
