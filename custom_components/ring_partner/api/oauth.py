"""Ring's token endpoint (Ring Partner API reference, 1.2).

Requests to it are never retried: a code and a refresh token are valid for one request,
and after a lost response it is unknown whether Ring has used them up.
"""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from yarl import URL

from .breaker import CircuitBreaker
from .clock import unix_time
from .document import parse_json
from .errors import (
    SERVICE_FAILURES,
    AuthenticationError,
    NetworkRefusedError,
    RateLimitError,
    ResponseError,
    RingError,
    ServerError,
    error_from_response,
    sanitize,
)
from .fields import integer, text
from .network_pause import NetworkPause
from .retry import parse_retry_after
from .tokens import TokenPair
from .transport import (
    CONNECTION_ERRORS,
    communication_error,
    read_body,
    read_error_body,
    send_once,
)

TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - a path
SCOPE: Final = "ava.v1:read"
DEFAULT_LIFETIME: Final = 14_400
"""Seconds for which an access token is valid if Ring doesn't send `expires_in`."""
_DEFAULT_RETRY_AFTER: Final = 60.0
_TIMEOUT: Final = 20.0
"""Seconds for one request."""

# The OAuth errors after which the user has to link the account again (1.2).
_SIGNED_OUT_ERRORS: Final = {
    "invalid_grant",
    "invalid_token",
    "invalid_client",
    "unauthorized_client",
}


class TokenEndpoint:
    """Exchanges codes and refresh tokens for access tokens, for one client ID."""

    def __init__(
        self,
        websession: aiohttp.ClientSession,
        *,
        url: URL,
        client_id: str,
        client_secret: str,
        breaker: CircuitBreaker,
        network_pause: NetworkPause,
        user_agent: str,
    ) -> None:
        """Initialize the endpoint.

        Args:
            websession: HTTP session that sends the requests.
            url: Origin of the token host.
            client_id: Client ID of the Ring app.
            client_secret: Client secret of the Ring app.
            breaker: Circuit breaker of the token host.
            network_pause: Pause after the token host refused the network.
            user_agent: `User-Agent` header. The token host rejects those of HTTP
                libraries (1.2).
        """
        self._websession = websession
        self._url = url.join(URL(TOKEN_PATH))
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._breaker = breaker
        self._network_pause = network_pause
        self._user_agent = user_agent

    async def exchange_code(self, code: str, **parameters: str) -> TokenPair:
        """Exchange an authorization code, which is valid once and for 60 seconds (1.2).

        Args:
            code: The authorization code.
            parameters: Further parameters to send, such as `code_verifier`.

        Raises:
            AuthenticationError: Ring doesn't accept the code or the Ring app.
            RingError: The exchange failed in another way; the code may be used up.
        """
        # Without the breaker: a code expires before the breaker closes again, and
        # forged codes must not open it for the refresh of linked accounts.
        return await self._request_tokens(
            {"grant_type": "authorization_code", "code": code, **parameters}
        )

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Exchange a refresh token; Ring replaces it with a new one (1.2).

        Raises:
            AuthenticationError: The user has to link the account again.
            RingError: The refresh failed; the refresh token may still be valid.
        """
        self._network_pause.check()
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        permit = self._breaker.acquire()
        try:
            pair = await self._request_tokens(form)
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
            permit.release()  # no effect if an outcome was reported

    async def _request_tokens(self, form: Mapping[str, str]) -> TokenPair:
        started = unix_time()
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
            ) as response:
                read = read_body if response.status == 200 else read_error_body
                body = await read(response)
        except CONNECTION_ERRORS as error:
            raise communication_error(error) from None
        if response.status != 200:
            failure = _error(response.status, response.headers, body, unix_time())
            if isinstance(failure, NetworkRefusedError):
                failure.retry_after = self._network_pause.record_refusal()
            raise failure
        self._network_pause.reset()
        return _token_pair(parse_json(body), started)


def _error(
    status: int, headers: Mapping[str, str], body: bytes, now: float
) -> RingError:
    """Return the error of a response: AuthenticationError only for a lost sign-in."""
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
    if status in (400, 401, 403) and error.code in _SIGNED_OUT_ERRORS:
        return error.convert(
            AuthenticationError, f"Ring rejected the sign-in ({error.code})"
        )
    if status == 401 and error.code is None:
        return error.convert(AuthenticationError, "Ring rejected the sign-in")
    # Any other error doesn't mean that the sign-in is lost.
    code = f" ({error.code})" if error.code else ""
    return error.convert(ServerError, f"Ring's sign-in service answered {status}{code}")


def _token_pair(document: Mapping[str, Any], started: float) -> TokenPair:
    access_token = text(document.get("access_token"))
    refresh_token = text(document.get("refresh_token"))
    if (
        access_token is None
        or refresh_token is None
        or sanitize(access_token, 8192) is None
    ):
        raise ResponseError("Ring's sign-in service sent no tokens")
    lifetime = integer(document.get("expires_in"))
    if lifetime is None or lifetime <= 0:
        lifetime = DEFAULT_LIFETIME
    return TokenPair(
        access_token,
        refresh_token,
        expires_at=started + lifetime,
        issued_at=started,
    )
