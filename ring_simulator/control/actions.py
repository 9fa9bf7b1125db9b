"""Control API for actions on devices."""

from typing import Any

from aiohttp import web

from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator
from ring_simulator.webhooks import Delivery

from .devices import find_device
from .fields import BadInputError, Fields


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    actions = _ActionControl(simulator)
    app.router.add_post("/devices/{id}/press", actions.press)
    app.router.add_post("/devices/{id}/motion", actions.motion)
    app.router.add_post("/devices/{id}/sensor-event", actions.sensor_event)


class _ActionControl:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def press(self, request: web.Request) -> web.Response:
        device = find_device(self._simulator, request)
        await Fields.read(request)
        try:
            return _response(self._simulator.press(device))
        except ValueError as err:
            raise BadInputError(str(err)) from None

    async def motion(self, request: web.Request) -> web.Response:
        device = find_device(self._simulator, request)
        fields = await Fields.read(request, "sub_type", "component_ids")
        sub_type = fields.text("sub_type") or "motion"
        component_ids = tuple(fields.text_list("component_ids") or ())
        try:
            return _response(self._simulator.motion(device, sub_type, component_ids))
        except ValueError as err:
            raise BadInputError(str(err)) from None

    async def sensor_event(self, request: web.Request) -> web.Response:
        device = find_device(self._simulator, request)
        fields = await Fields.read(request, "type", "values")
        event_type = fields.required("type")
        values: dict[str, Any] = fields.json_object("values") or {}
        try:
            return _response(self._simulator.sensor_event(device, event_type, **values))
        except ValueError as err:
            raise BadInputError(f"values: {err}") from None


def _response(deliveries: list[Delivery]) -> web.Response:
    return json_response([delivery.as_dict() for delivery in deliveries], status=201)
