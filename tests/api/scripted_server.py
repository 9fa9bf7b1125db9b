"""A server on a real socket that sends responses which a test defines."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from custom_components.ring_partner.api import FixedToken, Resilience, RingSession

type ScriptedResponse = web.Response | None
"""None aborts the connection instead."""


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as the server received it."""

    method: str
    target: str
    body: bytes


@dataclass
class ScriptedServer:
    """A session with the server, the received requests and the unsent responses."""

    session: RingSession
    received: list[ReceivedRequest] = field(default_factory=list)
    unsent: list[ScriptedResponse] = field(default_factory=list)


async def _no_sleep(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def scripted_server(
    responses: Sequence[ScriptedResponse] | Callable[[str], Any],
) -> AsyncIterator[ScriptedServer]:
    """Run a server, and check that it has sent all responses.

    Args:
        responses: Responses to send one after the other, or a function that returns
            the JSON of the response to a request target.
    """
    unsent = [] if callable(responses) else list(responses)
    received: list[ReceivedRequest] = []

    async def handle(request: web.BaseRequest) -> web.Response:
        target = request.raw_path
        received.append(ReceivedRequest(request.method, target, await request.read()))
        if callable(responses):
            return web.json_response(responses(target))
        if (response := unsent.pop(0)) is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return response

    # Each request has its own connection: aiohttp itself retries a request when a
    # reused connection turns out to be closed.
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
        yield ScriptedServer(session, received, unsent)
    assert not unsent
