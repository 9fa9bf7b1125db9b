"""The errors of a request to Ring.

`error_from_response` is the only place that turns a response of Ring's into an error
(Ring Partner API reference, 4 and 6).
"""

from collections.abc import Mapping
import re
from typing import Any, Final, NamedTuple

import orjson

MAX_TEXT_LENGTH: Final = 200
"""Maximum length of a text from Ring in an error, in characters."""

_SECRETS = re.compile(
    r"(?i)\bbearer\s+\S+"  # a copied Authorization header
    r"|\beyJ[\w.=-]+"  # a JSON web token
    r"|(?<=://)[^\s/?#]*@"  # a password in a URL
    r"|(?<=\S)\?\S*"  # a query: pre-signed URLs, codes, nonces
    r"|(?:token|secret|signature|credential|code|nonce)=\S*"
)


class RingError(Exception):
    """A request to Ring failed; the subclass tells why.

    Texts from Ring are one short line without secrets.

    Attributes:
        status: HTTP status, None without a response.
        title: Ring's title of the error.
        detail: Ring's explanation of the error.
        code: Error code of the media and token endpoints.
        request_id: Ring's ID of the request, for Ring's support.
        retry_after: Seconds to wait before the next request.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        title: str | None = None,
        detail: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message or detail or title or type(self).__name__)
        self.status = status
        self.title = title
        self.detail = detail
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after

    def convert[E: RingError](
        self, error_type: type[E], message: str | None = None
    ) -> E:
        """Return an error of another type with the same attributes."""
        return error_type(
            str(self) if message is None else message,
            status=self.status,
            title=self.title,
            detail=self.detail,
            code=self.code,
            request_id=self.request_id,
            retry_after=self.retry_after,
        )


class BadRequestError(RingError):
    """Ring doesn't accept the request (400, 422 and other 4xx)."""


class AuthenticationError(RingError):
    """The sign-in is no longer valid: the user has to link the account again (401)."""


class ForbiddenError(RingError):
    """The user hasn't granted access to this device or feature (403)."""


class NotFoundError(RingError):
    """The device or URL doesn't exist (404)."""


class NetworkRefusedError(RingError):
    """Ring's edge servers refuse this network (406, or 403 with a web page)."""


class MediaNotFoundError(RingError):
    """There is no recording of that time (416)."""


class MediaNotReadyError(RingError):
    """The recording exists but isn't ready yet (425)."""


class RateLimitError(RingError):
    """Too many requests; `retry_after` tells how long to wait (429)."""


class ServerError(RingError):
    """Ring's service failed (5xx, unless it is about one device)."""


class CommunicationError(RingError):
    """Ring could not be reached: timeout, reset, DNS, TLS."""


class DeviceOfflineError(RingError):
    """Ring works, but this device is offline (503 for a device)."""


class CircuitOpenError(RingError):
    """The request wasn't sent, as Ring's service failed repeatedly."""


class ResponseError(RingError):
    """The response is unusable: not JSON, incomplete, of the wrong form, too large."""


SERVICE_FAILURES: Final = (ServerError, CommunicationError)
"""Failures of Ring's service, as opposed to those of one request or device."""


def sanitize(value: object, max_length: int = MAX_TEXT_LENGTH) -> str | None:
    """Return text from Ring as one short, printable line without secrets."""
    if not isinstance(value, str):
        return None
    # Shortened first, so that a regular expression never runs over a huge text.
    text = value[: max_length * 4]
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(_SECRETS.sub("…", text).split())
    if len(text) > max_length:
        text = f"{text[: max_length - 1]}…"
    return text or None


class _ErrorBody(NamedTuple):
    """What an error body contains, as far as it can be read."""

    title: str | None = None
    detail: str | None = None
    code: str | None = None
    request_id: str | None = None


def _error_body(body: bytes) -> _ErrorBody:
    """Read `{"errors":[…]}` or OAuth's `{"error": …}`."""
    try:
        document = orjson.loads(body)
    except ValueError:
        return _ErrorBody()
    if not isinstance(document, dict):
        return _ErrorBody()
    errors = document.get("errors")
    first: Any = errors[0] if isinstance(errors, list) and errors else None
    if isinstance(first, dict):
        return _ErrorBody(
            title=sanitize(first.get("title")),
            detail=sanitize(first.get("detail")),
            code=sanitize(first.get("code")),
            request_id=sanitize(first.get("id")),
        )
    return _ErrorBody(
        code=sanitize(document.get("error")),
        detail=sanitize(document.get("error_description")),
    )


def is_html(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a response is a web page, which only Ring's edge servers send."""
    content_type = headers.get("Content-Type", "").lower()
    return "html" in content_type or body[:256].lstrip()[:1] == b"<"


def _error_type(status: int, error: _ErrorBody, *, html: bool) -> type[RingError]:
    match status:
        case 401:
            return AuthenticationError
        case 403:
            return NetworkRefusedError if html else ForbiddenError
        case 404:
            return NotFoundError
        case 406:
            return NetworkRefusedError
        case 416:
            return MediaNotFoundError
        case 425:
            return MediaNotReadyError
        case 429:
            return RateLimitError
        case 503 if _is_device_offline(error):
            return DeviceOfflineError
        case _ if 400 <= status < 500:
            return BadRequestError
        case _ if 500 <= status < 600:
            return ServerError
    return ResponseError


def _is_device_offline(error: _ErrorBody) -> bool:
    message = f"{error.title} {error.detail} {error.code}".lower()
    return "device" in message and ("offline" in message or "unavailable" in message)


def error_from_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    about_device: bool = False,
    retry_after: float | None = None,
) -> RingError:
    """Return the error that a response other than success means (reference, 4).

    Args:
        status: HTTP status.
        headers: Headers of the response, case-insensitive.
        body: Body of the response: empty, HTML or anything else.
        about_device: Whether the request was for one device, so that a 503 can mean
            that the device is offline.
        retry_after: Seconds of the `Retry-After` header.
    """
    error = _error_body(body)
    error_type = _error_type(status, error, html=is_html(headers, body))
    if error_type is DeviceOfflineError and not about_device:
        error_type = ServerError
    reason = ": ".join(filter(None, (error.title, error.detail)))
    return error_type(
        f"Ring answered {status}" + (f" ({reason})" if reason else ""),
        status=status,
        title=error.title,
        detail=error.detail,
        code=error.code,
        request_id=sanitize(headers.get("x-request-id"))
        or sanitize(headers.get("x-amzn-requestid"))
        or error.request_id,
        retry_after=retry_after,
    )
