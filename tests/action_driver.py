"""Calls the integration's actions on the devices of a linked account."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import SimDevice

from .linked_home import LinkedHome


class ActionDriver:
    """Calls actions, and saves their files to a folder that is allowed."""

    def __init__(self, home: LinkedHome, folder: Path) -> None:
        self.home = home
        self.hass = home.hass
        self.simulator = home.simulator
        self.folder = folder
        folder.mkdir()
        self.hass.config.allowlist_external_dirs = {str(folder)}

    def device(self, name: str) -> SimDevice:
        """Return a simulated device."""
        return self.simulator.device(name)

    def device_id(self, name: str) -> str:
        """Return the ID of a device in the device registry."""
        registered = dr.async_get(self.hass).async_get_device_by_identifier(
            (DOMAIN, self.device(name).id), self.home.entry.entry_id
        )
        assert registered is not None
        return registered.id

    async def call(
        self, action: str, *devices: str, context: Context | None = None, **data: Any
    ) -> dict[str, Any]:
        """Call an action on devices with these names, and return its response.

        The file name of a download is one in the folder, unless it is given.
        """
        if action.startswith("download") and "filename" not in data:
            suffix = "mp4" if action == "download_clip" else "jpg"
            data["filename"] = str(self.folder / f"saved.{suffix}")
        if devices:
            data["device_id"] = [self.device_id(name) for name in devices]
        response = await self.hass.services.async_call(
            DOMAIN, action, data, blocking=True, context=context, return_response=True
        )
        assert response is not None
        return response

    async def error(
        self, action: str, *devices: str, context: Context | None = None, **data: Any
    ) -> HomeAssistantError:
        """Call an action that fails, and return its exception."""
        with pytest.raises(HomeAssistantError) as raised:
            await self.call(action, *devices, context=context, **data)
        assert raised.value.translation_key is not None
        return raised.value

    async def events(self, name: str, **data: Any) -> list[dict[str, Any]]:
        """Return the events of one device."""
        response = await self.call("get_events", name, **data)
        events: list[dict[str, Any]] = response[self.device_id(name)]["events"]
        return events

    def record(self, name: str, ago: float, type_: Any = "ding", **data: Any) -> str:
        """Add a recording that began some seconds ago; return its ID."""
        start = self.simulator.clock() - ago
        return self.simulator.history.add(
            self.device(name), type_, start=start, **data
        ).id

    def ago(self, seconds: float) -> datetime:
        """Return a time in UTC."""
        return dt_util.utcnow() - timedelta(seconds=seconds)

    @property
    def files(self) -> list[str]:
        """Return the names of all files in the folder, also temporary ones."""
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.is_file()
        )

    def request_count(self, end_of_path: str) -> int:
        """Return how often something was requested from Ring."""
        return sum(
            record.path.endswith(end_of_path) for record in self.simulator.requests
        )
