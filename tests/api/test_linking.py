"""What Ring hands us to link an account."""

from collections.abc import Callable

from hypothesis import given, strategies as st
from multidict import MultiDict
import pytest

from custom_components.ring_partner.api.linking import (
    MAX_CODE_REQUEST,
    LinkError,
    LinkProblem,
    Redirect,
    authorization_code,
    check_time,
    masked,
    match,
    nonce_for,
)

from .vectors import ACCOUNT, KEY, NONCE, TIME

NOW = 1771130906.289
REDIRECT = Redirect(NONCE, TIME)
QUERY = f"nonce={NONCE}&time={TIME}"

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def problem_of(function: Callable[..., object], *arguments: object) -> LinkProblem:
    """Return why a call fails."""
    with pytest.raises(LinkError) as raised:
        function(*arguments)
    return raised.value.problem


def test_the_documented_nonce() -> None:
    assert nonce_for(KEY, TIME, ACCOUNT) == NONCE


def test_the_time_is_used_just_as_written() -> None:
    assert nonce_for(KEY, f"0{TIME}", ACCOUNT) != NONCE


def test_a_key_that_is_no_text_makes_a_nonce_too() -> None:
    assert match(REDIRECT, "\ud800", [ACCOUNT]) is None


def test_a_query() -> None:
    assert Redirect.from_query({"nonce": NONCE, "time": TIME, "more": ""}) == REDIRECT


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({}, "no_nonce"),
        ({"time": TIME}, "no_nonce"),
        ({"nonce": "", "time": TIME}, "no_nonce"),
        ({"nonce": NONCE}, "malformed"),
        ({"nonce": NONCE, "time": ""}, "malformed"),
        ({"nonce": NONCE, "time": "soon"}, "malformed"),
        ({"nonce": NONCE, "time": f"-{TIME}"}, "malformed"),
        ({"nonce": NONCE, "time": f"{TIME}\n"}, "malformed"),
        ({"nonce": NONCE, "time": "1" * 17}, "malformed"),
        ({"nonce": NONCE, "time": "\u0661"}, "malformed"),
        ({"nonce": NONCE[:-1], "time": TIME}, "malformed"),
        ({"nonce": f"{NONCE}=", "time": TIME}, "malformed"),
        ({"nonce": f"{NONCE[:-1]}+", "time": TIME}, "malformed"),
        ({"nonce": f"{NONCE[:-1]}\u00e9", "time": TIME}, "malformed"),
        ({"nonce": f"{NONCE}\n", "time": TIME}, "malformed"),
    ],
)
def test_a_query_of_no_use(query: dict[str, str], problem: str) -> None:
    assert problem_of(Redirect.from_query, query) == problem


@pytest.mark.parametrize(
    "address",
    [
        f"https://home.example/api/ring_partner/link?{QUERY}",
        f"https://home.example:8123/link?a=b&time={TIME}&nonce={NONCE}&c=d#top",
        f"home.example/link?{QUERY}",
        f"/link?{QUERY}",
        f"?{QUERY}",
        QUERY,
        f"  https://home.example/link?{QUERY}\n",
        f"<https://home.example/link?{QUERY}>",
        f'"https://home.example/link?{QUERY}"',
        f"\u201chttps://home.example/link?{QUERY}\u201d.",
        f"<'https://home.example/link?{QUERY[:30]}\r\n  {QUERY[30:]}'>",
        f"https://home.example/link?nonce={NONCE.replace('-', '%2D')}&time={TIME}",
        f"https://home.example/link?{QUERY}&nonce={'x' * 43}",
    ],
)
def test_a_pasted_address(address: str) -> None:
    assert Redirect.from_address(address) == REDIRECT


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "no_nonce"),
        ("https://home.example/link", "no_nonce"),
        (f"https://home.example/link?time={TIME}", "no_nonce"),
        (f"https://home.example/link#{QUERY}", "no_nonce"),
        (f"https://home.example/link?nonce={NONCE}", "malformed"),
        (f"https://home.example/link?nonce={NONCE[:20]}", "malformed"),
        (f"https://home.example/link?{QUERY}{'&a=b' * 40}", "malformed"),
        (f"https://home.example/link?{QUERY}&a={'b' * 9000}", "too_large"),
    ],
)
def test_a_pasted_address_of_no_use(address: str, problem: str) -> None:
    assert problem_of(Redirect.from_address, address) == problem


