"""Adds, changes and removes devices."""

from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.answers import json_answer
from ring_simulator.kinds import DeviceKind, Encryption
from ring_simulator.readings import check

from .fields import BadInputError, Fields
from .state import device_state
from .tokens import find_account

if TYPE_CHECKING:
    from ring_simulator.device import SimDevice
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of this area."""
    area = _DeviceControl(sim)
    app.router.add_post("/devices", area.add)
    app.router.add_patch("/devices/{id}", area.change)
    app.router.add_delete("/devices/{id}", area.remove)


def find_device(sim: Simulator, request: web.Request) -> SimDevice:
    """Return the device that the path names.

    Raises:
        BadInputError: 404 if there is none.
    """
    device = sim.devices.get(request.match_info["id"])
    if device is None:
        raise BadInputError("There is no such device", status=404)
    return device


class _DeviceControl:
    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    async def add(self, request: web.Request) -> web.Response:
        fields = await Fields.of(
            request, "kind", "name", "account_id", "online", "reported", "encryption"
        )
        kind = fields.choice("kind", list(DeviceKind))
        if kind is None:
            raise BadInputError("kind: is required")
        device = self._sim.add_device(
            kind,
            fields.required("name"),
            account=find_account(self._sim, fields),
            online=fields.flag("online") is not False,
            reported=fields.flag("reported") is not False,
            encryption=fields.choice("encryption", list(Encryption)) or Encryption.NONE,
        )
        self._sim.happenings.added(device)
        return json_answer(device_state(device), status=201)

    async def change(self, request: web.Request) -> web.Response:
        device = find_device(self._sim, request)
        fields = await Fields.of(
            request, "name", "online", "shared", "motion_detection", "readings"
        )
        # everything is read before anything is changed
        name = fields.text("name")
        online, shared = fields.flag("online"), fields.flag("shared")
        motion = fields.flag("motion_detection")
        readings = fields.members("readings")
        try:
            check(readings or {})
        except ValueError as err:
            raise BadInputError(f"readings: {err}") from None
        if motion is not None and device.motion_detection is None:
            raise BadInputError("motion_detection: this device has none")
        if name is not None:
            device.name = name
        if online is not None:
            self._sim.set_online(device, online)
        if shared is not None:
            self._sim.happenings.set_shared(device, shared)
        if motion is not None:
            device.motion_detection = motion
        if readings is not None:
            self._sim.report(device, **readings)
        return json_answer(device_state(device))

    async def remove(self, request: web.Request) -> web.Response:
        self._sim.happenings.remove(find_device(self._sim, request))
        return json_answer({})
