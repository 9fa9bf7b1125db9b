"""Serves a large account from a process of its own, whose CPU time is not measured."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from ring_simulator import Simulator, create_app

from .large_account import add_devices

_PAGE_SIZE: Final = 1_000
"""Devices per page. The integration does not read larger responses than 4 MiB."""


@dataclass(frozen=True, slots=True)
class ServedAccount:
    """Where an account is served, and a token for it."""

    url: str
    account_id: str
    token: str


@contextmanager
def serve_account(devices: int) -> Iterator[ServedAccount]:
    """Serve an account with this number of devices."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(devices, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(devices: int, connection: Connection) -> None:
    asyncio.run(_run(devices, connection))


async def _run(devices: int, connection: Connection) -> None:
    simulator = Simulator()
    simulator.devices.clear()
    simulator.settings.device_page_size = _PAGE_SIZE
    add_devices(simulator, devices)
    app = create_app(simulator)
    app.middlewares.insert(0, _without_history)
    async with TestServer(app) as server:
        account = simulator.account
        connection.send(
            ServedAccount(
                str(server.make_url("/")),
                account.id,
                simulator.tokens.issue_playground(account),
            )
        )
        await asyncio.Event().wait()


@web.middleware
async def _without_history(
    request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Do not answer requests for the event history, which would be measured too."""
    if request.path.startswith("/v1/history/"):
        await asyncio.Event().wait()
    return await handler(request)
