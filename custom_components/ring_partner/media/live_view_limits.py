"""How long Ring lets a live view last: 30 seconds, or 60 seconds if line-powered.

Ring does not report the power source of a camera (Ring Partner API reference, 2.10). A
device counts as battery-powered until one of its live views was seen to last longer.
"""

import asyncio
from typing import Final

from homeassistant.core import HomeAssistant
import voluptuous as vol

from ..helpers.storage import RingStore

BATTERY_LIMIT: Final = 30.0
LINE_LIMIT: Final = 60.0
"""Seconds after which Ring ends a live view."""

_SCHEMA: Final = vol.Schema({vol.Required("line_powered"): [str]})


class LiveViewLimits:
    """The time limits of the devices of one account; they outlive a restart."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = RingStore(hass, f"{entry_id}.live_view", _SCHEMA)
        self._loading = asyncio.Lock()
        self._line_powered: set[str] | None = None

    async def async_get(self, device_id: str) -> float:
        """Return the limit of a device in seconds."""
        if device_id in await self._async_load():
            return LINE_LIMIT
        return BATTERY_LIMIT

    async def async_set_line_powered(self, device_id: str) -> None:
        """Note that a live view has lasted longer than one of a battery can."""
        line_powered = await self._async_load()
        if device_id not in line_powered:
            line_powered.add(device_id)
            await self._store.async_save({"line_powered": sorted(line_powered)})

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()

    async def _async_load(self) -> set[str]:
        async with self._loading:
            if self._line_powered is None:
                stored = await self._store.async_load()
                self._line_powered = set(stored["line_powered"] if stored else ())
        return self._line_powered