@given(st.text() | st.text().map(lambda text: f"https://host/?{QUERY[:60]}{text}"))
def test_any_text_pasted(text: str) -> None:
    try:
        redirect = Redirect.from_address(text)
    except LinkError:
        return
    assert len(redirect.nonce) == 43
    assert redirect.time.isdecimal()


@given(st.dictionaries(st.sampled_from(["nonce", "time"]), st.text() | st.just(NONCE)))
def test_any_query(query: dict[str, str]) -> None:
    try:
        Redirect.from_query(query)
    except LinkError as error:
        assert error.problem in {"no_nonce", "malformed"}  # noqa: PT017 - or no error


def test_the_nonce_is_not_shown() -> None:
    assert NONCE not in repr(REDIRECT)


@pytest.mark.parametrize(
    ("age", "problem"),
    [
        (0, None),
        (599.9, None),
        (600, None),
        (600.1, "expired"),
        (1e9, "expired"),
        (-4.9, None),
        (-5, None),
        (-5.1, "from_the_future"),
        (-1e9, "from_the_future"),
    ],
)
def test_the_window(age: float, problem: str | None) -> None:
    redirect = Redirect(NONCE, "1771130906000")
    if problem is None:
        check_time(redirect, 1771130906 + age)
    else:
        assert problem_of(check_time, redirect, 1771130906 + age) == problem


@pytest.mark.parametrize("time", ["0", "9" * 16])
def test_the_farthest_times(time: str) -> None:
    assert problem_of(check_time, Redirect(NONCE, time), NOW) in LinkProblem


@pytest.mark.parametrize(
    "accounts", [[ACCOUNT], ["a", ACCOUNT], [ACCOUNT, "b"], ["a", ACCOUNT, "b"]]
)
def test_the_account_of_a_redirect(accounts: list[str]) -> None:
    assert match(REDIRECT, KEY, accounts) == ACCOUNT


def test_a_redirect_of_nobody() -> None:
    assert match(REDIRECT, KEY, []) is None
    assert match(REDIRECT, KEY, ["ava1.ring.account.OTHER", ACCOUNT.lower()]) is None
    assert match(REDIRECT, KEY + "=", [ACCOUNT]) is None
    assert match(Redirect(NONCE, f"0{TIME}"), KEY, [ACCOUNT]) is None


def test_an_empty_key_matches_nothing() -> None:
    forged = Redirect(nonce_for("", TIME, ACCOUNT), TIME)
    assert match(forged, "", [ACCOUNT]) is None


def test_every_account_is_compared() -> None:
    asked = iter([ACCOUNT, "b", "c"])
    assert match(REDIRECT, KEY, asked) == ACCOUNT
    assert list(asked) == []


@given(
    st.lists(st.text(), min_size=2, max_size=6, unique=True),
    st.text(min_size=1),
    st.integers(0, 10**16 - 1).map(str),
    st.integers(min_value=0),
)
def test_a_nonce_matches_its_account_only(
    accounts: list[str], key: str, time: str, index: int
) -> None:
    account = accounts[index % len(accounts)]
    redirect = Redirect(nonce_for(key, time, account), time)
    assert match(redirect, key, accounts) == account
    assert match(redirect, key, [other for other in accounts if other != account]) is (
        None
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"code=abc"),
        (f"{FORM}; charset=UTF-8", b"state=x&code=abc&code=second"),
        (FORM, b"code=&auth_code=abc"),
        (FORM, b"authorization_code=abc"),
        (FORM, b"authorizationCode=abc"),
        (FORM, b"auth_code=abc"),
        (FORM, b"code=%61bc"),
        ("", b"code=abc"),
        ("text/plain", b' {"code":"abc"}'),
        (JSON, b'{"code":"abc","auth_code":"second"}'),
        (f"{JSON};charset=utf-8", b'{"authorizationCode":"abc","state":null}'),
        ("application/vnd.api+json", b'{"authorization_code":"abc"}'),
        (JSON, b'{"code":5,"auth_code":"abc"}'),
    ],
)
def test_a_code(content_type: str, body: bytes) -> None:
    assert authorization_code(content_type, body, {}) == "abc"


