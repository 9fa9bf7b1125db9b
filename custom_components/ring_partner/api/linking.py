"""What Ring hands us to link an account (Ring Partner API reference, 1.3).

Ring posts an authorization code to us and sends the person's browser to us with a
nonce. `app_integrations` then tells Ring that the two belong together.
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

WINDOW: Final = 600.0
"""Seconds for which Ring accepts a nonce."""
SKEW: Final = 5.0
"""Seconds by which Ring's clock may be ahead of ours."""
MAX_CODE_REQUEST: Final = 2048
"""Bytes that a request with an authorization code has at most."""

_MAX_CODE: Final = 1024
_MAX_ADDRESS: Final = 8192
_MAX_FIELDS: Final = 32
_CODE_KEYS: Final = ("code", "authorization_code", "authorizationCode", "auth_code")
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_TIME: Final = re.compile(r"[0-9]{1,16}")
_AROUND_ADDRESS: Final = "<>\"'`“”‘’«».,;"  # noqa: RUF001 - quotes people paste


class LinkProblem(StrEnum):
    """Why a request or an address that should link an account is of no use."""

    NO_NONCE = "no_nonce"
    NO_CODE = "no_code"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    EXPIRED = "expired"
    FROM_THE_FUTURE = "from_the_future"
    """It is dated later than now: one of the two clocks is wrong."""
    USED = "used"


class LinkError(ValueError):
    """What came from outside doesn't link an account; `problem` says why."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def nonce_for(hmac_key: str, time: str, account_id: str) -> str:
    """Return the nonce that Ring makes for an account (1.3), 43 characters.

    Args:
        hmac_key: the app's key, used as text although it looks like base64.
        time: epoch milliseconds, just as Ring wrote them.
        account_id: Ring's id of the account.

    """
    key, message = (
        value.encode(errors="surrogatepass")
        for value in (hmac_key, f"{time}:{account_id}")
    )
    digest = hmac.digest(key, message, "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Redirect:
    """What Ring gives the browser on its way to us.

    Attributes:
        nonce: proves which account it is about; a secret, good for once.
        time: epoch milliseconds, just as Ring wrote them.

    Raises:
        LinkError: `malformed`.

    """

    nonce: str = field(repr=False)
    time: str

    def __post_init__(self) -> None:
        if not (_NONCE.fullmatch(self.nonce) and _TIME.fullmatch(self.time)):
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
    def from_address(cls, pasted: str) -> Self:
        """Read an address that a person copied, be it quoted, wrapped or cut in front.

        Raises:
            LinkError: `no_nonce`, `malformed` or `too_large`.

        """
        if len(pasted) > _MAX_ADDRESS:
            raise LinkError(LinkProblem.TOO_LARGE)
        address = "".join(pasted.split()).strip(_AROUND_ADDRESS)
        path, mark, query = address.partition("#")[0].partition("?")
        return cls.from_query(_fields(query if mark else path))


def check_time(redirect: Redirect, now: float) -> None:
    """Check that a redirect is still good.

    Args:
        redirect: what the browser brought.
        now: epoch seconds.

    Raises:
        LinkError: `expired` or `from_the_future`.

    """
    age = now - int(redirect.time) / 1000
    if age > WINDOW:
        raise LinkError(LinkProblem.EXPIRED)
    if age < -SKEW:
        raise LinkError(LinkProblem.FROM_THE_FUTURE)


def match(redirect: Redirect, hmac_key: str, account_ids: Iterable[str]) -> str | None:
    """Return the account that a redirect is about, if it is one of these.

    All are compared, each in constant time, so that the time it takes tells nothing.

    Args:
        redirect: what the browser brought.
        hmac_key: the app's key; with an empty one nothing matches.
        account_ids: the accounts that wait to be linked.

    """
    found = None
    for account_id in account_ids:
        expected = nonce_for(hmac_key, redirect.time, account_id)
        if hmac.compare_digest(expected, redirect.nonce):
            found = account_id
    # Everybody could make nonces with an empty key.
    return found if hmac_key else None


def authorization_code(content_type: str, body: bytes, query: Mapping[str, str]) -> str:
    """Return the code that Ring posts to the Token Exchange URL.

    Ring documents neither form nor name, so that form, JSON and query are read, in
    this order, and each name that is in use.

    Args:
        content_type: the request's header, or nothing.
        body: the bytes as they came.
        query: the request's query.

    Raises:
        LinkError: `no_code`, `malformed` or `too_large`.

    """
    size = len(body) + sum(len(name) + len(value) for name, value in query.items())
    if size > MAX_CODE_REQUEST:
        raise LinkError(LinkProblem.TOO_LARGE)
    unread = LinkProblem.NO_CODE
    code = None
    try:
        code = _code(_body_fields(content_type, body))
    except LinkError as error:
        unread = error.problem
    code = code or _code(query)
    if code is None:
        raise LinkError(unread)
    if len(code) > _MAX_CODE or not (code.isascii() and code.isprintable()):
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


def masked(name: str) -> str:
    """Return a name or an e-mail address of which only the ends can be recognised.

    `user@example.com` becomes `u***r@example.com`, as Ring asks for (1.4).
    """
    local, at, domain = "".join(name.split()).rpartition("@")
    if not (local and domain):
        local, at, domain = f"{local}{at}{domain}", "", ""
    if len(local) < 3:
        return f"***{at}{domain}"
    return f"{local[0]}***{local[-1]}{at}{domain}"
