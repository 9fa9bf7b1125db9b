"""A STUN server, which tells browsers a public address as one on the internet does."""

import asyncio
from typing import cast, override

from aioice import stun

from .ports import HOST
from .startable import Startable

PUBLIC_ADDRESS = "203.0.113.1"
"""Address that all clients are told, of a range that nobody uses."""


class StunServer(Startable):
    """Answers each request as if the client were behind a router."""

    def __init__(self) -> None:
        """Prepare a server."""
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def url(self) -> str:
        """URL of the server; only after the start."""
        if self._transport is None:
            raise RuntimeError("The STUN server was not started")
        port: int = self._transport.get_extra_info("sockname")[1]
        return f"stun:{HOST}:{port}"

    @override
    async def start(self) -> None:
        """Start to answer requests."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            _Protocol, local_addr=(HOST, 0)
        )

    @override
    async def stop(self) -> None:
        """Stop to answer requests."""
        if self._transport is not None:
            self._transport.close()


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            request = stun.parse_message(data)
        except ValueError:
            return
        response = stun.Message(
            message_method=request.message_method,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
            attributes={"XOR-MAPPED-ADDRESS": (PUBLIC_ADDRESS, addr[1])},
        )
        if self._transport is not None:
            self._transport.sendto(bytes(response), addr)
