"""What can go wrong between Ring's cloud and us, each kind once.

`error_from_response` is the one place that turns an answer of Ring's into an
error (Ring Partner API reference, 4 and 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

import orjson

MAX_TEXT: Final = 200
"""How many characters of Ring's own words an error keeps."""

_SECRETS = re.compile(
    r"(?i)\bbearer\s+\S+"  # an echoed Authorization header
    r"|\beyJ[\w.=-]+"  # a JSON web token
    r"|(?<=://)[^\s/?#]*@"  # a password in an address
    r"|(?<=\S)\?\S*"  # a query: pre-signed addresses, codes, nonces
    r"|(?:token|secret|signature|credential|code|nonce)=\S*"
)


class RingError(Exception):
    """An exchange with Ring failed; the subclass says what it means.

    Attributes:
        status: HTTP status of the answer, if there was one.
        title: Ring's short name of the error, cleaned and bounded.
        detail: Ring's explanation, cleaned and bounded.
        code: machine-readable code, which the media endpoints send.
        request_id: what Ring's support asks for.
        retry_after: seconds to wait before it makes sense to ask again.
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

    def recast[E: RingError](self, kind: type[E], message: str | None = None) -> E:
        """Return the same facts as another kind of error."""
        return kind(
            str(self) if message is None else message,
            status=self.status,
            title=self.title,
            detail=self.detail,
            code=self.code,
            request_id=self.request_id,
            retry_after=self.retry_after,
        )


class BadRequestError(RingError):
    """Ring does not accept the request (400, 422 and other 4xx)."""


class AuthenticationError(RingError):
    """The sign-in is no longer valid; only the person can renew it (401)."""


class ForbiddenError(RingError):
    """The person has not permitted this device or feature (403)."""


class NotFoundError(RingError):
    """The device or route does not exist, or no longer (404)."""


class NetworkRefusedError(RingError):
    """Ring's edge refuses the network we come from (406, or 403 with a web page)."""


class MediaNotFoundError(RingError):
    """Nothing was recorded at that time (416)."""


class MediaNotReadyError(RingError):
    """The recording exists but is not ready yet (425)."""


class RateLimitError(RingError):
    """Too many requests; `retry_after` says when to come back (429)."""


class ServerError(RingError):
    """Ring's service fails (5xx that is not about one device)."""


class CommunicationError(RingError):
    """Ring could not be reached: time-out, reset, DNS, TLS."""


class DeviceOfflineError(RingError):
    """Ring works, but this device is offline (503 for a device)."""


class CircuitOpenError(RingError):
    """Not sent: Ring's service failed repeatedly and is being spared."""


class ResponseError(RingError):
    """The answer makes no sense: not JSON, truncated, wrong shape, too large."""


SERVICE_FAILURES: Final = (ServerError, CommunicationError)
"""What counts against Ring's service, as opposed to one request or device."""


def clean(value: object, limit: int = MAX_TEXT) -> str | None:
    """Return text of Ring's as one bounded, printable line without secrets."""
    if not isinstance(value, str):
        return None
    # Bounded first: a hostile body must not cost a regular expression's time.
    text = value[: limit * 4]
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(_SECRETS.sub("…", text).split())
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    return text or None


@dataclass(frozen=True, slots=True)
class _Explanation:
    """What an error body says, as far as it says anything."""

    title: str | None = None
    detail: str | None = None
    code: str | None = None
    request_id: str | None = None


def _explanation(body: bytes) -> _Explanation:
    """Read `{"errors":[…]}` or OAuth's `{"error": …}`; anything else says nothing."""
    try:
        document = orjson.loads(body)
    except ValueError:
        return _Explanation()
    if not isinstance(document, dict):
        return _Explanation()
    errors = document.get("errors")
    first: Any = errors[0] if isinstance(errors, list) and errors else None
    if isinstance(first, dict):
        return _Explanation(
            title=clean(first.get("title")),
            detail=clean(first.get("detail")),
            code=clean(first.get("code")),
            request_id=clean(first.get("id")),
        )
    return _Explanation(
        code=clean(document.get("error")),
        detail=clean(document.get("error_description")),
    )


def is_html(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether an answer is a web page, as only an edge server sends them."""
    content_type = headers.get("Content-Type", "").lower()
    return "html" in content_type or body[:256].lstrip()[:1] == b"<"


def _kind(status: int, explanation: _Explanation, *, html: bool) -> type[RingError]:
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
        case 503 if _says_offline(explanation):
            return DeviceOfflineError
        case _ if 400 <= status < 500:
            return BadRequestError
        case _ if 500 <= status < 600:
            return ServerError
    return ResponseError


def _says_offline(explanation: _Explanation) -> bool:
    words = f"{explanation.title} {explanation.detail} {explanation.code}".lower()
    return "device" in words and ("offline" in words or "unavailable" in words)


def error_from_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    about_device: bool = False,
    retry_after: float | None = None,
) -> RingError:
    """Turn an answer other than success into its error (reference, 4).

    Args:
        status: HTTP status.
        headers: the answer's headers, case-insensitive.
        body: the answer's body; may be empty, HTML or anything.
        about_device: the request was for one device, so that a 503 can mean
            that this device is offline.
        retry_after: seconds, as read from the Retry-After header.

    """
    explanation = _explanation(body)
    kind = _kind(status, explanation, html=is_html(headers, body))
    if kind is DeviceOfflineError and not about_device:
        kind = ServerError
    said = ": ".join(filter(None, (explanation.title, explanation.detail)))
    return kind(
        f"Ring answered {status}" + (f" ({said})" if said else ""),
        status=status,
        title=explanation.title,
        detail=explanation.detail,
        code=explanation.code,
        request_id=clean(headers.get("x-request-id"))
        or clean(headers.get("x-amzn-requestid"))
        or explanation.request_id,
        retry_after=retry_after,
    )
