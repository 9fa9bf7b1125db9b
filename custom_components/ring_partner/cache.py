"""The last device list on disk, for a start while Ring cannot be reached."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .api import Device, DeviceList, ResponseError
from .api.document import read_document
from .app import api_url
from .const import DOMAIN

_VERSION = 1


class DeviceCache:
    """Keeps what Ring last said about an account's devices."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass,
            _VERSION,
            f"{DOMAIN}.{entry_id}.devices",
            private=True,
            atomic_writes=True,
        )
        self._saved: tuple[Device, ...] | None = None

    async def async_load(self) -> dict[str, Device]:
        """Return the devices, without their status: it is of another time."""
        stored = await self._store.async_load()
        pages = stored.get("pages") if isinstance(stored, dict) else None
        try:
            devices = DeviceList.from_pages(
                read_document(page, api_url()) for page in pages or ()
            ).devices
        except ResponseError, TypeError:
            return {}
        self._saved = _lasting(devices)
        return {device.id: device for device in self._saved}

    async def async_save(self, answer: DeviceList) -> None:
        """Keep an answer, if it tells more than the last one's status did."""
        lasting = _lasting(answer.devices)
        if lasting == self._saved:
            return
        await self._store.async_save({"pages": list(answer.source)})
        self._saved = lasting

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()


def _lasting(devices: tuple[Device, ...]) -> tuple[Device, ...]:
    return tuple(device.without_status() for device in devices)
