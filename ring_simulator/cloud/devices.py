"""Endpoints for devices and their related resources (API reference, 2.2-2.6)."""

from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from ring_simulator.device import RELATIONS, Resource, SimDevice
from ring_simulator.middlewares import CALLER
from ring_simulator.pagination import paginate
from ring_simulator.responses import ApiError, EmptyBodyError, document, json_response
from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    endpoints = _Devices(simulator)
    app.router.add_get("/v1/devices", endpoints.list_all)
    app.router.add_get("/v1/devices/{id}", endpoints.get)
    app.router.add_get("/v1/devices/{id}/events", _forbidden)
    for relation in RELATIONS:
        app.router.add_get(
            f"/v1/devices/{{id}}/{relation}", endpoints.related(relation)
        )
    app.router.add_get("/v1/locations", endpoints.locations)


def find_device(simulator: Simulator, request: web.Request) -> SimDevice:
    """Return the device in the path of a request.

    Raises:
        ApiError: 404 if the account has no such device, or the API doesn't return it.
    """
    device = simulator.devices.get(request.match_info["id"])
    account = request[CALLER].account
    if device is None or device.account_id != account.id or not device.visible:
        raise ApiError(404, "Device not found")
    return device


class _Devices:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def list_all(self, request: web.Request) -> web.Response:
        include = _include(request)
        devices = self._visible(request)
        size = self._simulator.settings.device_page_size
        members: dict[str, Any] = {}
        if size is not None:
            devices, links = paginate(request, devices, size)
            if links:
                members["links"] = links
        data = [device.resource() for device in devices]
        return self._response(data, devices, include, members)

    async def get(self, request: web.Request) -> web.Response:
        device = find_device(self._simulator, request)
        return self._response(device.resource(), [device], _include(request), {})

    def related(self, relation: str) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            device = find_device(self._simulator, request)
            component_id = request.query.get("component_id")
            known = device.component_ids
            if component_id is not None and known and component_id not in known:
                raise ApiError(400, "Unknown component_id")
            data = device.related(relation, component_id)
            return json_response(document(data, self._simulator.clock()))

        return handler

    async def locations(self, request: web.Request) -> web.Response:
        locations = {device.location for device in self._visible(request)}
        ordered = sorted(locations, key=lambda location: location.id)
        data = [location.resource() for location in ordered]
        return json_response(document(data, self._simulator.clock()))

    def _visible(self, request: web.Request) -> list[SimDevice]:
        account = request[CALLER].account
        return [
            device
            for device in self._simulator.devices.values()
            if device.account_id == account.id and device.visible
        ]

    def _response(
        self,
        data: Resource | list[Resource],
        devices: list[SimDevice],
        include: list[str],
        members: dict[str, Any],
    ) -> web.Response:
        if include:
            included = {
                resource["id"]: resource
                for device in devices
                for resource in (device.related(relation) for relation in include)
            }
            # shuffled, because Ring documents no order
            shuffled = list(included.values())
            self._simulator.random.shuffle(shuffled)
            members["included"] = shuffled
        return json_response(document(data, self._simulator.clock(), **members))


async def _forbidden(_request: web.Request) -> web.Response:
    """Respond to a wrong path of the history as Ring does (API reference, 2)."""
    raise EmptyBodyError(403)


def _include(request: web.Request) -> list[str]:
    names = [name for name in request.query.get("include", "").split(",") if name]
    for name in names:
        if name not in RELATIONS:
            # Ring's response is undocumented
            raise ApiError(400, f"Invalid include: {name}")
    return names
