"""What the tests of the simulator share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request, Response
import orjson

from ring_simulator import Client

START = 1_789_516_032.0  # 2026-09-15T23:47:12Z

type Web = TestClient[Request, Application]


@dataclass
class Clock:
    """Time that moves only when told to, or when somebody sleeps."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Received:
    """A request that the server of an app got."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Partner:
    """The server of an app: takes codes and webhooks, and answers as it is told."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self.arrived = asyncio.Event()
        self.server = TestServer(self._app())

    def _app(self) -> Application:
        app = Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: Request) -> Response:
        self.received.append(
            Received(
                request.path,
                dict(request.query),
                request.headers,
                await request.read(),
            )
        )
        self.arrived.set()
        status = self.statuses.pop(0) if self.statuses else 200
        headers = {"Location": "/moved"} if 300 <= status < 400 else {}
        return Response(status=status, headers=headers)

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    def at(self, path: str) -> list[Received]:
        return [received for received in self.received if received.path == path]

    @property
    def codes(self) -> list[Received]:
        return self.at("/token")

    @property
    def webhooks(self) -> list[Received]:
        return self.at("/webhook")

    @property
    def events(self) -> list[str]:
        """Return the types of the events that came."""
        return [received.json["data"]["type"] for received in self.webhooks]

    def adopt(self, client: Client) -> None:
        """Enter this server into the developer console."""
        client.token_exchange_url = self.url("/token")
        client.account_link_url = "https://home.example/link?flow=7"
        client.webhook_url = self.url("/webhook")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
