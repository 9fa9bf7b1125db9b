"""One exchange with Ring: breaker, limiter, token, time-out, retry, error.

Everything that goes to Ring's API passes through `RingSession.request`, so every
failure gets its meaning here and nowhere else.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
import time
from typing import Any, Final

import aiohttp
from yarl import URL

from .document import same_origin
from .errors import (
    SERVICE_FAILURES,
    AuthenticationError,
    CommunicationError,
    ForbiddenError,
    NetworkRefusedError,
    RateLimitError,
    ResponseError,
    RingError,
    error_from_response,
)
from .refusal import RefusalPause
from .resilience import (
    CircuitBreaker,
    Clock,
    Permit,
    Priority,
    RetryPolicy,
    Sleep,
    SlidingWindowLimiter,
    is_repeatable,
    monotonic,
    parse_retry_after,
)
from .tokens import TokenSource
from .transport import BROKEN, read_body, read_explanation, send_once, unreachable

_LOGGER = logging.getLogger(__name__)

API_URL: Final = URL("https://api.amazonvision.com")
OAUTH_URL: Final = URL("https://oauth.ring.com")

_SHORTEST: Final = 1.0
"""Seconds that a try gets however near the deadline; less would be no try at all."""

type Reporter = Callable[[RingError | None], None]


@dataclass(frozen=True, slots=True)
class Response:
    """A successful answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask of Ring.

    Attributes:
        method: HTTP method.
        address: absolute path, or an address of the API's origin.
        query: query parameters.
        json: body, sent as JSON.
        about_device: a 503 can mean that the device is offline.
        forbidden_means_signed_out: Ring documents 403 for an invalid token here.

    """

    method: str
    address: str | URL
    query: Mapping[str, str] | None = None
    json: Any = None
    about_device: bool = False
    forbidden_means_signed_out: bool = False


class Resilience:
    """What all sessions of one client id share."""

    def __init__(
        self,
        *,
        limiter: SlidingWindowLimiter | None = None,
        breaker: CircuitBreaker | None = None,
        policy: RetryPolicy | None = None,
        refusal: RefusalPause | None = None,
        clock: Clock = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.limiter = limiter or SlidingWindowLimiter(clock=clock, sleep=sleep)
        self.breaker = breaker or CircuitBreaker("Ring's API", clock=clock)
        self.policy = policy or RetryPolicy()
        self.refusal = refusal or RefusalPause(clock=clock)


class RingSession:
    """Sends requests to Ring's API on behalf of one account."""

    def __init__(
        self,
        websession: aiohttp.ClientSession,
        tokens: TokenSource,
        *,
        api_url: URL = API_URL,
        resilience: Resilience | None = None,
        user_agent: str = "RingPartner",
        report: Reporter | None = None,
    ) -> None:
        """Set up the session.

        Args:
            websession: the HTTP session to send with.
            tokens: where access tokens come from.
            api_url: origin of the API; the bearer token goes nowhere else.
            resilience: limiter, breaker and policy, shared per client id.
            user_agent: Ring's edge refuses the default ones (reference, 0).
            report: told the outcome of each request: None or the error.

        """
        self.api_url = api_url
        self._websession = websession
        self._tokens = tokens
        self._shared = resilience or Resilience()
        self._user_agent = user_agent
        self._report = report

    async def request(
        self, request: Request, *, priority: Priority = Priority.BACKGROUND
    ) -> Response:
        """Send a request, repeating what is safe to repeat, and return the answer.

        Raises:
            RingError: the subclass says what it means; see `errors`.

        """
        try:
            response = await self._persist(request, priority)
        except RingError as error:
            self._tell(error)
            raise
        self._tell(None)
        return response

    def _tell(self, outcome: RingError | None) -> None:
        if self._report is not None:
            self._report(outcome)

    async def _persist(self, request: Request, priority: Priority) -> Response:
        policy, clock = self._shared.policy, self._shared.clock
        began, attempt = clock(), 0
        while True:
            attempt += 1
            left = policy.deadline - (clock() - began)
            try:
                return await self._authenticated(request, priority, left)
            except (*SERVICE_FAILURES, RateLimitError) as error:
                delay = self._pause_before_repeat(
                    request, error, attempt, clock() - began
                )
                if delay is None:
                    raise
                _LOGGER.debug(
                    "%s %s failed, trying again in %.1f s: %s",
                    request.method,
                    _path(request),
                    delay,
                    error,
                )
            await self._shared.sleep(delay)

    def _pause_before_repeat(
        self, request: Request, error: RingError, attempt: int, elapsed: float
    ) -> float | None:
        # What the rate limit turned away was not carried out; all else may have been.
        if not isinstance(error, RateLimitError) and not is_repeatable(
            request.method, _path(request)
        ):
            return None
        return self._shared.policy.delay(
            attempt, retry_after=error.retry_after, elapsed=elapsed
        )

    async def _authenticated(
        self, request: Request, priority: Priority, left: float
    ) -> Response:
        """Send with a token; after a 401 once more with the next one."""
        if priority is not Priority.USER:
            self._shared.refusal.check()
        permit = self._shared.breaker.enter()
        try:
            token = await self._tokens.access_token()
            try:
                return await self._exchange(request, token, permit, priority, left)
            except AuthenticationError:
                token = await self._tokens.replacement(token)
                return await self._exchange(request, token, permit, priority, left)
        finally:
            permit.release()  # no verdict, unless one was given

    async def _exchange(
        self,
        request: Request,
        token: str,
        permit: Permit,
        priority: Priority,
        left: float,
    ) -> Response:
        policy, limiter = self._shared.policy, self._shared.limiter
        await limiter.acquire(priority, max_pause=policy.max_wait)
        try:
            response = await self._send(
                request, token, within=min(policy.timeout, max(left, _SHORTEST))
            )
        except CommunicationError:
            permit.fail()
            raise
        except ResponseError:
            permit.succeed()
            raise
        self._observe(response)
        if 200 <= response.status < 300:
            permit.succeed()
            self._shared.refusal.accepted()
            return response
        error = self._error(request, response)
        if isinstance(error, SERVICE_FAILURES):
            permit.fail()
        elif not isinstance(error, AuthenticationError):
            # A 401 is no verdict: the repeat with another token will give it.
            permit.succeed()
        raise error

    async def _send(self, request: Request, token: str, *, within: float) -> Response:
        address = self._resolve(request.address)
        headers = {
            "Authorization": _bearer(token),
            "Accept": "application/json",
            # On every request, as Ring's own documentation has it.
            "Content-Type": "application/json",
            "User-Agent": self._user_agent,
        }
        try:
            async with self._websession.request(
                request.method,
                address,
                params=request.query,
                json=request.json,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=within),
                middlewares=(send_once,),
            ) as answer:
                # Not `answer.ok`, which takes redirects for success.
                read = read_body if answer.status < 300 else read_explanation
                return Response(answer.status, answer.headers, await read(answer))
        except BROKEN as error:
            raise unreachable(error) from None

    def _resolve(self, address: str | URL) -> URL:
        resolved = self.api_url.join(URL(str(address), encoded=True))
        if not same_origin(resolved, self.api_url):
            raise ResponseError("Refused to send the access token to another origin")
        return resolved

    def _observe(self, response: Response) -> None:
        self._shared.limiter.observe(
            limit=_whole(response.headers.get("X-RateLimit-Limit")),
            remaining=_whole(response.headers.get("X-RateLimit-Remaining")),
        )

    def _error(self, request: Request, response: Response) -> RingError:
        """Turn the answer into its error and let all sessions learn from it."""
        shared = self._shared
        error = error_from_response(
            response.status,
            response.headers,
            response.body,
            about_device=request.about_device,
            retry_after=parse_retry_after(
                response.headers.get("Retry-After"), time.time()
            ),
        )
        if isinstance(error, ForbiddenError) and request.forbidden_means_signed_out:
            return error.recast(AuthenticationError)
        if isinstance(error, RateLimitError):
            if error.retry_after is None:
                error.retry_after = shared.policy.default_retry_after
            shared.limiter.pause_until(shared.clock() + error.retry_after)
        elif isinstance(error, NetworkRefusedError):
            error.retry_after = shared.refusal.refused()
        return error


def _bearer(token: str) -> str:
    """Return the header's value; what no header can carry is no token."""
    if not (token.isascii() and token.isprintable()):
        raise AuthenticationError("The access token holds impossible characters")
    return f"Bearer {token}"


def _path(request: Request) -> str:
    """Return the address without its query, for rules and for the log."""
    return URL(str(request.address), encoded=True).path


def _whole(value: str | None) -> int | None:
    """Read a header that should hold a whole number."""
    if value is None or len(value) > 9 or not value.isascii() or not value.isdigit():
        return None
    return int(value)
