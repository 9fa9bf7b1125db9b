"""Starts live views, and shows their picture."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import ClientResponse
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from ring_simulator import SimDevice

from .helpers import HttpClient

SDP = "application/sdp"


class Viewer:
    """A viewer on this machine."""

    def __init__(self) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.peer.on("track", self._add)

    def _add(self, track: MediaStreamTrack) -> None:
        self.tracks[track.kind] = track

    async def offer(self, *kinds: str) -> str:
        for kind in kinds or ("audio", "video"):
            self.peer.addTransceiver(kind, direction="recvonly")
        await self.peer.setLocalDescription(await self.peer.createOffer())
        sdp: str = self.peer.localDescription.sdp
        return sdp

    async def accept(self, answer: str) -> None:
        description = RTCSessionDescription(answer, "answer")
        await self.peer.setRemoteDescription(description)

    async def frame(self, kind: str = "video") -> Any:
        return await asyncio.wait_for(self.tracks[kind].recv(), 20)


def sessions_path(device: SimDevice) -> str:
    return f"/v1/devices/{device.id}/media/streaming/whep/sessions"


async def start_live_view(
    client: HttpClient,
    device: SimDevice,
    offer: str,
    *,
    headers: Mapping[str, str] = MappingProxyType({}),
    **kwargs: Any,
) -> ClientResponse:
    """Send an offer."""
    headers = {"Content-Type": SDP, **headers}
    return await client.post(
        sessions_path(device), data=offer, headers=headers, **kwargs
    )
