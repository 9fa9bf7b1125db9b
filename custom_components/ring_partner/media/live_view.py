"""The live views of one account, from an offer to the end of the session.

Ring ends a live view after 30 seconds (battery) or 60 seconds (line-powered) and does
not announce it (Ring Partner API reference, 2.10). Home Assistant's frontend would then
show a frozen picture and later start another live view by itself. Both is prevented
here: the viewer is told that the live view has ended.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
import logging
import re
from typing import Final

from homeassistant.components.camera.webrtc import (
    WebRTCAnswer,
    WebRTCError,
    WebRTCSendMessage,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..api import Device, LiveSession, RingError, RingSession
from ..api.live import end_live_session, start_live_session
from ..api.sdp import IceCandidate, complete_answer, complete_offer
from ..helpers.timer import Timer
from ..helpers.translations import translate
from .errors import encrypted_error, media_error, no_candidates_error, offline_error
from .ice_candidates import IceCandidateCollector
from .live_view_limits import LiveViewLimits

_LOGGER = logging.getLogger(__name__)

END_MARGIN: Final = 1.0
"""Seconds after which Ring has ended it for sure."""

MAX_ENDED: Final = 64
"""Peer connections that are remembered after their live view has ended."""

_FINGERPRINT: Final = re.compile(r"^a=fingerprint:(.+?)\s*$", re.MULTILINE)


@dataclass(slots=True, eq=False)
class _Viewer:
    """One viewer of one camera.

    Attributes:
        send_message: sends to the viewer's browser.
        candidates: what the browser has sent for its offer.
        peer: identifies the browser's peer connection.
        timer: for the end of the session.
        live: Ring's session, once it has started.

    """

    send_message: WebRTCSendMessage
    candidates: IceCandidateCollector
    peer: str
    timer: Timer
    live: LiveSession | None = None


class LiveView:
    """The live views of one account."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, session: RingSession
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._session = session
        self._limits = LiveViewLimits(hass, entry.entry_id)
        self._viewers: dict[str, _Viewer] = {}
        self._ended_peers: dict[str, None] = {}

    @property
    def active(self) -> int:
        """The number of viewers."""
        return len(self._viewers)

    async def async_start(
        self,
        device: Device,
        component_id: str | None,
        offer: str,
        session_id: str,
        send_message: WebRTCSendMessage,
        *,
        needs_public: bool,
    ) -> None:
        """Start a live view and answer the browser's offer.

        Args:
            device: the device, as Ring last described it.
            component_id: the camera of a device with several.
            offer: the browser's offer (SDP), whose candidates follow.
            session_id: Home Assistant's ID of the viewer.
            send_message: sends to the browser.
            needs_public: the browser uses a STUN or TURN server.

        Raises:
            HomeAssistantError: there is no live view; the text tells why.

        """
        name = device.name or "Ring"
        if device.is_offline:
            raise offline_error(name)
        if device.is_encrypted:
            raise encrypted_error(name)
        peer = _peer_of(offer)
        if peer in self._ended_peers or self._async_close_peer(peer):
            # The frontend negotiates again when the connection has failed, which is
            # the case some time after Ring has ended the session.
            self._send_ended(send_message, device)
            return
        viewer = self._viewers[session_id] = _Viewer(
            send_message,
            IceCandidateCollector(self._hass, needs_public=needs_public),
            peer,
            Timer(self._hass, partial(self._async_limit_reached, session_id, device)),
        )
        try:
            limit = await self._limits.async_get(device.id)
            candidates = await viewer.candidates.async_wait()
            if session_id not in self._viewers:
                return
            complete = complete_offer(offer, candidates)
            if "\na=candidate:" not in complete:
                # Ring would answer with a server error (reference, 2.10).
                self.async_close(session_id)
                raise no_candidates_error(name)
            viewer.live = await start_live_session(
                self._session, device.id, complete, component_id=component_id
            )
            if session_id not in self._viewers:
                await self._async_end(viewer.live)
                return
            answer = complete_answer(offer, viewer.live.answer)
        except RingError as error:
            _LOGGER.debug("The live view of %s did not start: %s", name, error)
            self.async_close(session_id)
            raise media_error(error, name) from error
        viewer.timer.async_start(limit + END_MARGIN)
        send_message(WebRTCAnswer(answer))

    @callback
    def async_add_candidate(self, session_id: str, candidate: IceCandidate) -> None:
        """Add a candidate of a viewer's browser; late ones are not needed."""
        if (viewer := self._viewers.get(session_id)) is not None:
            viewer.candidates.async_add(candidate)

    @callback
    def async_close(self, session_id: str) -> None:
        """End the live view of a viewer, if it is still there."""
        if (viewer := self._viewers.pop(session_id, None)) is None:
            return
        viewer.timer.async_cancel()
        viewer.candidates.async_stop()
        if viewer.live is not None:
            # Not a task of the config entry, whose unload would cancel it.
            self._hass.async_create_task(
                self._async_end(viewer.live), "Ring live view end"
            )

    @callback
    def _async_close_peer(self, peer: str) -> bool:
        """End the live view of a peer connection; return whether there was one."""
        for session_id, viewer in self._viewers.items():
            if viewer.peer == peer:
                self._async_remember_ended(peer)
                self.async_close(session_id)
                return True
        return False

    @callback
    def async_close_all(self) -> None:
        """End all live views."""
        for session_id in tuple(self._viewers):
            self.async_close(session_id)

    async def _async_end(self, live: LiveSession) -> bool | None:
        """End a session; return whether it was still running, None if unknown."""
        try:
            return await end_live_session(self._session, live)
        except RingError as error:
            # Ring ends it by itself.
            _LOGGER.debug("A live view could not be ended: %s", error)
            return None

    @callback
    def _async_limit_reached(
        self, session_id: str, device: Device, _now: datetime
    ) -> None:
        viewer = self._viewers.pop(session_id)
        self._async_remember_ended(viewer.peer)
        self._send_ended(viewer.send_message, device)
        if viewer.live is not None:
            self._hass.async_create_task(
                self._async_end_at_limit(viewer.live, device.id), "Ring live view end"
            )

    async def _async_end_at_limit(self, live: LiveSession, device_id: str) -> None:
        """End a session after its limit, which is too short if it still ran."""
        if await self._async_end(live):
            await self._limits.async_set_line_powered(device_id)

    @callback
    def _async_remember_ended(self, peer: str) -> None:
        self._ended_peers[peer] = None
        if len(self._ended_peers) > MAX_ENDED:
            del self._ended_peers[next(iter(self._ended_peers))]

    def _send_ended(self, send_message: WebRTCSendMessage, device: Device) -> None:
        send_message(
            WebRTCError(
                "live_view_ended",
                translate(self._hass, "live_view_ended", device=device.name or "Ring"),
            )
        )


def _peer_of(offer: str) -> str:
    """Return what is the same in all offers of one peer connection: its certificate."""
    fingerprint = _FINGERPRINT.search(offer)
    return fingerprint[1] if fingerprint else offer
