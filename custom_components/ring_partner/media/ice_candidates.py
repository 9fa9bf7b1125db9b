"""Gathers the ICE candidates that a browser sends after its offer.

Home Assistant's frontend sends candidates one by one, but Ring takes a complete offer
only (Ring Partner API reference, 2.10).
"""

import asyncio
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..api.sdp import IceCandidate
from ..helpers.timer import Timer

QUIET_TIME: Final = 0.1
"""Seconds without another candidate after which the offer counts as complete."""
MAX_TIME: Final = 1.0
"""Seconds to wait for candidates at most."""


class IceCandidateCollector:
    """Collects the candidates of one offer."""

    def __init__(self, hass: HomeAssistant, *, needs_public: bool) -> None:
        """Set up the collector.

        Args:
            hass: Home Assistant.
            needs_public: the browser uses a STUN or TURN server, whose candidates
                come later than those of the local network.

        """
        self._candidates: list[IceCandidate] = []
        self._needs_public = needs_public
        self._complete: asyncio.Future[None] = hass.loop.create_future()
        self._quiet_timer = Timer(hass, self._async_finish)
        self._max_timer = Timer(hass, self._async_finish)

    async def async_wait(self) -> list[IceCandidate]:
        """Return the candidates, once they are likely to be complete."""
        if not self._complete.done():
            self._max_timer.async_start(MAX_TIME)
        try:
            await self._complete
        finally:
            self.async_stop()
        return self._candidates

    @callback
    def async_add(self, candidate: IceCandidate) -> None:
        """Add a candidate; an empty one means that there are no more."""
        if not candidate.candidate:
            self.async_stop()
            return
        self._candidates.append(candidate)
        if candidate.is_public:
            self._needs_public = False
        if not self._needs_public and not self._complete.done():
            self._quiet_timer.async_start(QUIET_TIME)

    @callback
    def async_stop(self) -> None:
        """Do not wait any longer."""
        self._quiet_timer.async_cancel()
        self._max_timer.async_cancel()
        if not self._complete.done():
            self._complete.set_result(None)

    @callback
    def _async_finish(self, _now: datetime) -> None:
        self.async_stop()
