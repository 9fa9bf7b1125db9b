"""Duration of a request with a session of the API client.

It includes breaker, limiter, token, timeout, size limit and error handling. The
baseline is a request of aiohttp to the same local server.
"""

import time

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from custom_components.ring_partner.api import (
    FixedToken,
    Resilience,
    RingSession,
    SlidingWindowLimiter,
)
from custom_components.ring_partner.api.session import Request

from .table import Row, duration_rows

_CALLS = 3_000
_BODY = b'{"data":{"type":"users","id":"ava1.ring.account.X","attributes":{}}}'
_PATH = "/v1/users/me"


async def run() -> list[Row]:
    """Measure requests, alternating between session and baseline."""
    app = web.Application()
    app.router.add_get(_PATH, _respond)
    async with TestServer(app) as server, aiohttp.ClientSession() as websession:
        # A limit that is never reached, so that no request waits.
        limiter = SlidingWindowLimiter(10 * _CALLS)
        session = RingSession(
            websession,
            FixedToken("token"),
            api_url=server.make_url("/"),
            resilience=Resilience(limiter=limiter),
        )
        url, request = server.make_url(_PATH), Request("GET", _PATH)
        ours, baseline = [], []
        for _ in range(_CALLS):
            started = time.perf_counter()
            async with websession.get(url) as response:
                await response.read()
            between = time.perf_counter()
            await session.request(request)
            baseline.append(between - started)
            ours.append(time.perf_counter() - between)
    return duration_rows(
        "Request with a session, {} (aiohttp)",
        ours,
        baseline,
        unit="µs",
        units_per_second=1e6,
        goals=("≤ 1.15", ""),
    )


async def _respond(_request: web.Request) -> web.Response:
    return web.Response(body=_BODY, content_type="application/json")
