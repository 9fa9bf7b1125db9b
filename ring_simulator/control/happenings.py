"""Lets things happen at devices."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from ring_simulator.answers import json_answer

from .devices import find_device
from .fields import BadInputError, Fields

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator
    from ring_simulator.webhooks import Delivery


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _Happenings(sim)
    app.router.add_post("/devices/{id}/press", area.press)
    app.router.add_post("/devices/{id}/motion", area.motion)
    app.router.add_post("/devices/{id}/sensor-event", area.sensor_event)


class _Happenings:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def press(self, request: web.Request) -> web.Response:
        device = find_device(self._sim, request)
        await Fields.of(request)
        try:
            return _answer(self._sim.press(device))
        except ValueError as err:
            raise BadInputError(str(err)) from None

    async def motion(self, request: web.Request) -> web.Response:
        device = find_device(self._sim, request)
        fields = await Fields.of(request, "sub_type", "component_ids")
        sub_type = fields.text("sub_type") or "motion"
        component_ids = tuple(fields.texts("component_ids") or ())
        try:
            return _answer(self._sim.motion(device, sub_type, component_ids))
        except ValueError as err:
            raise BadInputError(str(err)) from None

    async def sensor_event(self, request: web.Request) -> web.Response:
        device = find_device(self._sim, request)
        fields = await Fields.of(request, "type", "values")
        type_ = fields.required("type")
        values: dict[str, Any] = fields.members("values") or {}
        try:
            return _answer(self._sim.sensor_event(device, type_, **values))
        except ValueError as err:
            raise BadInputError(f"values: {err}") from None


def _answer(deliveries: list[Delivery]) -> web.Response:
    return json_answer([delivery.as_dict() for delivery in deliveries], status=201)
