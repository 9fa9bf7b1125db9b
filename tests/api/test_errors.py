"""Every answer other than success has one meaning."""

import itertools
import string
from typing import Any

from hypothesis import given, strategies as st
from multidict import CIMultiDict
import orjson
import pytest

from custom_components.ring_partner.api import errors
from custom_components.ring_partner.api.errors import (
    AuthenticationError,
    BadRequestError,
    CommunicationError,
    DeviceOfflineError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    NetworkRefusedError,
    NotFoundError,
    RateLimitError,
    ResponseError,
    RingError,
    ServerError,
    clean,
    error_from_response,
)

KINDS = {
    300: ResponseError,
    301: ResponseError,
    303: ResponseError,
    400: BadRequestError,
    401: AuthenticationError,
    402: BadRequestError,
    403: ForbiddenError,
    404: NotFoundError,
    405: BadRequestError,
    406: NetworkRefusedError,
    409: BadRequestError,
    410: BadRequestError,
    413: BadRequestError,
    415: BadRequestError,
    416: MediaNotFoundError,
    418: BadRequestError,
    422: BadRequestError,
    425: MediaNotReadyError,
    429: RateLimitError,
    499: BadRequestError,
    500: ServerError,
    501: ServerError,
    502: ServerError,
    503: ServerError,
    504: ServerError,
    520: ServerError,
    599: ServerError,
    600: ResponseError,
    999: ResponseError,
}

OFFLINE = (
    b'{"errors":[{"status":"503","title":"Device Unavailable",'
    b'"detail":"Device is currently offline"}]}'
)
MEDIA = (
    b'{"errors":[{"id":"req-1","status":"400","code":"INVALID_PAYLOAD",'
    b'"detail":"type is required","source":{"pointer":"type"},'
    b'"meta":{"timestamp":"2025-01-15T10:30:00Z"}}]}'
)
OAUTH = b'{"error":"invalid_grant","error_description":"It is expired or revoked"}'
HTML = b"<!DOCTYPE html><html><title>Access denied</title>error code: 1010</html>"

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJSaW5nIn0.c2lnbmF0dXJl"


def error(status: int, body: bytes = b"", **arguments: Any) -> RingError:
    headers = arguments.pop("headers", {})
    return error_from_response(status, CIMultiDict(headers), body, **arguments)


@pytest.mark.parametrize("status", KINDS)
@pytest.mark.parametrize("about_device", [False, True])
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"errors":[]}', MEDIA, OAUTH])
def test_the_status_decides(status: int, body: bytes, about_device: bool) -> None:  # noqa: FBT001
    found = error(status, body, about_device=about_device)
    assert type(found) is KINDS[status]
    assert found.status == status


@pytest.mark.parametrize("status", KINDS)
def test_a_web_page_changes_the_meaning_of_403_alone(status: int) -> None:
    expected = NetworkRefusedError if status == 403 else KINDS[status]
    for found in (
        error(status, HTML, headers={"Content-Type": "text/html; charset=UTF-8"}),
        error(status, b"  \r\n" + HTML),
        error(status, b"", headers={"content-type": "TEXT/HTML"}),
    ):
        assert type(found) is expected
        assert "<" not in str(found)


@pytest.mark.parametrize(
    "body",
    [
        OFFLINE,
        b'{"errors":[{"title":"Device Unavailable"}]}',
        b'{"errors":[{"detail":"The device is OFFLINE"}]}',
        b'{"errors":[{"code":"DEVICE_OFFLINE"}]}',
    ],
)
def test_503_about_a_device_that_is_offline(body: bytes) -> None:
    assert type(error(503, body, about_device=True)) is DeviceOfflineError
    assert type(error(503, body)) is ServerError
    assert type(error(500, body, about_device=True)) is ServerError


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HTML,
        b'{"errors":[{"title":"Service Unavailable"}]}',
        b'{"errors":[{"code":"SERVER_BUSY"}]}',
        b'{"errors":[{"detail":"device registry failed"}]}',
        b'{"errors":["Device is currently offline"]}',
        OFFLINE[: len(OFFLINE) // 2],
    ],
)
def test_503_is_not_blamed_on_a_device_without_reason(body: bytes) -> None:
    assert type(error(503, body, about_device=True)) is ServerError


def test_what_the_documented_body_says() -> None:
    found = error(
        400,
        b'{"errors":[{"status":"400","title":"Invalid Nonce","detail":"It is used"}]}',
        retry_after=7.0,
    )
    assert (found.title, found.detail) == ("Invalid Nonce", "It is used")
    assert (found.code, found.request_id) == (None, None)
    assert found.retry_after == 7.0
    assert str(found) == "Ring answered 400 (Invalid Nonce: It is used)"


def test_what_a_media_body_says() -> None:
    found = error(400, MEDIA)
    assert (found.code, found.detail) == ("INVALID_PAYLOAD", "type is required")
    assert found.request_id == "req-1"
    assert str(found) == "Ring answered 400 (type is required)"


