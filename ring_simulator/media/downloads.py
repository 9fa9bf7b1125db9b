"""The host of pre-signed URLs, which has another origin than the API."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler

from ring_simulator.fault_responses import apply_fault, replacement_response
from ring_simulator.faults import Faults
from ring_simulator.media_errors import MediaError, media_error_response
from ring_simulator.secrets import Secrets

LIFETIME = 60.0
"""Seconds for which a pre-signed URL is valid."""
PATH = "/media/download"
"""Path of the pre-signed URLs, which a fault can match."""

type Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]

_REQUEST_ID = web.RequestKey("request_id", str)


@dataclass(slots=True)
class Download:
    """What a pre-signed URL leads to.

    Attributes:
        respond: Returns the response with the media, or raises MediaError.
        expires_at: Epoch seconds.
    """

    respond: Respond
    expires_at: float


class Downloads:
    """Pre-signed URLs and the server that they lead to.

    Attributes:
        bearers_seen: Number of requests with an ``Authorization`` header, which an app
            must not send here.
        requests: Number of all requests.
        host: Address to listen on.
        base_url: Origin of the URLs; only while the server runs.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Random,
        faults: Faults,
        secrets: Secrets,
    ) -> None:
        """Start without URLs.

        Args:
            clock: Returns the time in epoch seconds.
            sleep: Waits for a number of seconds.
            random: Makes the signatures.
            faults: Faults, of which those that match ``PATH`` apply.
            secrets: Register of the signatures.
        """
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._faults = faults
        self._secrets = secrets
        self._downloads: dict[str, Download] = {}
        self.bearers_seen = 0
        self.requests = 0
        self.host = "127.0.0.1"
        self.base_url = ""

    def add(self, respond: Respond) -> str:
        """Return a new pre-signed URL."""
        now = self._clock()
        self._downloads = {
            key: one for key, one in self._downloads.items() if one.expires_at > now
        }
        signature = self._secrets.add(
            "signature of a pre-signed URL", f"{self._random.getrandbits(256):064x}"
        )
        self._downloads[signature] = Download(respond, now + LIFETIME)
        return (
            f"{self.base_url}{PATH}"
            f"?X-Amz-Expires={LIFETIME:.0f}&X-Amz-Signature={signature}"
        )

    async def serve(self, _app: web.Application) -> AsyncIterator[None]:
        """Serve the URLs on a free port of ``host``, until the application ends."""
        app = web.Application(middlewares=[self._identify, self._apply_faults])
        app.router.add_get(PATH, self._get)
        # a short timeout, because faults can keep responses open
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, 0).start()
            url_host = f"[{self.host}]" if ":" in self.host else self.host
            self.base_url = f"http://{url_host}:{runner.addresses[0][1]}"
            yield
        finally:
            await runner.cleanup()

    @web.middleware
    async def _identify(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Count a request, and give it an ID."""
        self.requests += 1
        self.bearers_seen += "Authorization" in request.headers
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))
        request[_REQUEST_ID] = request_id
        response = await handler(request)
        if not response.prepared:
            response.headers["x-request-id"] = request_id
        return response

    @web.middleware
    async def _apply_faults(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Apply the fault that matches a request, if there is one."""
        active = self._faults.select(request.method, request.path)
        if active is None:
            return await handler(request)
        fault = active.fault
        if fault.delay:
            await self._sleep(fault.delay)
        if fault.status is None:
            response = await handler(request)
        else:
            response = replacement_response(
                fault, fault.status, PATH, request[_REQUEST_ID], self._clock()
            )
        return await apply_fault(request, fault, response, self._sleep)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" in request.headers:
            return _error(400, "InvalidArgument")
        download = self._downloads.get(request.query.get("X-Amz-Signature", ""))
        if download is None or download.expires_at <= self._clock():
            return _error(403, "AccessDenied")
        try:
            return await download.respond(request)
        except MediaError as error:
            return media_error_response(error, request[_REQUEST_ID], self._clock())


def _error(status: int, code: str) -> web.Response:
    """Return an error in the form of the storage service that signs the URLs."""
    return web.Response(
        status=status,
        content_type="application/xml",
        text=f'<?xml version="1.0"?><Error><Code>{code}</Code></Error>',
    )
