"""The household that every simulator starts with."""

from typing import TYPE_CHECKING

from .kinds import DeviceKind, Encryption

if TYPE_CHECKING:
    from .simulator import Simulator


def default_household(sim: Simulator) -> None:
    """Add one account with one device of every kind, and the awkward cases."""
    account = sim.add_account("Alex", "Morgan", "alex.morgan@example.com", state="CA")
    sim.add_device(DeviceKind.DOORBELL, "Front Door", account=account)
    sim.add_device(DeviceKind.BATTERY_CAMERA, "Garden", account=account)
    sim.add_device(DeviceKind.CAMERA, "Driveway", account=account)
    sim.add_device(DeviceKind.DUAL_CAMERA, "Garage", account=account)
    sim.add_device(DeviceKind.CHIME, "Hallway Chime", account=account)
    sim.add_device(DeviceKind.CONTACT_SENSOR, "Back Door", account=account)
    sim.add_device(DeviceKind.FLOOD_FREEZE_SENSOR, "Basement", account=account)
    sim.add_device(DeviceKind.CLIMATE_SENSOR, "Bedroom", account=account)
    sim.add_device(DeviceKind.AIR_QUALITY_SENSOR, "Kitchen Air", account=account)
    sim.add_device(
        DeviceKind.CONTACT_SENSOR, "Attic Window", account=account, reported=False
    )
    sim.add_device(
        DeviceKind.CAMERA, "Nursery", account=account, encryption=Encryption.TAKE
    )
    sim.add_device(
        DeviceKind.CAMERA, "Safe Room", account=account, encryption=Encryption.E2EE
    )
