"""The requests with which Ring links an account."""

from collections.abc import Callable

from hypothesis import given, strategies as st
from multidict import MultiDict
import pytest

from custom_components.ring_partner.api.linking import (
    MAX_CODE_REQUEST_SIZE,
    LinkError,
    LinkProblem,
    Redirect,
    check_time,
    make_nonce,
    mask,
    match_account,
    parse_authorization_code,
)

from .reference_examples import ACCOUNT_ID, HMAC_KEY, NONCE, NONCE_TIME

NOW = 1771130906.289
REDIRECT = Redirect(NONCE, NONCE_TIME)
QUERY = f"nonce={NONCE}&time={NONCE_TIME}"

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def raised_problem(function: Callable[..., object], *arguments: object) -> LinkProblem:
    """Return the problem that a call raises."""
    with pytest.raises(LinkError) as raised:
        function(*arguments)
    return raised.value.problem


def test_documented_nonce() -> None:
    assert make_nonce(HMAC_KEY, NONCE_TIME, ACCOUNT_ID) == NONCE


def test_time_is_used_unchanged() -> None:
    assert make_nonce(HMAC_KEY, f"0{NONCE_TIME}", ACCOUNT_ID) != NONCE


def test_key_with_invalid_characters() -> None:
    assert match_account(REDIRECT, "\ud800", [ACCOUNT_ID]) is None


def test_query() -> None:
    assert (
        Redirect.from_query({"nonce": NONCE, "time": NONCE_TIME, "more": ""})
        == REDIRECT
    )


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({}, "no_nonce"),
        ({"time": NONCE_TIME}, "no_nonce"),
        ({"nonce": "", "time": NONCE_TIME}, "no_nonce"),
        ({"nonce": NONCE}, "malformed"),
        ({"nonce": NONCE, "time": ""}, "malformed"),
        ({"nonce": NONCE, "time": "soon"}, "malformed"),
        ({"nonce": NONCE, "time": f"-{NONCE_TIME}"}, "malformed"),
        ({"nonce": NONCE, "time": f"{NONCE_TIME}\n"}, "malformed"),
        ({"nonce": NONCE, "time": "1" * 17}, "malformed"),
        ({"nonce": NONCE, "time": "\u0661"}, "malformed"),
        ({"nonce": NONCE[:-1], "time": NONCE_TIME}, "malformed"),
        ({"nonce": f"{NONCE}=", "time": NONCE_TIME}, "malformed"),
        ({"nonce": f"{NONCE[:-1]}+", "time": NONCE_TIME}, "malformed"),
        ({"nonce": f"{NONCE[:-1]}\u00e9", "time": NONCE_TIME}, "malformed"),
        ({"nonce": f"{NONCE}\n", "time": NONCE_TIME}, "malformed"),
    ],
)
def test_invalid_query(query: dict[str, str], problem: str) -> None:
    assert raised_problem(Redirect.from_query, query) == problem


@pytest.mark.parametrize(
    "url",
    [
        f"https://home.example/api/ring_partner/link?{QUERY}",
        f"https://home.example:8123/link?a=b&time={NONCE_TIME}&nonce={NONCE}&c=d#top",
        f"home.example/link?{QUERY}",
        f"/link?{QUERY}",
        f"?{QUERY}",
        QUERY,
        f"  https://home.example/link?{QUERY}\n",
        f"<https://home.example/link?{QUERY}>",
        f'"https://home.example/link?{QUERY}"',
        f"\u201chttps://home.example/link?{QUERY}\u201d.",
        f"<'https://home.example/link?{QUERY[:30]}\r\n  {QUERY[30:]}'>",
        f"home.example/link?nonce={NONCE.replace('-', '%2D')}&time={NONCE_TIME}",
        f"https://home.example/link?{QUERY}&nonce={'x' * 43}",
    ],
)
def test_pasted_url(url: str) -> None:
    assert Redirect.from_url(url) == REDIRECT


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "no_nonce"),
        ("https://home.example/link", "no_nonce"),
        (f"https://home.example/link?time={NONCE_TIME}", "no_nonce"),
        (f"https://home.example/link#{QUERY}", "no_nonce"),
        (f"https://home.example/link?nonce={NONCE}", "malformed"),
        (f"https://home.example/link?nonce={NONCE[:20]}", "malformed"),
        (f"https://home.example/link?{QUERY}{'&a=b' * 40}", "malformed"),
        (f"https://home.example/link?{QUERY}&a={'b' * 9000}", "too_large"),
    ],
)
def test_invalid_pasted_url(url: str, problem: str) -> None:
    assert raised_problem(Redirect.from_url, url) == problem


@given(st.text() | st.text().map(lambda text: f"https://host/?{QUERY[:60]}{text}"))
def test_any_pasted_text(text: str) -> None:
    try:
        redirect = Redirect.from_url(text)
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


def test_repr_hides_the_nonce() -> None:
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
def test_lifetime_of_a_nonce(age: float, problem: str | None) -> None:
    redirect = Redirect(NONCE, "1771130906000")
    if problem is None:
        check_time(redirect, 1771130906 + age)
    else:
        assert raised_problem(check_time, redirect, 1771130906 + age) == problem


