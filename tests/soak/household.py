"""What happens in the household: presses, motion, sensors and changes of devices."""

import asyncio
from random import Random

from ring_simulator import DeviceKind, SimDevice
from ring_simulator.sensor_events import ALARM_EVENTS

from .faults import HOUR
from .ledger import APART
from .world import World

_SUB_TYPES = ("human", "vehicle", "animal", "package", "motion")
_MEASUREMENTS = {"temperature", "humidity", "pm25", "co"}


def alarms(device: SimDevice) -> list[str]:
    """Return the names of the alarms that a sensor has."""
    return [name for name in device.readings if name in ALARM_EVENTS]


async def visitors(world: World, random: Random) -> None:
    """Press the button and move in front of the cameras."""
    while True:
        await asyncio.sleep(random.expovariate(1 / 240))
        camera = random.choice(world.cameras())
        pressed = camera.kind is DeviceKind.DOORBELL and random.random() < 0.6
        type_ = "button_press" if pressed else "motion_detected"
        if world.simulator.clock() - world.ledger.last_at(camera, type_) < APART:
            continue
        if pressed:
            world.press(camera)
        else:
            world.move(camera, random.choice(_SUB_TYPES))


async def sensors(world: World, random: Random) -> None:
    """Let sensors report, with and without an alarm."""
    while True:
        await asyncio.sleep(random.expovariate(1 / 600))
        devices = [d for d in world.simulator.devices.values() if d.readings]
        device = random.choice(devices)
        readings: dict[str, bool | float] = {
            name: random.random() < 0.3 for name in alarms(device)
        }
        for name in device.readings:
            if name in _MEASUREMENTS:
                readings[name] = round(random.uniform(0, 80), 1)
        world.simulator.report(device, **readings)
        world.counts["sensor reports"] += 1


async def devices(world: World, random: Random) -> None:
    """Add, remove, rename and share devices; let them go offline and come back."""
    while True:
        await asyncio.sleep(random.expovariate(1 / (2 * HOUR)))
        present = [d for d in world.simulator.devices.values() if d.visible]
        device = random.choice(present)
        for_a_while = random.expovariate(1 / HOUR)
        world.counts["device changes"] += 1
        match random.choice(("offline", "shared", "added", "renamed", "detection")):
            case "offline":
                await _offline(world, device, for_a_while)
            case "shared":
                await _not_shared(world, device, for_a_while)
            case "added":
                kind = random.choice((DeviceKind.CAMERA, DeviceKind.CONTACT_SENSOR))
                await _added(world, kind, 3 * for_a_while)
            case "renamed":
                device.name = f"{device.name.split(' #')[0]} #{random.randrange(100)}"
            case "detection" if device.motion_detection is not None:
                device.motion_detection = not device.motion_detection


async def _offline(world: World, device: SimDevice, seconds: float) -> None:
    world.simulator.set_online(device, online=False)
    try:
        await asyncio.sleep(seconds)
    finally:
        world.simulator.set_online(device, online=True)


async def _not_shared(world: World, device: SimDevice, seconds: float) -> None:
    world.ledger.camera_removed(device.id)
    world.simulator.actions.set_shared(device, shared=False)
    try:
        await asyncio.sleep(seconds)
    finally:
        world.simulator.actions.set_shared(device, shared=True)


async def _added(world: World, kind: DeviceKind, seconds: float) -> None:
    device = world.simulator.add_device(kind, "Shed")
    world.simulator.actions.send_device_added(device)
    try:
        await asyncio.sleep(seconds)
    finally:
        world.ledger.camera_removed(device.id)
        world.simulator.actions.remove(device)
