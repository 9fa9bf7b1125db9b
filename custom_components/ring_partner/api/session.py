"""Sends requests to Ring's API: breaker, limiter, token, timeout, retries, errors.

All requests to Ring's API go through `RingSession.request`, so that all failures are
handled in one place.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
import logging
from typing import Any, Final, NamedTuple

import aiohttp
from aiohttp import hdrs
from yarl import URL

from .breaker import Permit
from .clock import unix_time
from .document import Document, ParseFailure, parse_document, same_origin
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
from .limiter import Priority
from .presigned import PRESIGNED_TIMEOUT, REDIRECTS, presigned_error, presigned_url
from .resilience import Resilience
from .retry import is_repeatable, parse_retry_after
from .tokens import TokenSource
from .transport import Response, send

_LOGGER = logging.getLogger(__name__)

API_URL: Final = URL("https://api.amazonvision.com")
OAUTH_URL: Final = URL("https://oauth.ring.com")

_MIN_TIMEOUT: Final = 1.0
"""Seconds that an attempt gets at least, however close the deadline is."""

type ReportOutcome = Callable[[RingError | None], None]


class Request(NamedTuple):
    """A request to Ring's API.

    Attributes:
        method: HTTP method.
        url: Absolute path, or a URL of the API's origin.
        query: Query parameters.
        json: Body, sent as JSON.
        data: Body of `content_type`, in place of `json`.
        content_type: `Content-Type` header. Ring's documentation has it on requests
            without a body too.
        accept: `Accept` header.
        about_device: Whether a 503 can mean that the device is offline.
        forbidden_means_signed_out: Whether a 403 means that the token is invalid.
        redirect_ok: Whether a redirect is a success, and is returned. It is never
            followed, as the access token belongs to the API's origin only.
        max_size: Maximum size of the response's body in bytes, None for the usual one.
        streamed: Whether to leave the body of a successful response unread. The
            response then has to be closed.
    """

    method: str
    url: str | URL
    query: Mapping[str, str] | None = None
    json: Any = None
    data: bytes | None = None
    content_type: str = "application/json"
    accept: str = "application/json"
    about_device: bool = False
    forbidden_means_signed_out: bool = False
    redirect_ok: bool = False
    max_size: int | None = None
    streamed: bool = False


class RingSession:
    """Sends requests to Ring's API on behalf of one account.

    Attributes:
        api_url: Origin of the API.
        resilience: Limiter, breaker and retry policy, shared per client ID.
        parse_failures: How often something of Ring's responses couldn't be used.
    """

    def __init__(
        self,
        websession: aiohttp.ClientSession,
        tokens: TokenSource,
        *,
        api_url: URL = API_URL,
        resilience: Resilience | None = None,
        user_agent: str = "RingPartner",
        report: ReportOutcome | None = None,
    ) -> None:
        """Initialize the session.

        Args:
            websession: HTTP session that sends the requests.
            tokens: Source of the access tokens.
            api_url: Origin of the API, the only one that gets the access token.
            resilience: Limiter, breaker and retry policy, shared per client ID.
            user_agent: `User-Agent` header. Ring's edge servers reject those of HTTP
                libraries (reference, 0).
            report: Called after each request, with None or its error.
        """
        self.api_url = api_url
        self.resilience = resilience or Resilience()
        self.parse_failures: Counter[ParseFailure] = Counter()
        self._websession = websession
        self._tokens = tokens
        self._user_agent = user_agent
        self._report = report

    async def request(
        self, request: Request, *, priority: Priority = Priority.BACKGROUND
    ) -> Response:
        """Send a request, retry it if that is safe, and return the response.

        Raises:
            RingError: The subclass tells why the request failed; see `errors`.
        """
        policy, clock = self.resilience.retry_policy, self.resilience.clock
        started, remaining, attempt = clock(), policy.deadline, 0
        while True:
            attempt += 1
            try:
                response = await self._request_with_token(request, priority, remaining)
            except RingError as error:
                delay = self._retry_delay(
                    request, priority, error, attempt, clock() - started
                )
                if delay is None:
                    self._report_outcome(error)
                    raise
                _LOGGER.debug(
                    "%s %s failed, trying again in %.1f s: %s",
                    request.method,
                    _path(request),
                    delay,
                    error,
                )
            else:
                self._report_outcome(None)
                return response
            await self.resilience.sleep(delay)
            remaining = policy.deadline - (clock() - started)

    async def request_document(
        self,
        request: Request,
        *,
        priority: Priority = Priority.BACKGROUND,
        parse: Callable[[bytes, URL], Document] = parse_document,
    ) -> Document:
        """Send a request and return the JSON:API document of the response.

        Args:
            request: The request.
            priority: Whether a user waits for the result.
            parse: Parses the body, given the origin of the API.

        Raises:
            RingError: The subclass tells why the request failed; see `errors`.
        """
        response = await self.request(request, priority=priority)
        try:
            document = parse(response.body, self.api_url)
        except ResponseError:
            self.parse_failures[ParseFailure.DOCUMENT] += 1
            raise
        self.parse_failures.update(document.failures)
        return document

    async def request_presigned(
        self, location: str, *, max_size: int | None, streamed: bool
    ) -> Response:
        """Request what a redirect of Ring's API leads to, without the access token.

        It counts neither for the limiter nor for the breaker: the URL is of another
        service than Ring's API.

        Args:
            location: `Location` header of the redirect.
            max_size: Maximum size of the body in bytes, None for the usual one.
            streamed: Whether to leave the body unread. The response then has to be
                closed.

        Raises:
            RingError: The subclass tells why the request failed. No text contains the
                URL, which needs no further authorization (reference, 2.8).
        """
        response = await send(
            self._websession,
            "GET",
            presigned_url(location, self.api_url),
            within=PRESIGNED_TIMEOUT,
            max_size=max_size,
            streamed=streamed,
            headers={
                "Accept-Encoding": "identity",
                "User-Agent": self._user_agent,
            },
        )
        if 200 <= response.status < 300:
            return response
        raise presigned_error(response)

    def _report_outcome(self, outcome: RingError | None) -> None:
        if isinstance(outcome, ResponseError):
            self.parse_failures[ParseFailure.RESPONSE] += 1
        if self._report is not None:
            self._report(outcome)

    def _retry_delay(
        self,
        request: Request,
        priority: Priority,
        error: RingError,
        attempt: int,
        elapsed: float,
    ) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up."""
        if isinstance(error, RateLimitError):
            # Ring doesn't carry out a request that it answers with 429. Others that
            # were refused would repeat theirs at the same time.
            is_crowded = self.resilience.limiter.is_crowded
            may_repeat = priority is Priority.USER or not is_crowded
        else:
            # After any other failure, Ring may have carried it out.
            may_repeat = isinstance(error, SERVICE_FAILURES) and is_repeatable(
                request.method, _path(request)
            )
        if not may_repeat:
            return None
        return self.resilience.retry_policy.delay(
            attempt, retry_after=error.retry_after, elapsed=elapsed
        )

    async def _request_with_token(
        self, request: Request, priority: Priority, remaining: float
    ) -> Response:
        """Send a request with the access token, after a 401 once more with the next."""
        if priority is not Priority.USER:
            self.resilience.network_pause.check()
        permit = self.resilience.breaker.acquire()
        try:
            token = await self._token(self._tokens.access_token())
            try:
                return await self._attempt(request, token, permit, priority, remaining)
            except AuthenticationError:
                token = await self._token(self._tokens.replacement(token))
                return await self._attempt(request, token, permit, priority, remaining)
        finally:
            permit.release()  # no effect if an outcome was reported

    async def _token(self, token: Awaitable[str]) -> str:
        try:
            return await token
        except RateLimitError:
            # A home requests a token every few hours, so others used the limit.
            self.resilience.limiter.set_crowded()
            raise

    async def _attempt(
        self,
        request: Request,
        token: str,
        permit: Permit,
        priority: Priority,
        remaining: float,
    ) -> Response:
        policy, limiter = self.resilience.retry_policy, self.resilience.limiter
        await limiter.acquire(priority, max_pause=policy.max_wait)
        try:
            response = await send(
                self._websession,
                request.method,
                _resolve(request.url, self.api_url),
                within=min(policy.timeout, max(remaining, _MIN_TIMEOUT)),
                max_size=request.max_size,
                streamed=request.streamed,
                params=request.query,
                json=request.json,
                data=request.data,
                headers={
                    hdrs.AUTHORIZATION: _bearer(token),
                    hdrs.ACCEPT: request.accept,
                    hdrs.CONTENT_TYPE: request.content_type,
                    hdrs.USER_AGENT: self._user_agent,
                },
            )
        except CommunicationError:
            permit.fail()
            raise
        except ResponseError:
            permit.succeed()
            raise
        limiter.adjust(
            limit=_integer(response.headers.get("X-RateLimit-Limit")),
            remaining=_integer(response.headers.get("X-RateLimit-Remaining")),
        )
        if _is_successful(request, response):
            permit.succeed()
            self.resilience.network_pause.reset()
            return response
        error = self._error(request, response)
        if isinstance(error, SERVICE_FAILURES):
            permit.fail()
        elif not isinstance(error, AuthenticationError):
            # A 401 is followed by a request with another token, which has the outcome.
            permit.succeed()
        raise error

    def _error(self, request: Request, response: Response) -> RingError:
        """Return the error of a response, and start the pause that it asks for."""
        shared = self.resilience
        error = error_from_response(
            response.status,
            response.headers,
            response.body,
            about_device=request.about_device,
            retry_after=parse_retry_after(
                response.headers.get("Retry-After"), unix_time()
            ),
        )
        if isinstance(error, ForbiddenError) and request.forbidden_means_signed_out:
            return error.convert(AuthenticationError)
        if isinstance(error, RateLimitError):
            if error.retry_after is None:
                error.retry_after = shared.retry_policy.default_retry_after
            shared.limiter.pause_until(shared.clock() + error.retry_after)
        elif isinstance(error, NetworkRefusedError):
            error.retry_after = shared.network_pause.record_refusal()
        return error


@lru_cache(maxsize=256)
def _resolve(url: str | URL, api_url: URL) -> URL:
    """Return the absolute URL of a request.

    Raises:
        ResponseError: It has another origin than the API.
    """
    resolved = api_url.join(URL(str(url), encoded=True))
    if not same_origin(resolved, api_url):
        raise ResponseError("Refused to send the access token to another origin")
    return resolved


def _bearer(token: str) -> str:
    """Return the value of the `Authorization` header."""
    if not (token.isascii() and token.isprintable()):
        raise AuthenticationError("The access token contains invalid characters")
    return f"Bearer {token}"


def _is_successful(request: Request, response: Response) -> bool:
    return 200 <= response.status < 300 or (
        request.redirect_ok and response.status in REDIRECTS
    )


def _path(request: Request) -> str:
    """Return the path of a request, without its query."""
    return URL(str(request.url), encoded=True).path


def _integer(value: str | None) -> int | None:
    """Read a header that contains an integer."""
    if value is None or len(value) > 9 or not value.isascii() or not value.isdigit():
        return None
    return int(value)
