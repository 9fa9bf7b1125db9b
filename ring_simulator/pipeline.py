"""What every request to the simulated cloud passes: log, limit, faults, token."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

from .account import Account
from .answers import ApiError, EmptyError
from .damage import deliver, replacement
from .faults import Body
from .rate_limit import Verdict
from .request_log import RequestRecord, redacted
from .tokens import Token

if TYPE_CHECKING:
    from .simulator import Simulator

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an app on behalf of an account."""

    token: Token
    account: Account

    def require_write(self) -> None:
        """Raise ApiError 403 if the token may change nothing."""
        if self.token.read_only:
            raise ApiError(403)


@dataclass(slots=True)
class _Exchange:
    """What the answer's headers and the log need to know of a request."""

    request_id: str
    token: Token | None
    verdict: Verdict | None = None
    fault: str | None = None
    reset: bool = False


# Ring's pages for people and the simulator's own: neither logged nor disturbed
_PAGES = ("/_simulator", "/appstore/", "/account/")

CALLER = web.RequestKey("caller", Caller)
_EXCHANGE = web.RequestKey("exchange", _Exchange)


class Pipeline:
    """The middlewares; the first one is the outermost."""

    def __init__(self, sim: Simulator) -> None:
        """Stand before this simulator."""
        self._sim = sim
        self._numbers = count(1)

    def install(self, app: web.Application) -> None:
        """Put every request of the application through the pipeline."""
        app.middlewares.extend((self.record, self.limit, self.disturb, self.admit))
        app.on_response_prepare.append(_add_headers)

    @web.middleware
    async def record(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Write every request to the cloud into the log."""
        if not _is_cloud(request):
            return await handler(request)
        sim = self._sim
        token = sim.tokens.find(_bearer(request) or "")
        request_id = str(UUID(int=sim.random.getrandbits(128), version=4))
        exchange = request[_EXCHANGE] = _Exchange(request_id, token)
        time = sim.clock()
        status: int | None = None
        try:
            answer = await handler(request)
            status = None if exchange.reset else answer.status
        finally:
            sim.requests.append(
                RequestRecord(
                    number=next(self._numbers),
                    time=time,
                    method=request.method,
                    path=request.path,
                    query=redacted(request.query),
                    status=status,
                    token=token.label if token else None,
                    fault=exchange.fault,
                )
            )
        return answer

    @web.middleware
    async def limit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what is over the limit of a client id."""
        exchange = request.get(_EXCHANGE)
        if exchange is None or exchange.token is None:
            return await handler(request)
        verdict = self._sim.rate_limit.count(exchange.token.client_id)
        exchange.verdict = verdict
        if verdict.allowed:
            return await handler(request)
        answer = ApiError(
            429,
            f"Too many requests, please retry after {verdict.retry_after} seconds",
        ).answer()
        answer.headers["Retry-After"] = str(verdict.retry_after)
        return answer

    @web.middleware
    async def disturb(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Apply the fault that hits the request, if one does."""
        exchange = request.get(_EXCHANGE)
        active = (
            self._sim.faults.pick(request.method, request.path) if exchange else None
        )
        if exchange is None or active is None:
            return await handler(request)
        fault = active.fault
        exchange.fault = active.id
        exchange.reset = fault.body is Body.RESET
        if fault.delay:
            await self._sim.sleep(fault.delay)
        if fault.status is None:
            answer = await handler(request)
        else:
            answer = replacement(fault, fault.status, request.path)
        return await deliver(request, fault, answer, self._sim.sleep)

    @web.middleware
    async def admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let only good tokens through and turn errors into answers."""
        if _EXCHANGE not in request:
            return await handler(request)
        try:
            if request.match_info.http_exception is not None:
                # Ring's gateway: neither a route nor a method that it knows
                raise EmptyError(request.match_info.http_exception.status)
            if request.path.startswith("/v1/"):
                request[CALLER] = self._authenticate(request)
            return await handler(request)
        except ApiError as err:
            return err.answer()

    def _authenticate(self, request: web.Request) -> Caller:
        sim = self._sim
        token = sim.tokens.bearer(_bearer(request) or "")
        account = sim.accounts.get(token.account_id) if token else None
        if token is None or account is None:
            if sim.behaviour.unauthorized_body == "json":
                raise ApiError(401)
            raise EmptyError(401)
        return Caller(token, account)


def _is_cloud(request: web.Request) -> bool:
    return request.path != "/" and not request.path.startswith(_PAGES)


def _bearer(request: web.Request) -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    exchange = request.get(_EXCHANGE)
    if exchange is None:
        return
    response.headers.setdefault("x-request-id", exchange.request_id)
    if verdict := exchange.verdict:
        response.headers.setdefault("X-RateLimit-Limit", str(verdict.limit))
        response.headers.setdefault("X-RateLimit-Remaining", str(verdict.remaining))
