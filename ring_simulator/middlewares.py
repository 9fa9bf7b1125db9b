"""Middlewares of the cloud: request log, rate limit, faults and authentication."""

from dataclasses import dataclass
from itertools import count
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler

from .account import Account
from .fault_responses import apply_fault, replacement_response
from .faults import FaultBody
from .rate_limit import RateLimitResult
from .request_log import RequestRecord, redact_query
from .responses import ApiError, EmptyBodyError
from .simulator import Simulator
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Caller:
    """The token and the account of an authenticated request."""

    token: Token
    account: Account

    def require_write(self) -> None:
        """Check that the token may change something.

        Raises:
            ApiError: 403 if the token is read-only.
        """
        if self.token.read_only:
            raise ApiError(403)


@dataclass(slots=True)
class _RequestContext:
    """Data about a request for the request log and the response headers."""

    request_id: str
    token: Token | None
    rate_limit: RateLimitResult | None = None
    fault: str | None = None
    reset: bool = False


# Ring's web pages and the control API; requests to them are not logged and don't fail
_PAGES = ("/_simulator", "/appstore/", "/account/")

CALLER = web.RequestKey("caller", Caller)
REQUEST_ID = web.RequestKey("request_id", str)
_CONTEXT = web.RequestKey("context", _RequestContext)


class Middlewares:
    """The middlewares of the web application."""

    def __init__(self, simulator: Simulator) -> None:
        """Use the tokens, the faults, the rate limit and the log of a simulator."""
        self._simulator = simulator
        self._numbers = count(1)

    def install(self, app: web.Application) -> None:
        """Add the middlewares to a web application, the outermost one first."""
        app.middlewares.extend(
            (self.log, self.limit_rate, self.apply_faults, self.authenticate)
        )
        app.on_response_prepare.append(_add_headers)

    @web.middleware
    async def log(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Add a request to the request log."""
        if not _is_cloud(request):
            return await handler(request)
        simulator = self._simulator
        token = simulator.tokens.find(_bearer(request) or "")
        request_id = str(UUID(int=simulator.random.getrandbits(128), version=4))
        context = request[_CONTEXT] = _RequestContext(request_id, token)
        request[REQUEST_ID] = request_id
        time = simulator.clock()
        status: int | None = None
        try:
            response = await handler(request)
            status = None if context.reset else response.status
        finally:
            simulator.requests.append(
                RequestRecord(
                    number=next(self._numbers),
                    time=time,
                    method=request.method,
                    path=request.path,
                    query=redact_query(request.query),
                    status=status,
                    token=token.label if token else None,
                    fault=context.fault,
                )
            )
        return response

    @web.middleware
    async def limit_rate(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Refuse requests that exceed the rate limit of their client ID."""
        context = request.get(_CONTEXT)
        if context is None or context.token is None:
            return await handler(request)
        result = self._simulator.rate_limit.count(context.token.client_id)
        context.rate_limit = result
        if result.allowed:
            return await handler(request)
        response = ApiError(
            429,
            f"Too many requests, please retry after {result.retry_after} seconds",
        ).response()
        response.headers["Retry-After"] = str(result.retry_after)
        return response

    @web.middleware
    async def apply_faults(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Apply the fault that matches a request, if there is one."""
        context = request.get(_CONTEXT)
        active = (
            self._simulator.faults.select(request.method, request.path)
            if context
            else None
        )
        if context is None or active is None:
            return await handler(request)
        fault = active.fault
        context.fault = active.id
        context.reset = fault.body is FaultBody.RESET
        if fault.delay:
            await self._simulator.sleep(fault.delay)
        if fault.status is None:
            response = await handler(request)
        else:
            response = replacement_response(
                fault,
                fault.status,
                request.path,
                context.request_id,
                self._simulator.clock(),
            )
        return await apply_fault(request, fault, response, self._simulator.sleep)

    @web.middleware
    async def authenticate(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Check the bearer token, and turn errors into responses."""
        if _CONTEXT not in request:
            return await handler(request)
        try:
            if request.match_info.http_exception is not None:
                # unknown paths and methods get an empty body (API reference, 2)
                raise EmptyBodyError(request.match_info.http_exception.status)
            if request.path.startswith("/v1/"):
                request[CALLER] = self._caller(request)
            return await handler(request)
        except ApiError as err:
            return err.response()

    def _caller(self, request: web.Request) -> Caller:
        simulator = self._simulator
        token = simulator.tokens.find_valid_bearer(_bearer(request) or "")
        account = simulator.accounts.get(token.account_id) if token else None
        if token is None or account is None:
            if simulator.settings.unauthorized_body == "json":
                raise ApiError(401)
            raise EmptyBodyError(401)
        return Caller(token, account)


def _is_cloud(request: web.Request) -> bool:
    return request.path != "/" and not request.path.startswith(_PAGES)


def _bearer(request: web.Request) -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    context = request.get(_CONTEXT)
    if context is None:
        return
    response.headers.setdefault("x-request-id", context.request_id)
    if result := context.rate_limit:
        response.headers.setdefault("X-RateLimit-Limit", str(result.limit))
        response.headers.setdefault("X-RateLimit-Remaining", str(result.remaining))
