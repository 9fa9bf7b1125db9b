"""Helpers for the tests of the simulator."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request, Response
import orjson

from ring_simulator import Client, Delivery, DeliveryState

START = 1_789_516_032.0  # 2026-09-15T23:47:12Z

type HttpClient = TestClient[Request, Application]


@dataclass
class Clock:
    """A clock that advances only when a test sets it or when something sleeps."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class ReceivedRequest:
    """A request to the server of a Ring app."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class PartnerServer:
    """Server of a Ring app; responds with ``statuses``, then with 200."""

    def __init__(self) -> None:
        self.received: list[ReceivedRequest] = []
        self.statuses: list[int] = []
        self.request_received = asyncio.Event()
        self.server = TestServer(self._create_app())

    def _create_app(self) -> Application:
        app = Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, request: Request) -> Response:
        self.received.append(
            ReceivedRequest(
                request.path,
                dict(request.query),
                request.headers,
                await request.read(),
            )
        )
        self.request_received.set()
        status = self.statuses.pop(0) if self.statuses else 200
        headers = {"Location": "/moved"} if 300 <= status < 400 else {}
        return Response(status=status, headers=headers)

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    def requests_to(self, path: str) -> list[ReceivedRequest]:
        return [request for request in self.received if request.path == path]

    @property
    def codes(self) -> list[ReceivedRequest]:
        return self.requests_to("/token")

    @property
    def webhooks(self) -> list[ReceivedRequest]:
        return self.requests_to("/webhook")

    @property
    def event_types(self) -> list[str]:
        return [request.json["data"]["type"] for request in self.webhooks]

    def register(self, client: Client) -> None:
        """Set the URLs of a Ring app in the developer console to this server."""
        client.token_exchange_url = self.url("/token")
        client.account_link_url = "https://home.example/link?flow=7"
        client.webhook_url = self.url("/webhook")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def call_control(
    client: HttpClient, method: str, path: str, body: Any = None, **kwargs: Any
) -> tuple[int, Any]:
    """Send a request to the control API; return status and JSON body."""
    if body is not None:
        kwargs["json"] = body
    response = await client.request(method, f"/_simulator{path}", **kwargs)
    assert response.content_type == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    return response.status, await response.json()


def delivery_result(delivery: Delivery) -> tuple[DeliveryState, int, int | None]:
    return delivery.state, delivery.attempts, delivery.last_status


async def get_json(client: HttpClient, path: str, **params: str) -> Any:
    response = await client.get(path, params=params)
    assert response.status == 200, await response.text()
    return await response.json()