@pytest.mark.parametrize("time", ["0", "9" * 16])
def test_minimum_and_maximum_time(time: str) -> None:
    assert raised_problem(check_time, Redirect(NONCE, time), NOW) in LinkProblem


@pytest.mark.parametrize(
    "accounts",
    [[ACCOUNT_ID], ["a", ACCOUNT_ID], [ACCOUNT_ID, "b"], ["a", ACCOUNT_ID, "b"]],
)
def test_matching_account(accounts: list[str]) -> None:
    assert match_account(REDIRECT, HMAC_KEY, accounts) == ACCOUNT_ID


def test_no_matching_account() -> None:
    assert match_account(REDIRECT, HMAC_KEY, []) is None
    assert (
        match_account(
            REDIRECT, HMAC_KEY, ["ava1.ring.account.OTHER", ACCOUNT_ID.lower()]
        )
        is None
    )
    assert match_account(REDIRECT, HMAC_KEY + "=", [ACCOUNT_ID]) is None
    assert (
        match_account(Redirect(NONCE, f"0{NONCE_TIME}"), HMAC_KEY, [ACCOUNT_ID]) is None
    )


def test_empty_key_matches_no_account() -> None:
    forged = Redirect(make_nonce("", NONCE_TIME, ACCOUNT_ID), NONCE_TIME)
    assert match_account(forged, "", [ACCOUNT_ID]) is None


def test_all_accounts_are_compared() -> None:
    account_ids = iter([ACCOUNT_ID, "b", "c"])
    assert match_account(REDIRECT, HMAC_KEY, account_ids) == ACCOUNT_ID
    assert list(account_ids) == []


@given(
    st.lists(st.text(), min_size=2, max_size=6, unique=True),
    st.text(min_size=1),
    st.integers(0, 10**16 - 1).map(str),
    st.integers(min_value=0),
)
def test_nonce_matches_its_account_only(
    accounts: list[str], key: str, time: str, index: int
) -> None:
    account = accounts[index % len(accounts)]
    redirect = Redirect(make_nonce(key, time, account), time)
    assert match_account(redirect, key, accounts) == account
    assert match_account(
        redirect, key, [other for other in accounts if other != account]
    ) is (None)


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
def test_authorization_code(content_type: str, body: bytes) -> None:
    assert parse_authorization_code(content_type, body, {}) == "abc"


@pytest.mark.parametrize("body", [b"", b"other=1", b'{"code":', b"\xff", b"[1]"])
@pytest.mark.parametrize("content_type", [FORM, JSON, ""])
def test_authorization_code_in_the_query(content_type: str, body: bytes) -> None:
    query = MultiDict([("auth_code", "abc"), ("auth_code", "second")])
    assert parse_authorization_code(content_type, body, query) == "abc"


def test_body_takes_precedence_over_query() -> None:
    assert parse_authorization_code(FORM, b"auth_code=abc", {"code": "query"}) == "abc"


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
        (FORM, b"code=abc&pad=" + b"a" * MAX_CODE_REQUEST_SIZE, {}, "too_large"),
        ("", b"", {"code": "abc", "pad": "a" * MAX_CODE_REQUEST_SIZE}, "too_large"),
        ("", b"", {"a" * MAX_CODE_REQUEST_SIZE: "", "code": "abc"}, "too_large"),
    ],
)
def test_invalid_authorization_code(
    content_type: str, body: bytes, query: dict[str, str], problem: str
) -> None:
    assert (
        raised_problem(parse_authorization_code, content_type, body, query) == problem
    )


def test_maximum_sizes() -> None:
    code = "a" * 1024
    body = f"code={code}&pad=".encode().ljust(MAX_CODE_REQUEST_SIZE, b"x")
    assert parse_authorization_code(FORM, body, {}) == code
    assert (
        raised_problem(parse_authorization_code, FORM, body + b"x", {}) == "too_large"
    )


def test_error_does_not_quote_the_request() -> None:
    with pytest.raises(LinkError) as raised:
        parse_authorization_code(JSON, b'{"code":"abc"', {})
    assert str(raised.value) == "malformed"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@given(
    st.sampled_from(["", FORM, JSON, "multipart/form-data"]) | st.text(),
    st.binary() | st.binary().map(lambda end: b"code=" + end),
    st.dictionaries(st.sampled_from(["code", "auth_code"]) | st.text(), st.text()),
)
def test_any_request(content_type: str, body: bytes, query: dict[str, str]) -> None:
    try:
        code = parse_authorization_code(content_type, body, query)
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
    ("name", "expected"),
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
def test_mask(name: str, expected: str) -> None:
    assert mask(name) == expected


@given(st.text("abcdefgh", min_size=1), st.sampled_from(["", "@example.com"]))
def test_only_the_ends_are_readable(local: str, domain: str) -> None:
    expected = mask(local + domain)
    assert expected.endswith(domain)
    assert len(expected.removesuffix(domain)) in {3, 5}
    assert local not in expected.removesuffix(domain)
