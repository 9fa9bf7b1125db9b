"""The errors of responses other than success."""

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
    error_from_response,
    sanitize,
)

ERROR_TYPES = {
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


def make_error(status: int, body: bytes = b"", **arguments: Any) -> RingError:
    headers = arguments.pop("headers", {})
    return error_from_response(status, CIMultiDict(headers), body, **arguments)


@pytest.mark.parametrize("status", ERROR_TYPES)
@pytest.mark.parametrize("about_device", [False, True])
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"errors":[]}', MEDIA, OAUTH])
def test_status_decides(status: int, body: bytes, about_device: bool) -> None:  # noqa: FBT001
    found = make_error(status, body, about_device=about_device)
    assert type(found) is ERROR_TYPES[status]
    assert found.status == status


@pytest.mark.parametrize("status", ERROR_TYPES)
def test_web_page_only_changes_the_error_of_a_403(status: int) -> None:
    expected = NetworkRefusedError if status == 403 else ERROR_TYPES[status]
    for found in (
        make_error(status, HTML, headers={"Content-Type": "text/html; charset=UTF-8"}),
        make_error(status, b"  \r\n" + HTML),
        make_error(status, b" " * 255 + HTML),
        make_error(status, b"", headers={"content-type": "TEXT/HTML"}),
    ):
        assert type(found) is expected
        assert "<" not in str(found)


def test_web_page_after_much_white_space_is_not_recognized() -> None:
    assert type(make_error(403, b" " * 256 + HTML)) is ForbiddenError


@pytest.mark.parametrize(
    "body",
    [
        OFFLINE,
        b'{"errors":[{"title":"Device Unavailable"}]}',
        b'{"errors":[{"detail":"The device is OFFLINE"}]}',
        b'{"errors":[{"code":"DEVICE_OFFLINE"}]}',
    ],
)
def test_503_for_an_offline_device(body: bytes) -> None:
    assert type(make_error(503, body, about_device=True)) is DeviceOfflineError
    assert type(make_error(503, body)) is ServerError
    assert type(make_error(500, body, about_device=True)) is ServerError


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
def test_other_503_for_a_device_is_a_server_error(body: bytes) -> None:
    assert type(make_error(503, body, about_device=True)) is ServerError


def test_documented_body() -> None:
    found = make_error(
        400,
        b'{"errors":[{"status":"400","title":"Invalid Nonce","detail":"It is used"}]}',
        retry_after=7.0,
    )
    assert (found.title, found.detail) == ("Invalid Nonce", "It is used")
    assert (found.code, found.request_id) == (None, None)
    assert found.retry_after == 7.0
    assert str(found) == "Ring answered 400 (Invalid Nonce: It is used)"


def test_media_body() -> None:
    found = make_error(400, MEDIA)
    assert (found.code, found.detail) == ("INVALID_PAYLOAD", "type is required")
    assert found.request_id == "req-1"
    assert str(found) == "Ring answered 400 (type is required)"


def test_token_endpoint_body() -> None:
    found = make_error(401, OAUTH)
    assert (found.code, found.detail) == ("invalid_grant", "It is expired or revoked")


def test_body_without_texts() -> None:
    assert str(make_error(500)) == "Ring answered 500"
    assert str(make_error(500, b'{"errors":[{"title":1,"detail":[],"code":{}}]}')) == (
        "Ring answered 500"
    )


@pytest.mark.parametrize("name", ["x-request-id", "X-Request-ID", "x-amzn-RequestId"])
def test_request_id_in_a_header_takes_precedence(name: str) -> None:
    assert make_error(400, MEDIA, headers={name: "abc-123"}).request_id == "abc-123"


def test_message() -> None:
    assert str(RateLimitError("Wait", retry_after=3.0)) == "Wait"
    assert str(ServerError(title="T", detail="D")) == "D"
    assert str(ServerError(title="T")) == "T"
    assert str(CommunicationError()) == "CommunicationError"


@pytest.mark.parametrize("message", [None, "Sign in again"])
def test_converted_error_keeps_its_attributes(message: str | None) -> None:
    error = RingError(
        "Refused",
        status=403,
        title="T",
        detail="D",
        code="C",
        request_id="R",
        retry_after=7.0,
    )
    converted = error.convert(AuthenticationError, message)
    assert type(converted) is AuthenticationError
    assert str(converted) == (message or "Refused")
    assert vars(converted) == vars(error)


def test_error_types_are_not_related() -> None:
    error_types = [
        error_type
        for error_type in vars(errors).values()
        if isinstance(error_type, type) and issubclass(error_type, RingError)
    ]
    assert len(error_types) == 14
    for one, other in itertools.permutations(error_types, 2):
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
def test_sanitize(value: object, expected: str | None) -> None:
    assert sanitize(value) == expected


SECRET = st.text(string.digits, min_size=12, max_size=300)
SECRET_TEXTS = [
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
    secret_text=st.sampled_from(SECRET_TEXTS),
    before=st.text(string.ascii_letters + " :,;\n", max_size=850),
    member=st.sampled_from(MEMBERS),
)
def test_errors_contain_no_secrets(
    secret: str, secret_text: str, before: str, member: str
) -> None:
    text = f"{before} {secret_text.replace('{}', secret)} end"
    for body in (
        {"errors": [{member: text}]},
        {"error": text, "error_description": text},
    ):
        headers = {"x-request-id": text.replace("\n", " ")}
        found = make_error(400, orjson.dumps(body), headers=headers)
        shown = f"{found} {found!r} {vars(found)}"
        assert not any(secret[i : i + 12] in shown for i in range(len(secret) - 11))


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
def test_any_response_is_an_error(
    status: int,
    headers: dict[str, str],
    body: bytes,
    about_device: bool,  # noqa: FBT001
) -> None:
    found = make_error(status, body, headers=headers, about_device=about_device)
    possible = {
        ERROR_TYPES.get(status)
        or {4: BadRequestError, 5: ServerError}.get(status // 100, ResponseError)
    }
    if status == 403:
        possible.add(NetworkRefusedError)
    if status == 503 and about_device:
        possible.add(DeviceOfflineError)
    assert type(found) in possible
    for text in (str(found), found.title, found.detail, found.code, found.request_id):
        assert text is None or (text and text.isprintable() and len(text) < 500)
