"""Ring's endpoints for accounts and devices.

Numbers in parentheses are sections of the Ring Partner API reference.
"""

from functools import partial
from typing import Final

from yarl import URL

from .configurations import Configurations
from .device_list import DEVICE_MODELS, DeviceList, DeviceListReader, related_resources
from .document import Document, parse_document
from .errors import ResponseError
from .limiter import Priority
from .models import Account, Capabilities, Device, DeviceStatus, Location
from .paths import device_path
from .session import Request, RingSession

INCLUDE: Final = {"include": "status,capabilities,location,configurations"}
MAX_PAGES: Final = 100
"""Maximum number of pages of a device list."""


class RingClient:
    """Reads an account and its devices.

    All methods raise a RingError; the subclass tells why the request failed.
    """

    def __init__(self, session: RingSession) -> None:
        self._session = session
        self._device_list = DeviceListReader()

    @property
    def is_crowded(self) -> bool:
        """Whether others use much of the limit of the client ID."""
        return self._session.resilience.limiter.is_crowded

    async def account(self, *, priority: Priority = Priority.BACKGROUND) -> Account:
        """Return the account of the access token (2.1)."""
        document = await self._session.request_document(
            Request("GET", "/v1/users/me", forbidden_means_signed_out=True),
            priority=priority,
        )
        return Account.from_resource(document.one("users"))

    async def devices(self, *, priority: Priority = Priority.BACKGROUND) -> DeviceList:
        """Return all devices with status, capabilities, configurations, location (2.2).

        Ring documents no pagination of this list. Links to a next page are followed
        nevertheless. Devices that have not changed since the last time are the same
        objects.
        """
        pages: list[Document] = []
        seen: set[URL] = set()
        request = Request("GET", "/v1/devices", query=INCLUDE)
        while True:
            page = await self._session.request_document(
                request, priority=priority, parse=self._device_list.parse
            )
            pages.append(page)
            if page.next is None or page.next in seen or not page.data:
                return self._device_list.read(pages)
            if len(pages) == MAX_PAGES:
                raise ResponseError(f"Ring's device list has over {MAX_PAGES} pages")
            seen.add(page.next)
            request = Request("GET", page.next)

    async def device(
        self, device_id: str, *, priority: Priority = Priority.BACKGROUND
    ) -> Device:
        """Return one device with all its parts (2.2)."""
        document = await self._session.request_document(
            Request("GET", device_path(device_id), query=INCLUDE, about_device=True),
            priority=priority,
            parse=partial(parse_document, models=DEVICE_MODELS),
        )
        return Device.from_resources(
            *related_resources(document.one("devices"), document)
        )

    async def status(
        self, device_id: str, component_id: str | None = None
    ) -> DeviceStatus:
        """Return the status of a device (2.3)."""
        document = await self._part(device_id, "status", component_id)
        return DeviceStatus.from_attributes(document.one("device-status").attributes)

    async def capabilities(
        self, device_id: str, component_id: str | None = None
    ) -> Capabilities:
        """Return the capabilities of a device (2.4)."""
        document = await self._part(device_id, "capabilities", component_id)
        return Capabilities.from_attributes(
            document.one("device-capabilities").attributes
        )

    async def configurations(
        self, device_id: str, component_id: str | None = None
    ) -> Configurations:
        """Return the configurations of a device, as set in the Ring app (2.5)."""
        document = await self._part(device_id, "configurations", component_id)
        return Configurations.from_attributes(
            document.one("device-configurations").attributes
        )

    async def location(self, device_id: str) -> Location:
        """Return the country and state of a device (2.6)."""
        document = await self._part(device_id, "location", None)
        return Location.from_attributes(document.one("locations").attributes)

    async def _part(
        self, device_id: str, part: str, component_id: str | None
    ) -> Document:
        return await self._session.request_document(
            Request(
                "GET",
                device_path(device_id, part),
                query=None if component_id is None else {"component_id": component_id},
                about_device=True,
            ),
        )
