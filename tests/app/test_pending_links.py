"""Pending links: matching codes with redirects."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from custom_components.ring_partner.api import (
    Account,
    AuthenticationError,
    RingError,
    ServerError,
    TokenPair,
)
from custom_components.ring_partner.api.linking import (
    LinkError,
    LinkProblem,
    Redirect,
    make_nonce,
)
from custom_components.ring_partner.app.pending_links import (
    ACCOUNT_TRIES,
    KEEP_ACCOUNT,
    KEEP_REDIRECT,
    MAX_CODES_PER_MINUTE,
    MAX_HELD,
    LinkProgress,
    PendingLink,
    PendingLinks,
    TooManyCodesError,
)

START = 1_789_516_032.0
KEY = "dGVzdC1obWFjLWtleS1mb3ItZG9jcw=="
OTHERS_KEY = "another"


class LinkTester:
    """Pending links with a clock that only sleeping advances."""

    def __init__(self) -> None:
        self.now = START
        self.keys = [KEY]
        self.exchanged: list[str] = []
        self.fetched: list[str] = []
        self.failures: list[RingError] = []
        self.discovered: list[PendingLink] = []
        self.slept: list[float] = []
        self.links = PendingLinks(
            exchange=self._exchange,
            fetch_account=self._fetch_account,
            keys=lambda: self.keys,
            on_unclaimed=self.discovered.append,
            clock=lambda: self.now,
            sleep=self._sleep,
        )

    async def _exchange(self, code: str) -> TokenPair:
        self.exchanged.append(code)
        if code.startswith("forged"):
            raise AuthenticationError("Ring refused the sign-in")
        return TokenPair(f"access of {code}", f"refresh of {code}", self.now + 14_400)

    async def _fetch_account(self, pair: TokenPair) -> Account:
        self.fetched.append(pair.access_token)
        if self.failures:
            raise self.failures.pop(0)
        account_id = pair.access_token.removeprefix("access of ").partition("/")[0]
        return Account(account_id, account_id.title(), None, None)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def progress(self) -> LinkProgress:
        """Return the progress of the link."""
        return self.links.progress

    async def code(self, code: str) -> None:
        """Receive a code; the text before a slash is its account ID."""
        if self.links.register_code(code):
            await self.links.async_receive_code(code)

    def redirect(
        self, account_id: str, *, key: str = KEY, ago: float = 0.0
    ) -> Redirect:
        """Return a redirect as Ring sends it to the browser."""
        time = str(round((self.now - ago) * 1000))
        return Redirect(make_nonce(key, time, account_id), time)

    def refused(self, redirect: Redirect) -> LinkProblem:
        """Return why a redirect is refused."""
        with pytest.raises(LinkError) as caught:
            self.links.async_receive_redirect(redirect)
        return caught.value.problem


def start(work: Coroutine[Any, Any, PendingLink]) -> asyncio.Task[PendingLink]:
    """Start a task and return it while it waits."""
    return asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)


@pytest.fixture
def pending() -> LinkTester:
    """Return pending links without codes and redirects."""
    return LinkTester()


async def test_code_before_redirect(pending: LinkTester) -> None:
    assert pending.progress() is LinkProgress.NOTHING_YET
    await pending.code("alex")
    assert pending.progress() is LinkProgress.NO_REDIRECT
    redirect = pending.redirect("alex")
    assert pending.links.async_receive_redirect(redirect) is LinkProgress.ARRIVED
    (link,) = pending.discovered
    assert link.account.id == "alex"
    assert link.pair.refresh_token == "refresh of alex"
    assert link.redirect is redirect
    assert link.hmac_key == KEY
    assert pending.links.get() is link
    for secret in (KEY, redirect.nonce, "access of", "refresh of"):
        assert secret not in repr(link)


async def test_redirect_before_code(pending: LinkTester) -> None:
    redirect = pending.redirect("alex")
    assert pending.links.async_receive_redirect(redirect) is LinkProgress.NO_CODE
    assert pending.discovered == []
    await pending.code("alex")
    assert pending.progress() is LinkProgress.ARRIVED
    assert [link.account.id for link in pending.discovered] == ["alex"]


async def test_key_after_code_and_redirect(pending: LinkTester) -> None:
    pending.keys = [OTHERS_KEY]
    await pending.code("alex")
    redirect = pending.redirect("alex")
    assert pending.links.async_receive_redirect(redirect) is LinkProgress.NO_MATCH
    pending.keys.append(KEY)
    pending.links.async_keys_changed()
    assert [link.hmac_key for link in pending.discovered] == [KEY]


async def test_code_is_exchanged_once(pending: LinkTester) -> None:
    for _ in range(3):
        await pending.code("alex")
    assert pending.exchanged == ["alex"]


async def test_rejected_code_is_not_exchanged_again(pending: LinkTester) -> None:
    for _ in range(3):
        await pending.code("forged")
    assert pending.exchanged == ["forged"]
    assert pending.progress() is LinkProgress.CODE_REFUSED
    await pending.code("alex")
    assert pending.progress() is LinkProgress.NO_REDIRECT


async def test_account_request_is_retried(pending: LinkTester) -> None:
    pending.failures = [ServerError("down")] * (len(ACCOUNT_TRIES) - 1)
    await pending.code("alex")
    assert pending.exchanged == ["alex"]
    assert pending.slept == list(ACCOUNT_TRIES[1:])
    assert pending.progress() is LinkProgress.NO_REDIRECT


@pytest.mark.parametrize(
    ("failures", "tries"),
    [
        ([ServerError("down")] * len(ACCOUNT_TRIES), len(ACCOUNT_TRIES)),
        ([AuthenticationError("revoked")], 1),
    ],
)
async def test_code_without_an_account_is_discarded(
    pending: LinkTester,
    failures: list[RingError],
    tries: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pending.failures = list(failures)
    await pending.code("alex")
    assert len(pending.fetched) == tries
    assert pending.progress() is LinkProgress.NOTHING_YET
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert "access of" not in record.getMessage()


async def test_nonce_is_accepted_once(pending: LinkTester) -> None:
    await pending.code("alex")
    redirect = pending.redirect("alex")
    pending.links.async_receive_redirect(redirect)
    assert pending.refused(redirect) is LinkProblem.USED
    pending.links.remove(pending.discovered[0])
    assert pending.links.get() is None
    assert pending.refused(redirect) is LinkProblem.USED
    # Nor is it accepted after a new code for the same account.
    await pending.code("alex/2")
    assert pending.refused(redirect) is LinkProblem.USED
    assert len(pending.discovered) == 1


@pytest.mark.parametrize(
    ("ago", "problem"),
    [
        (601, LinkProblem.EXPIRED),
        (1e9, LinkProblem.EXPIRED),
        (-6, LinkProblem.FROM_THE_FUTURE),
        (-1e9, LinkProblem.FROM_THE_FUTURE),
    ],
)
async def test_redirect_with_a_wrong_time_is_rejected(
    pending: LinkTester, ago: float, problem: LinkProblem
) -> None:
    await pending.code("alex")
    assert pending.refused(pending.redirect("alex", ago=ago)) is problem
    assert pending.discovered == []
    pending.links.async_receive_redirect(pending.redirect("alex", ago=599))
    assert len(pending.discovered) == 1


async def test_nonce_of_another_app_or_account_does_not_match(
    pending: LinkTester,
) -> None:
    await pending.code("alex")
    for redirect in (
        pending.redirect("alex", key=OTHERS_KEY),
        pending.redirect("jane"),
        pending.redirect("alex", key=""),
    ):
        assert pending.links.async_receive_redirect(redirect) is LinkProgress.NO_MATCH
    assert pending.discovered == []
    pending.links.async_receive_redirect(pending.redirect("alex"))
    assert [link.account.id for link in pending.discovered] == ["alex"]


async def test_removed_link_does_not_match_a_new_redirect(pending: LinkTester) -> None:
    await pending.code("alex")
    pending.links.async_receive_redirect(pending.redirect("alex"))
    pending.links.remove(pending.discovered[0])
    pending.now += 1
    assert (
        pending.links.async_receive_redirect(pending.redirect("alex"))
        is LinkProgress.NO_CODE
    )
    assert len(pending.discovered) == 1


async def test_accepted_codes_are_not_limited(pending: LinkTester) -> None:
    for number in range(2 * MAX_CODES_PER_MINUTE):
        await pending.code(f"alex/{number}")
    assert len(pending.exchanged) == 2 * MAX_CODES_PER_MINUTE
    await pending.code("alex/0")
    assert len(pending.exchanged) == 2 * MAX_CODES_PER_MINUTE


async def test_number_of_codes_and_redirects_is_limited(pending: LinkTester) -> None:
    await pending.code("alex")
    for number in range(MAX_CODES_PER_MINUTE):
        await pending.code(f"forged {number}")
    for number in range(1000):
        with pytest.raises(TooManyCodesError):
            pending.links.register_code(f"forged too {number}")
    assert len(pending.exchanged) == MAX_CODES_PER_MINUTE + 1
    for number in range(1000):
        pending.links.async_receive_redirect(pending.redirect(f"nobody {number}"))
    assert len(pending.links._redirects) == MAX_HELD
    assert len(pending.links._codes) == MAX_CODES_PER_MINUTE + 1

    pending.links.async_receive_redirect(pending.redirect("alex"))
    assert [link.account.id for link in pending.discovered] == ["alex"]
    pending.now += 61
    await pending.code("jane")
    assert pending.exchanged[-1] == "jane"


@pytest.mark.parametrize(
    ("wait", "progress"),
    [
        (KEEP_REDIRECT + 1, LinkProgress.NO_REDIRECT),
        (KEEP_ACCOUNT + 1, LinkProgress.NOTHING_YET),
    ],
)
async def test_expired_codes_and_redirects_are_discarded(
    pending: LinkTester, wait: float, progress: LinkProgress
) -> None:
    await pending.code("alex")
    pending.links.async_receive_redirect(pending.redirect("alex"))
    pending.links.async_receive_redirect(pending.redirect("jane"))
    pending.now += wait
    assert pending.progress() is progress
    assert pending.links.get() is None


async def test_wait_returns_the_link_of_the_account(pending: LinkTester) -> None:
    first, second = start(pending.links.async_wait()), start(pending.links.async_wait())
    await pending.code("alex")
    assert not first.done()
    pending.links.async_receive_redirect(pending.redirect("alex"))
    assert (await first) is (await second)
    # A link that a flow waits for is not discovered.
    assert pending.discovered == []
    assert await pending.links.async_wait("alex") is await first

    # The link of another account is returned too: the flow shows its name.
    assert await pending.links.async_wait("jane") is await first
    await pending.code("jane")
    pending.links.async_receive_redirect(pending.redirect("jane"))
    assert (await pending.links.async_wait("jane")).account.id == "jane"
    assert (await pending.links.async_wait("alex")).account.id == "alex"
    assert (await pending.links.async_wait()).account.id == "jane"


async def test_canceled_wait_does_not_claim_the_link(pending: LinkTester) -> None:
    waiting = start(pending.links.async_wait())
    waiting.cancel()
    await pending.code("alex")
    pending.links.async_receive_redirect(pending.redirect("alex"))
    assert len(pending.discovered) == 1


async def test_discarded_redirect_is_replaced_by_a_new_one(
    pending: LinkTester,
) -> None:
    await pending.code("alex")
    pending.links.async_receive_redirect(pending.redirect("alex"))
    (first,) = pending.discovered
    assert pending.links.latest(first) is first
    pending.links.discard_redirect(first)
    assert pending.progress() is LinkProgress.NO_REDIRECT
    assert pending.links.latest(first) is first
    pending.now += 1
    pending.links.async_receive_redirect(pending.redirect("alex"))
    second = pending.discovered[1]
    assert pending.links.latest(first) is second
    assert second.pair == first.pair
