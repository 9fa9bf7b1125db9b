"""Days on which everything goes wrong, the same in each run with the same seed."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from random import Random

from ring_simulator import DeviceKind

from ..conftest import DeviceListModifier
from . import household, person, ring
from .faults import HOUR
from .household import alarms
from .watch import Watch
from .world import World

CALM = 25 * HOUR
"""Seconds after which everything must be as if nothing had happened. The longest pause
is that of a network that Ring rejects, a day."""

type Part = Callable[[World, Random], Coroutine[None, None, None]]


class Storm:
    """Disturbs Ring, the household and Home Assistant at the same time."""

    def __init__(
        self, world: World, watch: Watch, modify: DeviceListModifier, seed: int
    ) -> None:
        self._world = world
        self._watch = watch
        parts: dict[str, Part] = {
            "visitors": household.visitors,
            "sensors": household.sensors,
            "devices": household.devices,
            "more devices": household.devices,
            "faults": ring.faults,
            "more faults": ring.faults,
            "webhooks": ring.webhooks,
            "tokens": ring.tokens,
            "lists": partial(ring.device_lists, modify),
            "media": ring.media_permission,
            "restarts": person.restarts,
            "sign-ins": person.sign_ins,
            "looks": person.looks,
        }
        # Each has numbers of its own, so that a change of one leaves the others.
        self._parts = [(part, Random(f"{seed} {name}")) for name, part in parts.items()]

    async def run(self, seconds: float) -> None:
        """Disturb for some time, and then end all disturbances."""
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as parts:
                for part, random in self._parts:
                    parts.create_task(part(self._world, random))
                parts.create_task(self._watch.run())
        except TimeoutError:
            pass
        await self._end()
        await self._calm()

    async def _end(self) -> None:
        """End what a part has not ended, and let the person do what is asked for."""
        simulator, hass = self._world.simulator, self._world.hass
        simulator.faults.clear()
        settings = simulator.settings
        settings.webhook_drop_share = settings.webhook_duplicate_share = 0.0
        settings.webhook_shuffle_window = 0.0
        await hass.async_block_till_done()
        if self._world.is_signed_out:
            await person.link_again(self._world)
        elif not self._world.is_loaded:
            await hass.config_entries.async_reload(self._world.home.entry.entry_id)

    async def _calm(self) -> None:
        """Let a day pass without disturbances, and let each device report."""
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._watch.run())
            await self._report_all()
            await asyncio.sleep(CALM)
            await self._report_all()
            await asyncio.sleep(2 * HOUR)
            watching.cancel()
        self._watch.check()

    async def _report_all(self) -> None:
        """Let each device report, which shows that its webhooks arrive."""
        simulator = self._world.simulator
        for camera in self._world.cameras():
            await asyncio.sleep(60)
            self._world.move(camera, "human")
            if camera.kind is DeviceKind.DOORBELL:
                self._world.press(camera)
        for device in simulator.devices.values():
            for on in (True, False):
                await asyncio.sleep(60)
                simulator.report(device, **dict.fromkeys(alarms(device), on))
