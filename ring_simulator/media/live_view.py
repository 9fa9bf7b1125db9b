"""Live sessions over WebRTC (API reference, 2.10)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar, copy_context
from dataclasses import dataclass

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from ring_simulator.device import SimDevice
from ring_simulator.history import History, HistoryEvent
from ring_simulator.ids import IdGenerator
from ring_simulator.settings import Settings
from ring_simulator.timestamps import epoch_milliseconds

from .camera_track import CameraTrack
from .session_descriptions import change_answer, keep_h264

LIMITS = {"battery": 30.0, "line": 60.0, None: 60.0}
"""Seconds after which Ring ends a session, by power source."""

# of the session to which a task belongs; aiortc does not end all of its tasks
_SESSION_ID: ContextVar[str] = ContextVar("session_id")


class UnsupportedOfferError(Exception):
    """The offer has no video, no H.264 or no candidates."""


class BusyError(Exception):
    """The camera has as many sessions as it can have."""


@dataclass(slots=True, eq=False)
class LiveSession:
    """A live session.

    Attributes:
        id: ID in the session's URL.
        device_id: ID of the camera.
        peer: Peer connection to the viewer.
        started_at: Epoch seconds.
        ends_at: Epoch seconds at which Ring ends it.
        event: Its event in the history, if the settings say so.
        limit: Ends it after its time.
    """

    id: str
    device_id: str
    peer: RTCPeerConnection
    started_at: float
    ends_at: float
    event: HistoryEvent | None = None
    limit: asyncio.Task[None] | None = None


class LiveView:
    """The live sessions of all cameras.

    Attributes:
        sessions: Running sessions by ID.
        started: Number of sessions that were started.
        deleted: Number of sessions that an app has ended, or tried to end after Ring
            has ended them.
        expired: Number of sessions that Ring has ended after their time.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        settings: Settings,
        history: History,
        ids: IdGenerator,
    ) -> None:
        """Start without sessions.

        Args:
            clock: Returns the time in epoch seconds, which the video shows.
            sleep: Waits for a number of seconds.
            settings: Limits, and variants of the answers.
            history: Receives an event for each session.
            ids: Generates the IDs of sessions.
        """
        self._clock = clock
        self._sleep = sleep
        self._settings = settings
        self._history = history
        self._ids = ids
        self._limits: set[asyncio.Task[None]] = set()
        # session ID, device ID and query of the URLs to which no app has sent DELETE
        self._urls: set[tuple[str, str, str]] = set()
        self.sessions: dict[str, LiveSession] = {}
        self.started = 0
        self.deleted = 0
        self.expired = 0

    async def start(
        self, device: SimDevice, title: str, offer: str, *, query: str = ""
    ) -> tuple[str, str]:
        """Start a session; return its ID and the answer.

        Args:
            device: The camera.
            title: Title of the picture.
            offer: The viewer's offer (SDP) with all its candidates.
            query: Query of the session's URL.

        Raises:
            BusyError: The camera has too many sessions.
            UnsupportedOfferError: The offer cannot be answered.
        """
        running = [one for one in self.sessions.values() if one.device_id == device.id]
        if len(running) >= self._settings.live_session_limit:
            raise BusyError
        if "a=candidate:" not in offer or "H264/90000" not in offer:
            raise UnsupportedOfferError
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        now = self._clock()
        seconds = LIMITS[device.power] * self._settings.live_view_scale
        session = LiveSession(self._ids.uuid(), device.id, peer, now, now + seconds)
        # before the answer is made, so that two starts at once count each other
        self.sessions[session.id] = session
        try:
            context = copy_context()
            context.run(_SESSION_ID.set, session.id)
            answer = await asyncio.create_task(
                self._answer(peer, title, offer), context=context
            )
        except Exception as error:
            # aiortc raises errors of any type for offers that it does not understand
            await self._close(session)
            raise UnsupportedOfferError from error
        self.started += 1
        self._urls.add((session.id, device.id, query))
        if self._settings.on_demand_events != "none":
            session.event = self._history.add(
                device, "on_demand", start=now, duration=seconds
            )
        session.limit = limit = asyncio.create_task(self._end_after(session, seconds))
        self._limits.add(limit)
        limit.add_done_callback(self._limits.discard)
        return session.id, change_answer(answer, self._settings)

    async def delete(self, device: SimDevice, session_id: str, query: str) -> bool:
        """End a session for an app; return whether its URL is right and it was running.

        Args:
            device: The camera.
            session_id: ID of the session.
            query: Query of the URL.
        """
        url = (session_id, device.id, query)
        if url not in self._urls:
            return False
        self._urls.remove(url)
        self.deleted += 1
        session = self.sessions.get(session_id)
        if session is None:
            return False
        await self._end(session)
        return True

    def clear(self) -> None:
        """Forget the sessions that have ended."""
        self._urls.clear()
        self.started = self.deleted = self.expired = 0

    async def end_all(self) -> None:
        """End all sessions, as Ring does when a camera fails."""
        for session in tuple(self.sessions.values()):
            await self._end(session)
        # also those of sessions that are just ending after their time
        if self._limits:
            await asyncio.wait(self._limits)

    async def _end_after(self, session: LiveSession, seconds: float) -> None:
        await self._sleep(seconds)
        self.expired += 1
        await self._close(session)

    async def _end(self, session: LiveSession) -> None:
        if session.limit is not None:
            session.limit.cancel()
        await self._close(session)

    async def _close(self, session: LiveSession) -> None:
        self.sessions.pop(session.id, None)
        if session.event is not None:
            session.event.end = epoch_milliseconds(self._clock())
        await session.peer.close()
        tasks = [
            task
            for task in asyncio.all_tasks()
            if task.get_context().get(_SESSION_ID) == session.id
        ]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _answer(self, peer: RTCPeerConnection, title: str, offer: str) -> str:
        await peer.setRemoteDescription(
            RTCSessionDescription(keep_h264(offer), "offer")
        )
        kinds = [transceiver.kind for transceiver in peer.getTransceivers()]
        if "video" not in kinds:
            raise UnsupportedOfferError
        for kind in kinds:
            video = kind == "video"
            peer.addTrack(
                CameraTrack(title, self._clock) if video else AudioStreamTrack()
            )
        await peer.setLocalDescription(await peer.createAnswer())
        answer: str = peer.localDescription.sdp
        return answer
