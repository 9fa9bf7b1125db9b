"""An account with many devices, as Ring lists it."""

from random import Random

import orjson

from ring_simulator import DeviceKind, Simulator
from ring_simulator.device import RELATIONS, Resource
from ring_simulator.responses import document

_TIME = 1_789_516_032.0


def add_devices(simulator: Simulator, number: int) -> None:
    """Add devices, about the same number of each kind."""
    kinds = list(DeviceKind)
    for index in range(number):
        simulator.add_device(kinds[index % len(kinds)], f"Device {index}")


class LargeAccount:
    """An account with the same number of devices of each kind.

    Attributes:
        simulator: The simulator of the account.
    """

    def __init__(self, devices: int) -> None:
        """Create the account.

        Args:
            devices: Number of devices.
        """
        self._time = _TIME
        self.simulator = Simulator(clock=lambda: self._time)
        self.simulator.devices.clear()
        add_devices(self.simulator, devices)
        self._devices = list(self.simulator.devices.values())
        self._random = Random(7)  # noqa: S311 - the same changes in each run
        self._order = list(self._included())
        self._next_change = 0

    def body(self) -> bytes:
        """Return the device list at a time that is a minute after the last one."""
        self._time += 60
        data = [device.resource() for device in self._devices]
        included = self._included()
        return orjson.dumps(
            document(data, self._time, included=[included[id_] for id_ in self._order])
        )

    def change(self, share: float) -> None:
        """Change name, status and volume of a share of the devices, in turn."""
        for _ in range(round(share * len(self._devices))):
            device = self._devices[self._next_change % len(self._devices)]
            self._next_change += 1
            device.name += "'"
            device.reported_at = self._time
            device.configurations["audio"]["volume"] = self._next_change % 12

    def shuffle(self) -> None:
        """Change the order of the included resources."""
        self._random.shuffle(self._order)

    def _included(self) -> dict[str, Resource]:
        """Return the included resources by their IDs."""
        return {
            resource["id"]: resource
            for device in self._devices
            for resource in map(device.related, RELATIONS)
        }
