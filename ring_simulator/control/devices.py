"""Control API for devices."""

from aiohttp import web

from ring_simulator.device import SimDevice
from ring_simulator.device_kinds import DeviceKind, Encryption
from ring_simulator.readings import validate_readings
from ring_simulator.responses import json_response
from ring_simulator.simulator import Simulator

from .fields import BadInputError, Fields
from .state import device_state
from .tokens import find_account


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes."""
    devices = _DeviceControl(simulator)
    app.router.add_post("/devices", devices.add)
    app.router.add_patch("/devices/{id}", devices.change)
    app.router.add_delete("/devices/{id}", devices.remove)


def find_device(simulator: Simulator, request: web.Request) -> SimDevice:
    """Return the device in the path of a request.

    Raises:
        BadInputError: 404 if there is none.
    """
    device = simulator.devices.get(request.match_info["id"])
    if device is None:
        raise BadInputError("There is no such device", status=404)
    return device


class _DeviceControl:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def add(self, request: web.Request) -> web.Response:
        fields = await Fields.read(
            request, "kind", "name", "account_id", "online", "reported", "encryption"
        )
        kind = fields.choice("kind", list(DeviceKind))
        if kind is None:
            raise BadInputError("kind: is required")
        device = self._simulator.add_device(
            kind,
            fields.required("name"),
            account=find_account(self._simulator, fields),
            online=fields.boolean("online") is not False,
            reported=fields.boolean("reported") is not False,
            encryption=fields.choice("encryption", list(Encryption)) or Encryption.NONE,
        )
        self._simulator.actions.send_device_added(device)
        return json_response(device_state(device), status=201)

    async def change(self, request: web.Request) -> web.Response:
        device = find_device(self._simulator, request)
        fields = await Fields.read(
            request, "name", "online", "shared", "motion_detection", "readings"
        )
        # read all fields first, so that an invalid one changes nothing
        name = fields.text("name")
        online, shared = fields.boolean("online"), fields.boolean("shared")
        motion = fields.boolean("motion_detection")
        readings = fields.json_object("readings")
        try:
            validate_readings(readings or {})
        except ValueError as err:
            raise BadInputError(f"readings: {err}") from None
        if motion is not None and device.motion_detection is None:
            raise BadInputError("motion_detection: this device has none")
        if name is not None:
            device.name = name
        if online is not None:
            self._simulator.set_online(device, online)
        if shared is not None:
            self._simulator.actions.set_shared(device, shared)
        if motion is not None:
            device.motion_detection = motion
        if readings is not None:
            self._simulator.report(device, **readings)
        return json_response(device_state(device))

    async def remove(self, request: web.Request) -> web.Response:
        self._simulator.actions.remove(find_device(self._simulator, request))
        return json_response({})