@pytest.mark.parametrize("body", [b"", b"other=1", b'{"code":', b"\xff", b"[1]"])
@pytest.mark.parametrize("content_type", [FORM, JSON, ""])
def test_a_code_in_the_query(content_type: str, body: bytes) -> None:
    query = MultiDict([("auth_code", "abc"), ("auth_code", "second")])
    assert authorization_code(content_type, body, query) == "abc"


def test_the_body_goes_before_the_query() -> None:
    assert authorization_code(FORM, b"auth_code=abc", {"code": "query"}) == "abc"


@pytest.mark.parametrize(
    ("content_type", "body", "query", "problem"),
    [
        ("", b"", {}, "no_code"),
        (FORM, b"code=", {"code": ""}, "no_code"),
        (FORM, b"codes=abc", {}, "no_code"),
        (JSON, b"{}", {}, "no_code"),
        (JSON, b'{"code":null}', {}, "no_code"),
        (JSON, b'{"code":["abc"]}', {}, "no_code"),
        (JSON, b'["abc"]', {}, "malformed"),
        (JSON, b'{"code":"abc"', {}, "malformed"),
        (JSON, b"code=abc", {}, "malformed"),
        (JSON, b"[" * 2000, {}, "malformed"),
        (FORM, b"code=\xff", {}, "malformed"),
        (FORM, b"code=%ff", {}, "malformed"),
        (FORM, b"code=a%0d%0ab", {}, "malformed"),
        (FORM, b"code=a%00", {}, "malformed"),
        (FORM, b"a=b&" * 40 + b"code=abc", {}, "malformed"),
        (FORM, "code=caf\u00e9".encode(), {}, "malformed"),
        (JSON, b'{"code":"\\u202e"}', {}, "malformed"),
        (FORM, b"code=" + b"a" * 1025, {}, "malformed"),
        (FORM, b"code=abc&pad=" + b"a" * MAX_CODE_REQUEST, {}, "too_large"),
        ("", b"", {"code": "abc", "pad": "a" * MAX_CODE_REQUEST}, "too_large"),
        ("", b"", {"a" * MAX_CODE_REQUEST: "", "code": "abc"}, "too_large"),
    ],
)
def test_no_code(
    content_type: str, body: bytes, query: dict[str, str], problem: str
) -> None:
    assert problem_of(authorization_code, content_type, body, query) == problem


def test_the_longest_code_and_request() -> None:
    code = "a" * 1024
    body = f"code={code}&pad=".encode().ljust(MAX_CODE_REQUEST, b"x")
    assert authorization_code(FORM, body, {}) == code
    assert problem_of(authorization_code, FORM, body + b"x", {}) == "too_large"


def test_a_problem_quotes_nothing() -> None:
    with pytest.raises(LinkError) as raised:
        authorization_code(JSON, b'{"code":"abc"', {})
    assert str(raised.value) == "malformed"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@given(
    st.sampled_from(["", FORM, JSON, "multipart/form-data"]) | st.text(),
    st.binary() | st.binary().map(lambda end: b"code=" + end),
    st.dictionaries(st.sampled_from(["code", "auth_code"]) | st.text(), st.text()),
)
def test_any_request(content_type: str, body: bytes, query: dict[str, str]) -> None:
    try:
        code = authorization_code(content_type, body, query)
    except LinkError as error:
        assert error.problem in {  # noqa: PT017 - or no error
            "no_code",
            "malformed",
            "too_large",
        }
    else:
        assert 0 < len(code) <= 1024
        assert code.isascii()
        assert code.isprintable()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("user@example.com", "u***r@example.com"),
        (" user@example.com\n", "u***r@example.com"),
        ("abc@example.com", "a***c@example.com"),
        ("ab@example.com", "***@example.com"),
        ("a@example.com", "***@example.com"),
        ('"a@b"@example.com', '"***"@example.com'),
        ("Paulus", "P***s"),
        ("Rob Smith", "R***h"),
        ("Al", "***"),
        ("", "***"),
        ("user@", "u***@"),
        ("@user", "@***r"),
    ],
)
def test_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


@given(st.text("abcdefgh", min_size=1), st.sampled_from(["", "@example.com"]))
def test_only_the_ends_can_be_recognised(local: str, domain: str) -> None:
    shown = masked(local + domain)
    assert shown.endswith(domain)
    assert len(shown.removesuffix(domain)) in {3, 5}
    assert local not in shown.removesuffix(domain)
