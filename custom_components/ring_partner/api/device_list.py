"""The list of all devices (Ring Partner API reference, 2.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yarl import URL

from .configurations import Configurations
from .document import Document, Models, Resource, parse_json, read_document
from .fields import Json
from .incremental import parse_incrementally
from .models import Capabilities, Device, DeviceStatus, Location

type DeviceResources = tuple[
    Resource, Resource | None, Resource | None, Resource | None, Resource | None
]
"""A device, its status, its capabilities, its configurations and its location."""

DEVICE_MODELS: Final[Models] = {
    "device-status": DeviceStatus.from_attributes,
    "device-capabilities": Capabilities.from_attributes,
    "device-configurations": Configurations.from_attributes,
    "locations": Location.from_attributes,
}
"""How to read the attributes of a device's included resources."""


@dataclass(frozen=True, slots=True)
class DeviceList:
    """All devices of an account.

    Attributes:
        devices: The devices, each once.
        skipped: Number of unusable resources.
        time: When Ring sent the list, by its clock (`meta.time`).
        bodies: The pages as Ring sent them. Their JSON takes several times as much
            memory, and is rarely needed.
    """

    devices: tuple[Device, ...]
    skipped: int = 0
    time: datetime | None = field(default=None, compare=False)
    bodies: tuple[bytes, ...] = field(default=(), repr=False, compare=False)

    @property
    def pages(self) -> tuple[Json, ...]:
        """The JSON of the pages."""
        return tuple(parse_json(body) for body in self.bodies)

    @staticmethod
    def from_json(pages: Iterable[Json], origin: URL) -> DeviceList:
        """Read the pages of a device list, as Ring sent them.

        Raises:
            ResponseError: One of them isn't a JSON:API document.
        """
        return DeviceListReader().read(
            [read_document(page, origin, DEVICE_MODELS) for page in pages]
        )


class DeviceListReader:
    """Reads the device list of an account each time it was requested.

    What has not changed since the last time is not read again, and is the same object.
    """

    def __init__(self) -> None:
        self._sources: dict[bytes, Resource] = {}
        self._devices: dict[str, tuple[DeviceResources, Device]] = {}

    def parse(self, body: bytes, origin: URL) -> Document:
        """Parse a page of the list; see `parse_incrementally`."""
        return parse_incrementally(body, origin, self._sources, DEVICE_MODELS)

    def read(self, pages: Sequence[Document]) -> DeviceList:
        """Read the pages of the list."""
        found: dict[str, tuple[DeviceResources, Device]] = {}
        sources: dict[bytes, Resource] = {}
        for page in pages:
            sources |= page.sources
            for resource in page.of_type("devices"):
                if resource.id not in found:
                    found[resource.id] = self._device(resource, page)
        self._sources, self._devices = sources, found
        return DeviceList(
            devices=tuple(device for _, device in found.values()),
            skipped=sum(page.skipped for page in pages),
            time=pages[0].time if pages else None,
            bodies=tuple(page.body for page in pages),
        )

    def _device(
        self, resource: Resource, page: Document
    ) -> tuple[DeviceResources, Device]:
        """Return a device, and the resources that it was read from."""
        resources = related_resources(resource, page)
        known = self._devices.get(resource.id)
        if known is not None and known[0] == resources:
            return known
        device = Device.from_resources(*resources)
        return resources, known[1] if known and known[1] == device else device


def related_resources(resource: Resource, page: Document) -> DeviceResources:
    """Return a `devices` resource and its included resources."""
    return (
        resource,
        page.follow(resource, "status"),
        page.follow(resource, "capabilities"),
        page.follow(resource, "configurations"),
        page.follow(resource, "location"),
    )
