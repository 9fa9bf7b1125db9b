"""Devices, their related resources and locations (API reference, 2.2-2.6)."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from ring_simulator.answers import ApiError, EmptyError, document, json_answer
from ring_simulator.device import RELATIONS, Resource, SimDevice
from ring_simulator.paging import page
from ring_simulator.pipeline import CALLER, Handler

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _Devices(sim)
    app.router.add_get("/v1/devices", area.list_all)
    app.router.add_get("/v1/devices/{id}", area.get)
    app.router.add_get("/v1/devices/{id}/events", _forbidden)
    for relation in RELATIONS:
        app.router.add_get(f"/v1/devices/{{id}}/{relation}", area.related(relation))
    app.router.add_get("/v1/locations", area.locations)


def find_device(sim: Simulator, request: web.Request) -> SimDevice:
    """Return the device that the path names.

    Raises:
        ApiError: 404 if the caller's account has no such device, or Ring hides it.
    """
    device = sim.devices.get(request.match_info["id"])
    account = request[CALLER].account
    if device is None or device.account_id != account.id or not device.visible:
        raise ApiError(404, "Device not found")
    return device


class _Devices:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def list_all(self, request: web.Request) -> web.Response:
        wanted = _wanted(request)
        devices = self._visible(request)
        size = self._sim.behaviour.device_page_size
        members: dict[str, Any] = {}
        if size is not None:
            devices, links = page(request, devices, size)
            if links:
                members["links"] = links
        data = [device.resource() for device in devices]
        return self._answer(data, devices, wanted, members)

    async def get(self, request: web.Request) -> web.Response:
        device = find_device(self._sim, request)
        return self._answer(device.resource(), [device], _wanted(request), {})

    def related(self, relation: str) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            device = find_device(self._sim, request)
            component_id = request.query.get("component_id")
            known = device.component_ids
            if component_id is not None and known and component_id not in known:
                raise ApiError(400, "Unknown component_id")
            data = device.related(relation, component_id)
            return json_answer(document(data, self._sim.clock()))

        return handler

    async def locations(self, request: web.Request) -> web.Response:
        found = {device.location for device in self._visible(request)}
        listed = sorted(found, key=lambda location: location.id)
        data = [location.resource() for location in listed]
        return json_answer(document(data, self._sim.clock()))

    def _visible(self, request: web.Request) -> list[SimDevice]:
        account = request[CALLER].account
        return [
            device
            for device in self._sim.devices.values()
            if device.account_id == account.id and device.visible
        ]

    def _answer(
        self,
        data: Resource | list[Resource],
        devices: list[SimDevice],
        wanted: list[str],
        members: dict[str, Any],
    ) -> web.Response:
        if wanted:
            included = {
                resource["id"]: resource
                for device in devices
                for resource in (device.related(relation) for relation in wanted)
            }
            # Ring promises no order, so there must be none to rely on
            shuffled = list(included.values())
            self._sim.random.shuffle(shuffled)
            members["included"] = shuffled
        return json_answer(document(data, self._sim.clock(), **members))


async def _forbidden(_request: web.Request) -> web.Response:
    """Refuse the path that people try for the history, as Ring does."""
    raise EmptyError(403)


def _wanted(request: web.Request) -> list[str]:
    names = [name for name in request.query.get("include", "").split(",") if name]
    for name in names:
        if name not in RELATIONS:
            # undocumented; a refusal shows the mistake best
            raise ApiError(400, f"Invalid include: {name}")
    return names
