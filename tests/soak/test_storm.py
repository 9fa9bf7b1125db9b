"""Home Assistant with a linked account, on days on which everything goes wrong."""

import asyncio
from collections.abc import Callable

import pytest

from ..conftest import DeviceListModifier
from ..secrets import Leaks
from .expectations import check_shown
from .faults import HOUR
from .leaks import check_removed
from .log_counter import LogCounter
from .profile import Profile
from .report import Memory, check_lines, print_report
from .storm import Storm
from .watch import Watch
from .world import World

PROFILE = Profile.from_environment()


@pytest.mark.freeze_time("2026-11-20 12:00")
@pytest.mark.timeout(120 + 60 * PROFILE.days)
async def test_everything_is_right_after_the_storm(
    world: World,
    profile: Profile,
    logs: LogCounter,
    leaks: Leaks,
    forget_log_records: Callable[[], None],
    modify_device_list: DeviceListModifier,
) -> None:
    print(f"\nscript/soak --days {profile.days:g} --seed {profile.seed}")
    storm = Storm(world, Watch(world, logs), modify_device_list, profile.seed)
    memory = []
    for _ in range(2):
        await storm.run(profile.days / 2 * 24 * HOUR)
        check_shown(world)
        # What the tests collect takes more memory each day.
        leaks.check()
        leaks.forget()
        forget_log_records()
        memory.append(Memory.measure(world))
    world.ledger.settle(world.simulator.clock(), after=0)
    print_report(world, logs, (memory[0], memory[1]))
    assert world.ledger.problems == []
    check_lines(world, logs)
    memory[1].check_same(memory[0])
    await world.hass.config_entries.async_remove(world.home.entry.entry_id)
    await asyncio.sleep(2 * HOUR)
    check_removed(world)
