"""A browser that shows live views."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import MediaStreamTrack
from homeassistant.core import HomeAssistant

from ring_simulator import Simulator

GARDEN = "camera.garden"


class Viewer:
    """A browser that shows the live view of a camera."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.subscription = 0

    async def offer(self, *kinds: str) -> str:
        """Return an offer without its candidates, which follow."""
        for kind in kinds or ("audio", "video"):
            self.peer.addTransceiver(kind, direction="recvonly")
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return "".join(
            line
            for line in self.peer.localDescription.sdp.splitlines(keepends=True)
            if not line.startswith(("a=candidate", "a=end-of-candidates"))
        )

    async def start(
        self,
        entity_id: str = GARDEN,
        offer: str | None = None,
        candidates: Sequence[str] | None = None,
    ) -> str:
        """Send an offer and its candidates, and return the session ID."""
        if offer is None:
            offer = await self.offer()
        await self._client.send_json_auto_id(
            {"type": "camera/webrtc/offer", "entity_id": entity_id, "offer": offer}
        )
        result = await self._client.receive_json()
        assert result["success"], result
        self.subscription = result["id"]
        session_id: str = (await self.event())["session_id"]
        if candidates is None:
            candidates = (*self.candidates(), "")
        for candidate in candidates:
            await self._client.send_json_auto_id(
                {
                    "type": "camera/webrtc/candidate",
                    "entity_id": entity_id,
                    "session_id": session_id,
                    "candidate": {"candidate": candidate, "sdpMid": "0"},
                }
            )
        return session_id

    def candidates(self) -> list[str]:
        """Return the candidates of the offer."""
        return [
            line.removeprefix("a=")
            for line in self.peer.localDescription.sdp.splitlines()
            if line.startswith("a=candidate")
        ]

    async def event(self) -> dict[str, Any]:
        """Return the next message about the live view."""
        while True:
            message = await self._client.receive_json()
            if message["type"] == "event":
                event: dict[str, Any] = message["event"]
                return event

    async def answer(self) -> str:
        """Return Ring's answer as the browser gets it."""
        event = await self.event()
        assert event["type"] == "answer", event
        answer: str = event["answer"]
        return answer

    async def error(self) -> str:
        """Return the message that the browser shows."""
        event = await self.event()
        assert event["type"] == "error", event
        message: str = event["message"]
        return message

    async def first_frame(self, answer: str) -> tuple[int, int]:
        """Connect, and return the size of the first frame."""
        received: asyncio.Future[tuple[int, int]] = asyncio.Future()

        async def receive(track: MediaStreamTrack) -> None:
            frame = await track.recv()
            if not received.done():
                received.set_result((frame.width, frame.height))

        @self.peer.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            if track.kind == "video":
                tasks.append(asyncio.ensure_future(receive(track)))
            else:
                sink.addTrack(track)

        tasks: list[asyncio.Future[None]] = []
        sink = MediaBlackhole()
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await sink.start()
        size = await asyncio.wait_for(received, 20)
        await asyncio.gather(*tasks)
        await sink.stop()
        return size

    async def close(self) -> None:
        """Close the page."""
        await self._client.send_json_auto_id(
            {"type": "unsubscribe_events", "subscription": self.subscription}
        )
        assert (await self._client.receive_json())["success"]


async def settle(hass: HomeAssistant, simulator: Simulator, deleted: int = 1) -> None:
    """Wait until a session was ended."""
    while simulator.live_view.deleted < deleted:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0)
    await hass.async_block_till_done()
