"""What a request costs through the whole session, beside a bare one.

Breaker, limiter, token, time-out, reading within bounds, error mapping: all of it is
in ours; the baseline is aiohttp's own request to the same server on this machine.
"""

import statistics
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

from .table import Row, compared, percentile_99

_CALLS = 3_000
_BODY = b'{"data":{"type":"users","id":"ava1.ring.account.X","attributes":{}}}'
_PATH = "/v1/users/me"


async def run() -> list[Row]:
    """Measure the median and the 99th percentile of a request, by turns."""
    app = web.Application()
    app.router.add_get(_PATH, _answer)
    server = TestServer(app)
    await server.start_server(access_log=None)
    async with server, aiohttp.ClientSession() as websession:
        # A limit that is never reached: what waiting costs is another question.
        limiter = SlidingWindowLimiter(10 * _CALLS)
        session = RingSession(
            websession,
            FixedToken("token"),
            api_url=server.make_url("/"),
            resilience=Resilience(limiter=limiter),
        )
        url, request = server.make_url(_PATH), Request("GET", _PATH)
        ours, bare = [], []
        for _ in range(_CALLS):
            began = time.perf_counter()
            async with websession.get(url) as answer:
                await answer.read()
            between = time.perf_counter()
            await session.request(request)
            bare.append(between - began)
            ours.append(time.perf_counter() - between)
    return [
        compared(
            f"Request through the session, {name} (baseline: aiohttp)",
            of(ours),
            of(bare),
            unit="µs",
            in_second=1e6,
        )
        for name, of in (
            ("median", statistics.median),
            ("99th percentile", percentile_99),
        )
    ]


async def _answer(_request: web.Request) -> web.Response:
    return web.Response(body=_BODY, content_type="application/json")