def test_what_the_token_endpoint_says() -> None:
    found = error(401, OAUTH)
    assert (found.code, found.detail) == ("invalid_grant", "It is expired or revoked")


def test_a_body_without_words() -> None:
    assert str(error(500)) == "Ring answered 500"
    assert str(error(500, b'{"errors":[{"title":1,"detail":[],"code":{}}]}')) == (
        "Ring answered 500"
    )


@pytest.mark.parametrize("name", ["x-request-id", "X-Request-ID", "x-amzn-RequestId"])
def test_the_request_id_comes_from_a_header_first(name: str) -> None:
    assert error(400, MEDIA, headers={name: "abc-123"}).request_id == "abc-123"


def test_a_message_of_ones_own() -> None:
    assert str(RateLimitError("Wait", retry_after=3.0)) == "Wait"
    assert str(ServerError(title="T", detail="D")) == "D"
    assert str(ServerError(title="T")) == "T"
    assert str(CommunicationError()) == "CommunicationError"


def test_the_kinds_are_apart() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, RingError)
    ]
    assert len(kinds) == 14
    for one, other in itertools.permutations(kinds, 2):
        assert other is RingError or not issubclass(one, other)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  plain\ttext\r\nhere ", "plain text here"),
        ("a\x00b\x1b[31mc\u202ed\u2028e", "a b [31mc d e"),
        ("", None),
        ("\n\x00 ", None),
        (None, None),
        (404, None),
        (["x"], None),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        pytest.param("x" * 10_000_000, "x" * 199 + "…", id="huge"),
        (f"token {JWT} expired", "token … expired"),
        ("Authorization: Bearer abc/def+1== was sent", "Authorization: … was sent"),
        ("bearer\n abc", "…"),
        (
            "GET https://h.example/v1/download?security_token=S&X-Amz-Date=D failed",
            "GET https://h.example/v1/download… failed",
        ),
        ("https://me:secret@h.example/", "https://…h.example/"),
        ("code=abc&x=1 is used", "… is used"),
        ("client_secret=abc", "client_…"),
        ("security_token=abc and X-Amz-Signature=abc", "security_… and X-Amz-…"),
        ("Is the device on?", "Is the device on…"),
        ("What ? This stays", "What ? This stays"),
    ],
)
def test_words_are_cleaned(value: object, expected: str | None) -> None:
    assert clean(value) == expected


SECRET = st.text(string.digits, min_size=12, max_size=300)
LEAKS = [
    "Bearer {}",
    "eyJ{}.{}.{}",
    "https://user:{}@h.example/",
    "https://h.example/v1/download?security_token={}&X-Amz-Expires=60",
    "/v1/link?nonce={}&time=1",
    "refresh_token={}",
    "access_token={}&x",
    "client_secret={}",
    "code={}",
    "X-Amz-Security-Token={}",
    "X-Amz-Signature={}",
]
MEMBERS = ["title", "detail", "code", "id"]


@given(
    secret=SECRET,
    leak=st.sampled_from(LEAKS),
    before=st.text(string.ascii_letters + " :,;\n", max_size=850),
    member=st.sampled_from(MEMBERS),
)
def test_no_secret_gets_through(
    secret: str, leak: str, before: str, member: str
) -> None:
    said = f"{before} {leak.replace('{}', secret)} end"
    for body in (
        {"errors": [{member: said}]},
        {"error": said, "error_description": said},
    ):
        headers = {"x-request-id": said.replace("\n", " ")}
        found = error(400, orjson.dumps(body), headers=headers)
        words = f"{found} {found!r} {vars(found)}"
        assert not any(secret[i : i + 12] in words for i in range(len(secret) - 11))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["errors", "error", "error_description", *MEMBERS]), inner
        )
    ),
)
BODY = st.binary() | JSON.map(orjson.dumps) | st.sampled_from([OFFLINE, HTML, MEDIA])
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "x-request-id", "x-amzn-requestid", "X-Odd"]),
    st.text() | st.sampled_from(["text/html", "application/json"]),
)


@given(
    status=st.integers(300, 599) | st.integers(-(10**6), 10**6),
    headers=HEADERS,
    body=BODY,
    about_device=st.booleans(),
)
def test_any_answer_has_a_meaning(
    status: int,
    headers: dict[str, str],
    body: bytes,
    about_device: bool,  # noqa: FBT001
) -> None:
    found = error(status, body, headers=headers, about_device=about_device)
    possible = {
        KINDS.get(status)
        or {4: BadRequestError, 5: ServerError}.get(status // 100, ResponseError)
    }
    if status == 403:
        possible.add(NetworkRefusedError)
    if status == 503 and about_device:
        possible.add(DeviceOfflineError)
    assert type(found) in possible
    for words in (str(found), found.title, found.detail, found.code, found.request_id):
        assert words is None or (words and words.isprintable() and len(words) < 500)
