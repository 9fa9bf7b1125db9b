"""The requests with which Ring links an account (Ring Partner API reference, 1.3).

Ring posts an authorization code to the Token Exchange URL, and redirects the user's
browser with a nonce to the Account Link URL. `app_integrations` has the requests to
Ring that complete the link.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import hmac
import re
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from .document import parse_json
from .errors import ResponseError
from .fields import text

NONCE_LIFETIME: Final = 600.0
"""Seconds for which Ring accepts a nonce."""
MAX_CLOCK_SKEW: Final = 5.0
"""Seconds by which Ring's clock may be ahead."""
MAX_CODE_REQUEST_SIZE: Final = 2048
"""Maximum size of a request with an authorization code in bytes."""

_MAX_CODE_LENGTH: Final = 1024
_MAX_URL_LENGTH: Final = 8192
_MAX_FIELDS: Final = 32
_CODE_KEYS: Final = ("code", "authorization_code", "authorizationCode", "auth_code")
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_MILLISECONDS: Final = re.compile(r"[0-9]{1,16}")
_PASTED_QUOTES: Final = "<>\"'`“”‘’«».,;"  # noqa: RUF001 - typographic quotes


class LinkProblem(StrEnum):
    """Why a request or a URL can't link an account."""

    NO_NONCE = "no_nonce"
    NO_CODE = "no_code"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    EXPIRED = "expired"
    FROM_THE_FUTURE = "from_the_future"
    """Its time is later than now: one of the two clocks is wrong."""
    USED = "used"


class LinkError(ValueError):
    """A request or a URL can't link an account; `problem` tells why."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def make_nonce(hmac_key: str, time: str, account_id: str) -> str:
    """Return the nonce that Ring makes for an account (1.3), 43 characters.

    Args:
        hmac_key: HMAC key of the Ring app, used as text although it looks like base64.
        time: Milliseconds since 1970, unchanged from Ring.
        account_id: Ring's ID of the account.
    """
    key, message = (
        value.encode(errors="surrogatepass")
        for value in (hmac_key, f"{time}:{account_id}")
    )
    digest = hmac.digest(key, message, "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Redirect:
    """The redirect of the user's browser to the Account Link URL.

    Attributes:
        nonce: Identifies the account; a secret that is valid once.
        time: Milliseconds since 1970, unchanged from Ring.

    Raises:
        LinkError: `malformed`.
    """

    nonce: str = field(repr=False)
    time: str

    def __post_init__(self) -> None:
        if not (_NONCE.fullmatch(self.nonce) and _MILLISECONDS.fullmatch(self.time)):
            raise LinkError(LinkProblem.MALFORMED)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read the query of the Account Link URL.

        Raises:
            LinkError: `no_nonce` or `malformed`.
        """
        if not (nonce := query.get("nonce")):
            raise LinkError(LinkProblem.NO_NONCE)
        return cls(nonce, query.get("time", ""))

    @classmethod
    def from_url(cls, pasted: str) -> Self:
        """Read a URL that a user pasted, also with quotes, line breaks or no host.

        Raises:
            LinkError: `no_nonce`, `malformed` or `too_large`.
        """
        if len(pasted) > _MAX_URL_LENGTH:
            raise LinkError(LinkProblem.TOO_LARGE)
        url = "".join(pasted.split()).strip(_PASTED_QUOTES)
        path, mark, query = url.partition("#")[0].partition("?")
        return cls.from_query(_fields(query if mark else path))


def check_time(redirect: Redirect, now: float) -> None:
    """Check that a redirect is still valid.

    Args:
        redirect: The redirect.
        now: Current time in seconds since 1970.

    Raises:
        LinkError: `expired` or `from_the_future`.
    """
    age = now - int(redirect.time) / 1000
    if age > NONCE_LIFETIME:
        raise LinkError(LinkProblem.EXPIRED)
    if age < -MAX_CLOCK_SKEW:
        raise LinkError(LinkProblem.FROM_THE_FUTURE)


def match_account(
    redirect: Redirect, hmac_key: str, account_ids: Iterable[str]
) -> str | None:
    """Return the ID of the account that a redirect belongs to, None if it isn't given.

    Compares all accounts, each in constant time, so that the duration reveals nothing.

    Args:
        redirect: The redirect.
        hmac_key: HMAC key of the Ring app. No account matches with an empty one.
        account_ids: IDs of the accounts that are waiting to be linked.
    """
    found = None
    for account_id in account_ids:
        expected = make_nonce(hmac_key, redirect.time, account_id)
        if hmac.compare_digest(expected, redirect.nonce):
            found = account_id
    # With an empty key, anyone could make a nonce.
    return found if hmac_key else None


def parse_authorization_code(
    content_type: str, body: bytes, query: Mapping[str, str]
) -> str:
    """Return the authorization code that Ring posts to the Token Exchange URL.

    Ring documents neither the format nor the name of the code. This reads a form, JSON
    and the query, in this order, with each name that is in use.

    Args:
        content_type: `Content-Type` header, empty without one.
        body: Body of the request.
        query: Query of the request.

    Raises:
        LinkError: `no_code`, `malformed` or `too_large`.
    """
    size = len(body) + sum(len(name) + len(value) for name, value in query.items())
    if size > MAX_CODE_REQUEST_SIZE:
        raise LinkError(LinkProblem.TOO_LARGE)
    problem = LinkProblem.NO_CODE
    code = None
    try:
        code = _code(_body_fields(content_type, body))
    except LinkError as error:
        problem = error.problem
    code = code or _code(query)
    if code is None:
        raise LinkError(problem)
    if len(code) > _MAX_CODE_LENGTH or not (code.isascii() and code.isprintable()):
        raise LinkError(LinkProblem.MALFORMED)
    return code


def _code(fields: Mapping[str, Any]) -> str | None:
    return next(filter(None, (text(fields.get(key)) for key in _CODE_KEYS)), None)


def _body_fields(content_type: str, body: bytes) -> Mapping[str, Any]:
    if "json" in content_type.lower() or body.lstrip().startswith(b"{"):
        try:
            return parse_json(body)
        except ResponseError:
            raise LinkError(LinkProblem.MALFORMED) from None
    try:
        return _fields(body.decode())
    except UnicodeDecodeError:
        raise LinkError(LinkProblem.MALFORMED) from None


def _fields(query: str) -> dict[str, str]:
    """Return the first value of each field."""
    try:
        pairs = parse_qsl(query, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise LinkError(LinkProblem.MALFORMED) from None
    return dict(reversed(pairs))


def mask(name: str) -> str:
    """Return a name or an email address with only its ends readable.

    `user@example.com` becomes `u***r@example.com`. Ring requires it for the
    `account_identifier` (1.4).
    """
    local, at, domain = "".join(name.split()).rpartition("@")
    if not (local and domain):
        local, at, domain = f"{local}{at}{domain}", "", ""
    if len(local) < 3:
        return f"***{at}{domain}"
    return f"{local[0]}***{local[-1]}{at}{domain}"
