"""The last device list on disk, for a start while Ring cannot be reached."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_fragment
import voluptuous as vol

from ..api import Device, DeviceList, ResponseError
from ..app.cloud_urls import api_url
from ..helpers.storage import RingStore

_SCHEMA: Final = vol.Schema({vol.Required("pages"): [dict]})


class DeviceCache:
    """Stores the last device list of one account, as Ring sent it."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = RingStore(hass, f"{entry_id}.devices", _SCHEMA)
        self._saved: tuple[Device, ...] | None = None

    async def async_load(self) -> dict[str, Device]:
        """Return the devices without their status, which is out of date."""
        if (stored := await self._store.async_load()) is None:
            return {}
        try:
            devices = DeviceList.from_json(stored["pages"], api_url()).devices
        except ResponseError:
            return {}
        self._saved = _without_status(devices)
        return {device.id: device for device in self._saved}

    async def async_save(self, devices: DeviceList) -> None:
        """Store a device list, unless only the status of devices has changed."""
        saved = _without_status(devices.devices)
        if saved == self._saved:
            return
        # Written as they are, so that their JSON is not parsed a second time.
        pages = [json_fragment(body) for body in devices.bodies]
        await self._store.async_save({"pages": pages})
        self._saved = saved

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()


def _without_status(devices: tuple[Device, ...]) -> tuple[Device, ...]:
    return tuple(device.without_status() for device in devices)
