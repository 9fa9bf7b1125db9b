"""The devices of the default account."""

from dataclasses import dataclass

from .device_kinds import DeviceKind, Encryption


@dataclass(frozen=True, slots=True)
class HouseholdDevice:
    """A device of the default account; see ``Simulator.add_device``."""

    kind: DeviceKind
    name: str
    reported: bool = True
    encryption: Encryption = Encryption.NONE


HOUSEHOLD = (
    HouseholdDevice(DeviceKind.DOORBELL, "Front Door"),
    HouseholdDevice(DeviceKind.BATTERY_CAMERA, "Garden"),
    HouseholdDevice(DeviceKind.CAMERA, "Driveway"),
    HouseholdDevice(DeviceKind.DUAL_CAMERA, "Garage"),
    HouseholdDevice(DeviceKind.CHIME, "Hallway Chime"),
    HouseholdDevice(DeviceKind.CONTACT_SENSOR, "Back Door"),
    HouseholdDevice(DeviceKind.FLOOD_FREEZE_SENSOR, "Basement"),
    HouseholdDevice(DeviceKind.CLIMATE_SENSOR, "Bedroom"),
    HouseholdDevice(DeviceKind.AIR_QUALITY_SENSOR, "Kitchen Air"),
    HouseholdDevice(DeviceKind.CONTACT_SENSOR, "Attic Window", reported=False),
    HouseholdDevice(DeviceKind.CAMERA, "Nursery", encryption=Encryption.TAKE),
    HouseholdDevice(DeviceKind.CAMERA, "Safe Room", encryption=Encryption.E2EE),
)
"""One device of every kind, a sensor that never reported and two encrypted cameras."""
