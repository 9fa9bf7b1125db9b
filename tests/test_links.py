"""Codes and redirects find each other, whatever else comes in."""

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
    nonce_for,
)
from custom_components.ring_partner.links import (
    ACCOUNT_TRIES,
    KEEP_REDIRECT,
    KEEP_UNCLAIMED,
    MOST_EXCHANGES,
    MOST_HELD,
    AccountLinks,
    Arrival,
    Progress,
    TooManyCodesError,
)

START = 1_789_516_032.0
KEY = "dGVzdC1obWFjLWtleS1mb3ItZG9jcw=="
OTHERS_KEY = "another"


class Meeting:
    """A meeting place whose time moves when told to."""

    def __init__(self) -> None:
        self.now = START
        self.keys = [KEY]
        self.exchanged: list[str] = []
        self.asked_for: list[str] = []
        self.failures: list[RingError] = []
        self.discovered: list[Arrival] = []
        self.slept: list[float] = []
        self.links = AccountLinks(
            exchange=self._exchange,
            account_of=self._account_of,
            keys=lambda: self.keys,
            arrived=self.discovered.append,
            clock=lambda: self.now,
            sleep=self._sleep,
        )

    async def _exchange(self, code: str) -> TokenPair:
        self.exchanged.append(code)
        if code.startswith("forged"):
            raise AuthenticationError("Ring refused the sign-in")
        return TokenPair(f"access of {code}", f"refresh of {code}", self.now + 14_400)

    async def _account_of(self, pair: TokenPair) -> Account:
        self.asked_for.append(pair.access_token)
        if self.failures:
            raise self.failures.pop(0)
        account_id = pair.access_token.removeprefix("access of ").partition("/")[0]
        return Account(account_id, account_id.title(), None, None)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def progress(self) -> Progress:
        """Return how far the link has come."""
        return self.links.progress

    async def code(self, code: str) -> None:
        """Let Ring send a code; what precedes a slash is its account."""
        if self.links.admit_code(code):
            await self.links.async_receive_code(code)

    def redirect(
        self, account_id: str, *, key: str = KEY, ago: float = 0.0
    ) -> Redirect:
        """Return what Ring gives a browser."""
        time = str(round((self.now - ago) * 1000))
        return Redirect(nonce_for(key, time, account_id), time)

    def refused(self, redirect: Redirect) -> LinkProblem:
        """Return why a redirect is refused."""
        with pytest.raises(LinkError) as caught:
            self.links.receive_redirect(redirect)
        return caught.value.problem


def start(work: Coroutine[Any, Any, Arrival]) -> asyncio.Task[Arrival]:
    """Begin something and go on while it waits."""
    return asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)


@pytest.fixture
def meeting() -> Meeting:
    """Return an empty meeting place."""
    return Meeting()


async def test_code_first(meeting: Meeting) -> None:
    assert meeting.progress() is Progress.NOTHING_YET
    await meeting.code("alex")
    assert meeting.progress() is Progress.NO_REDIRECT
    redirect = meeting.redirect("alex")
    assert meeting.links.receive_redirect(redirect) is Progress.ARRIVED
    (arrival,) = meeting.discovered
    assert arrival.account.id == "alex"
    assert arrival.pair.refresh_token == "refresh of alex"
    assert arrival.redirect is redirect
    assert arrival.hmac_key == KEY
    assert meeting.links.arrival() is arrival
    for secret in (KEY, redirect.nonce, "access of", "refresh of"):
        assert secret not in repr(arrival)


async def test_redirect_first(meeting: Meeting) -> None:
    redirect = meeting.redirect("alex")
    assert meeting.links.receive_redirect(redirect) is Progress.NO_CODE
    assert meeting.discovered == []
    await meeting.code("alex")
    assert meeting.progress() is Progress.ARRIVED
    assert [arrival.account.id for arrival in meeting.discovered] == ["alex"]


async def test_key_last(meeting: Meeting) -> None:
    meeting.keys = [OTHERS_KEY]
    await meeting.code("alex")
    redirect = meeting.redirect("alex")
    assert meeting.links.receive_redirect(redirect) is Progress.NO_MATCH
    meeting.keys.append(KEY)
    meeting.links.keys_changed()
    assert [arrival.hmac_key for arrival in meeting.discovered] == [KEY]


async def test_a_code_is_exchanged_once(meeting: Meeting) -> None:
    for _ in range(3):
        await meeting.code("alex")
    assert meeting.exchanged == ["alex"]


async def test_a_code_that_fails_is_not_tried_again(meeting: Meeting) -> None:
    for _ in range(3):
        await meeting.code("forged")
    assert meeting.exchanged == ["forged"]
    assert meeting.progress() is Progress.CODE_REFUSED
    await meeting.code("alex")
    assert meeting.progress() is Progress.NO_REDIRECT


async def test_who_it_is_may_take_a_while_to_learn(meeting: Meeting) -> None:
    meeting.failures = [ServerError("down")] * (len(ACCOUNT_TRIES) - 1)
    await meeting.code("alex")
    assert meeting.exchanged == ["alex"]
    assert meeting.slept == list(ACCOUNT_TRIES[1:])
    assert meeting.progress() is Progress.NO_REDIRECT


