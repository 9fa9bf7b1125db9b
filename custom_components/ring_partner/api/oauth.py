"""Ring's token endpoint (Ring Partner API reference, 1.2).

Nothing here is repeated by itself: a code and a refresh token are good for one
request, and what became of one that got no answer nobody knows.
"""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from yarl import URL

from .document import parse_json
from .errors import (
    SERVICE_FAILURES,
    AuthenticationError,
    NetworkRefusedError,
    RateLimitError,
    ResponseError,
    RingError,
    ServerError,
    clean,
    error_from_response,
)
from .fields import integer, text
from .refusal import RefusalPause
from .resilience import CircuitBreaker, parse_retry_after
from .timing import epoch
from .tokens import TokenPair
from .transport import BROKEN, read_body, read_explanation, send_once, unreachable

TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - a path
SCOPE: Final = "ava.v1:read"
DEFAULT_LIFETIME: Final = 14_400
"""Seconds an access token lasts if Ring does not say."""
_DEFAULT_RETRY_AFTER: Final = 60.0
_TIMEOUT: Final = 20.0
"""Seconds for one exchange."""

# Only the person can mend these, by linking the account again (1.2).
_SIGNED_OUT: Final = {
    "invalid_grant",
    "invalid_token",
    "invalid_client",
    "unauthorized_client",
}


class TokenEndpoint:
    """Exchanges codes and refresh tokens for access tokens, for one client id."""

    def __init__(
        self,
        websession: aiohttp.ClientSession,
        *,
        url: URL,
        client_id: str,
        client_secret: str,
        breaker: CircuitBreaker,
        refusal: RefusalPause,
        user_agent: str,
    ) -> None:
        """Set up the endpoint.

        Args:
            websession: the HTTP session to send with.
            url: origin of the token host.
            client_id: of the developer app.
            client_secret: of the developer app.
            breaker: the token host's own circuit breaker.
            refusal: the long pause after the token host refused this network.
            user_agent: the token host refuses the default ones (1.2).

        """
        self._websession = websession
        self._url = url.join(URL(TOKEN_PATH))
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._breaker = breaker
        self._refusal = refusal
        self._user_agent = user_agent

    async def exchange(self, code: str, **further: str) -> TokenPair:
        """Exchange an authorization code, which works once and within 60 seconds.

        Args:
            code: the code.
            further: what else the flow sends along, such as `code_verifier`.

        Raises:
            AuthenticationError: Ring does not accept the code or the client.
            RingError: anything else; the code is to be taken as used up.

        """
        # Past the breaker: a code does not live to be tried later, and forged ones
        # must not keep the linked accounts from renewing their sign-in.
        return await self._exchange(
            {"grant_type": "authorization_code", "code": code, **further}
        )

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchange a refresh token, which Ring replaces by another one.

        Raises:
            AuthenticationError: the account has to be linked again.
            RingError: it did not work this time; the sign-in may still be good.

        """
        self._refusal.check()
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        permit = self._breaker.enter()
        try:
            pair = await self._exchange(form)
        except SERVICE_FAILURES:
            permit.fail()
            raise
        except RingError:
            permit.succeed()
            raise
        else:
            permit.succeed()
            return pair
        finally:
            permit.release()  # no verdict, unless one was given

    async def _exchange(self, form: Mapping[str, str]) -> TokenPair:
        began = epoch()
        try:
            async with self._websession.post(
                self._url,
                data={**form, **self._client},
                headers={
                    "Accept": "application/json",
                    "User-Agent": self._user_agent,
                },
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=_TIMEOUT),
                middlewares=(send_once,),
            ) as answer:
                read = read_body if answer.status == 200 else read_explanation
                body = await read(answer)
        except BROKEN as error:
            raise unreachable(error) from None
        if answer.status != 200:
            refusal = _refusal(answer.status, answer.headers, body, epoch())
            if isinstance(refusal, NetworkRefusedError):
                refusal.retry_after = self._refusal.refused()
            raise refusal
        self._refusal.accepted()
        return _pair(parse_json(body), began)


def _refusal(
    status: int, headers: Mapping[str, str], body: bytes, now: float
) -> RingError:
    """Tell a refused sign-in from trouble that passes."""
    error = error_from_response(
        status,
        headers,
        body,
        retry_after=parse_retry_after(headers.get("Retry-After"), now),
    )
    if isinstance(error, RateLimitError):
        error.retry_after = error.retry_after or _DEFAULT_RETRY_AFTER
        return error
    if isinstance(error, (*SERVICE_FAILURES, NetworkRefusedError)):
        return error
    if status in (400, 401, 403) and error.code in _SIGNED_OUT:
        return error.recast(
            AuthenticationError, f"Ring refused the sign-in ({error.code})"
        )
    if status == 401 and error.code is None:
        return error.recast(AuthenticationError, "Ring refused the sign-in")
    # Whatever this is, it does not say that the sign-in is gone.
    said = f" ({error.code})" if error.code else ""
    return error.recast(ServerError, f"Ring's sign-in service answered {status}{said}")


def _pair(answer: Mapping[str, Any], began: float) -> TokenPair:
    access, refresh = (
        text(answer.get("access_token")),
        text(answer.get("refresh_token")),
    )
    if access is None or refresh is None or clean(access, 8192) is None:
        raise ResponseError("Ring's sign-in service sent no tokens")
    lifetime = integer(answer.get("expires_in"))
    if lifetime is None or lifetime <= 0:
        lifetime = DEFAULT_LIFETIME
    return TokenPair(access, refresh, expires_at=began + lifetime, issued_at=began)
