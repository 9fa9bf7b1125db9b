"""A server on a real socket that gives the answers a test wrote down."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from custom_components.ring_partner.api import FixedToken, Resilience, RingSession

type Answer = web.Response | None
"""None breaks the connection instead."""


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire."""

    method: str
    target: str
    body: bytes


@dataclass
class Script:
    """What the server answers, one after the other, and what it was asked."""

    session: RingSession
    asked: list[Asked] = field(default_factory=list)
    left: list[Answer] = field(default_factory=list)


async def _no_sleep(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def scripted(
    answers: Sequence[Answer] | Callable[[str], Any],
) -> AsyncIterator[Script]:
    """Serve answers: from a list that must be used up, or the JSON of a function."""
    left = [] if callable(answers) else list(answers)
    asked: list[Asked] = []

    async def handle(request: web.BaseRequest) -> web.Response:
        target = request.raw_path
        asked.append(Asked(request.method, target, await request.read()))
        if callable(answers):
            return web.json_response(answers(target))
        if (answer := left.pop(0)) is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return answer

    # No connection is used twice: aiohttp repeats a request by itself when a used
    # one turns out to be closed.
    connector = aiohttp.TCPConnector(force_close=True)
    async with (
        RawTestServer(handle) as server,
        aiohttp.ClientSession(connector=connector) as websession,
    ):
        session = RingSession(
            websession,
            FixedToken("token"),
            api_url=server.make_url("/"),
            resilience=Resilience(sleep=_no_sleep),
        )
        yield Script(session, asked, left)
    assert not left