@pytest.mark.parametrize(
    ("failures", "asked"),
    [
        ([ServerError("down")] * len(ACCOUNT_TRIES), len(ACCOUNT_TRIES)),
        ([AuthenticationError("revoked")], 1),
    ],
)
async def test_who_it_is_may_stay_unknown(
    meeting: Meeting,
    failures: list[RingError],
    asked: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    meeting.failures = list(failures)
    await meeting.code("alex")
    assert len(meeting.asked_for) == asked
    assert meeting.progress() is Progress.NOTHING_YET
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert "access of" not in record.getMessage()


async def test_a_nonce_is_good_once(meeting: Meeting) -> None:
    await meeting.code("alex")
    redirect = meeting.redirect("alex")
    meeting.links.receive_redirect(redirect)
    assert meeting.refused(redirect) is LinkProblem.USED
    meeting.links.claimed(meeting.discovered[0])
    assert meeting.links.arrival() is None
    assert meeting.refused(redirect) is LinkProblem.USED
    # Also for the same account linked once more.
    await meeting.code("alex/2")
    assert meeting.refused(redirect) is LinkProblem.USED
    assert len(meeting.discovered) == 1


@pytest.mark.parametrize(
    ("ago", "problem"),
    [
        (601, LinkProblem.EXPIRED),
        (1e9, LinkProblem.EXPIRED),
        (-6, LinkProblem.FROM_THE_FUTURE),
        (-1e9, LinkProblem.FROM_THE_FUTURE),
    ],
)
async def test_a_time_that_is_wrong(
    meeting: Meeting, ago: float, problem: LinkProblem
) -> None:
    await meeting.code("alex")
    assert meeting.refused(meeting.redirect("alex", ago=ago)) is problem
    assert meeting.discovered == []
    meeting.links.receive_redirect(meeting.redirect("alex", ago=599))
    assert len(meeting.discovered) == 1


async def test_a_nonce_of_another_app_or_account_links_nobody(
    meeting: Meeting,
) -> None:
    await meeting.code("alex")
    for redirect in (
        meeting.redirect("alex", key=OTHERS_KEY),
        meeting.redirect("jane"),
        meeting.redirect("alex", key=""),
    ):
        assert meeting.links.receive_redirect(redirect) is Progress.NO_MATCH
    assert meeting.discovered == []
    meeting.links.receive_redirect(meeting.redirect("alex"))
    assert [arrival.account.id for arrival in meeting.discovered] == ["alex"]


async def test_only_accounts_that_are_not_linked_match(meeting: Meeting) -> None:
    await meeting.code("alex")
    meeting.links.receive_redirect(meeting.redirect("alex"))
    meeting.links.claimed(meeting.discovered[0])
    meeting.now += 1
    assert meeting.links.receive_redirect(meeting.redirect("alex")) is Progress.NO_CODE
    assert len(meeting.discovered) == 1


async def test_floods_cost_nothing_but_the_flood(meeting: Meeting) -> None:
    await meeting.code("alex")
    for number in range(MOST_EXCHANGES - 1):
        await meeting.code(f"forged {number}")
    for number in range(1000):
        with pytest.raises(TooManyCodesError):
            meeting.links.admit_code(f"forged too {number}")
    assert len(meeting.exchanged) == MOST_EXCHANGES
    for number in range(1000):
        meeting.links.receive_redirect(meeting.redirect(f"nobody {number}"))
    assert len(meeting.links._redirects) == MOST_HELD
    assert len(meeting.links._codes) == MOST_EXCHANGES

    meeting.links.receive_redirect(meeting.redirect("alex"))
    assert [arrival.account.id for arrival in meeting.discovered] == ["alex"]
    meeting.now += 61
    await meeting.code("jane")
    assert meeting.exchanged[-1] == "jane"


@pytest.mark.parametrize(
    ("wait", "progress"),
    [
        (KEEP_REDIRECT + 1, Progress.NO_REDIRECT),
        (KEEP_UNCLAIMED + 1, Progress.NOTHING_YET),
    ],
)
async def test_what_is_too_old_is_forgotten(
    meeting: Meeting, wait: float, progress: Progress
) -> None:
    await meeting.code("alex")
    meeting.links.receive_redirect(meeting.redirect("alex"))
    meeting.links.receive_redirect(meeting.redirect("jane"))
    meeting.now += wait
    assert meeting.progress() is progress
    assert meeting.links.arrival() is None


async def test_waiting(meeting: Meeting) -> None:
    first, second = start(meeting.links.async_wait()), start(meeting.links.async_wait())
    await meeting.code("alex")
    assert not first.done()
    meeting.links.receive_redirect(meeting.redirect("alex"))
    assert (await first) is (await second)
    # Who waits is told, and nobody else.
    assert meeting.discovered == []
    assert await meeting.links.async_wait("alex") is await first

    # Another one is better than none: it has a name to tell.
    assert await meeting.links.async_wait("jane") is await first
    await meeting.code("jane")
    meeting.links.receive_redirect(meeting.redirect("jane"))
    assert (await meeting.links.async_wait("jane")).account.id == "jane"
    assert (await meeting.links.async_wait("alex")).account.id == "alex"
    assert (await meeting.links.async_wait()).account.id == "jane"


async def test_who_stops_waiting_is_not_told(meeting: Meeting) -> None:
    waiting = start(meeting.links.async_wait())
    waiting.cancel()
    await meeting.code("alex")
    meeting.links.receive_redirect(meeting.redirect("alex"))
    assert len(meeting.discovered) == 1


async def test_another_try_after_ring_did_not_take_the_redirect(
    meeting: Meeting,
) -> None:
    await meeting.code("alex")
    meeting.links.receive_redirect(meeting.redirect("alex"))
    (first,) = meeting.discovered
    assert meeting.links.latest(first) is first
    meeting.links.drop_redirect(first)
    assert meeting.progress() is Progress.NO_REDIRECT
    assert meeting.links.latest(first) is first
    meeting.now += 1
    meeting.links.receive_redirect(meeting.redirect("alex"))
    second = meeting.discovered[1]
    assert meeting.links.latest(first) is second
    assert second.pair == first.pair
