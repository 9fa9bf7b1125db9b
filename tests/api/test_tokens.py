"""Access tokens and their refresh."""

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


class StoredToken:
    """A stored token pair whose refresh waits until it may finish."""

    def __init__(self, lifetime: float = 14_400.0) -> None:
        self.pair = TokenPair("access-0", "refresh-0", NOW + lifetime)
        self.used: list[str] = []
        self.may_finish = asyncio.Event()
        self.failure: RingError | None = None
        self.tokens = RefreshingTokens(
            lambda: self.pair, self._refresh, clock=lambda: NOW
        )

    async def _refresh(self, pair: TokenPair) -> TokenPair:
        self.used.append(pair.refresh_token)
        await self.may_finish.wait()
        if self.failure is not None:
            raise self.failure
        number = len(self.used)
        self.pair = TokenPair(f"access-{number}", f"refresh-{number}", NOW + 14_400)
        return self.pair

    async def call_concurrently(
        self, call: Callable[[], Awaitable[str]]
    ) -> list[str | BaseException]:
        """Make a hundred calls at the same time, then let the refresh finish."""
        calls = [asyncio.ensure_future(call()) for _ in range(100)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.may_finish.set()
        return await asyncio.gather(*calls, return_exceptions=True)


async def test_fixed_token_is_not_replaced() -> None:
    token = FixedToken("one")
    assert await token.access_token() == "one"
    assert await token.replacement("older") == "one"
    with pytest.raises(AuthenticationError) as caught:
        await token.replacement("one")
    assert caught.value.status == 401
    assert "one" not in str(caught.value).split()


def test_repr_hides_tokens() -> None:
    assert "secret" not in repr(TokenPair("secret-a", "secret-r", NOW))


@pytest.mark.parametrize(
    ("lifetime", "refreshes"),
    [(14_400, 0), (REFRESH_EARLY + 1, 0), (REFRESH_EARLY, 1), (1, 1), (0, 1), (-9, 1)],
)
async def test_token_is_refreshed_before_it_expires(
    lifetime: float, refreshes: int
) -> None:
    store = StoredToken(lifetime)
    store.may_finish.set()
    assert await store.tokens.access_token() == f"access-{refreshes}"
    assert len(store.used) == refreshes


async def test_the_rotated_refresh_token_is_used_next() -> None:
    store = StoredToken()
    store.may_finish.set()
    assert await store.tokens.replacement("access-0") == "access-1"
    assert await store.tokens.replacement("access-1") == "access-2"
    assert store.used == ["refresh-0", "refresh-1"]


async def test_replacement_of_an_older_token_is_the_current_one() -> None:
    store = StoredToken()
    store.may_finish.set()
    await store.tokens.replacement("access-0")
    assert await store.tokens.replacement("access-0") == "access-1"
    assert len(store.used) == 1


async def test_concurrent_callers_share_one_refresh() -> None:
    store = StoredToken()
    found = await store.call_concurrently(lambda: store.tokens.replacement("access-0"))
    assert found == ["access-1"] * 100
    assert len(store.used) == 1


async def test_concurrent_callers_share_one_failure() -> None:
    store = StoredToken()
    store.failure = ServerError("down")
    found = await store.call_concurrently(lambda: store.tokens.replacement("access-0"))
    assert {type(outcome) for outcome in found} == {ServerError}
    assert len(store.used) == 1

    store.failure = None
    assert await store.tokens.replacement("access-0") == "access-2"


async def test_canceled_caller_does_not_cancel_the_refresh() -> None:
    store = StoredToken()
    first = asyncio.create_task(store.tokens.replacement("access-0"))
    second = asyncio.create_task(store.tokens.replacement("access-0"))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    store.may_finish.set()
    assert await second == "access-1"
    assert store.pair.refresh_token == "refresh-1"
    assert len(store.used) == 1


async def test_refresh_finishes_after_all_callers_were_canceled() -> None:
    store = StoredToken()
    only = asyncio.create_task(store.tokens.replacement("access-0"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    waiting = asyncio.create_task(store.tokens.wait_for_refresh())
    await asyncio.sleep(0)
    assert not waiting.done()
    store.may_finish.set()
    await waiting
    assert store.pair.access_token == "access-1"
    await store.tokens.wait_for_refresh()


async def test_failure_after_all_callers_were_canceled_is_not_logged() -> None:
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: errors.append(context)
    )
    store = StoredToken()
    store.failure = ServerError("down")
    only = asyncio.create_task(store.tokens.replacement("access-0"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    store.may_finish.set()
    await store.tokens.wait_for_refresh()
    await asyncio.sleep(0)
    gc.collect()
    assert errors == []


@pytest.mark.parametrize("failure", [ServerError("down"), NetworkRefusedError("no")])
async def test_valid_token_is_used_after_a_failed_refresh(
    failure: RingError,
) -> None:
    store = StoredToken(lifetime=1)
    store.may_finish.set()
    store.failure = failure
    assert await store.tokens.access_token() == "access-0"
    assert len(store.used) == 1


async def test_expired_token_is_not_used_after_a_failed_refresh() -> None:
    store = StoredToken(lifetime=0)
    store.may_finish.set()
    store.failure = ServerError("down")
    with pytest.raises(ServerError):
        await store.tokens.access_token()


@pytest.mark.parametrize("lifetime", [REFRESH_EARLY, 0])
async def test_authentication_error_is_raised_at_once(lifetime: float) -> None:
    store = StoredToken(lifetime)
    store.may_finish.set()
    store.failure = AuthenticationError("gone")
    with pytest.raises(AuthenticationError):
        await store.tokens.access_token()


async def test_refused_pair_is_not_sent_again() -> None:
    store = StoredToken(lifetime=0)
    store.may_finish.set()
    store.failure = AuthenticationError("gone", status=400)
    for _ in range(3):
        with pytest.raises(AuthenticationError, match="gone") as caught:
            await store.tokens.access_token()
        assert caught.value.status == 400
    assert store.used == ["refresh-0"]

    # After another sign-in, there is another pair.
    store.failure = None
    store.pair = TokenPair("access", "refresh", NOW)
    assert await store.tokens.access_token() == "access-2"
