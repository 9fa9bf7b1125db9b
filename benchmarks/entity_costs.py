"""What entities cost: those of a Ring account, or those of the bare integration.

Each function is to be called in a new process, with `in_new_process`. It sets up the
entities in a Home Assistant of its own. The modules of the platforms are loaded before.
CPU time is that of all threads of the process; Ring's cloud has another process.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
import logging
from multiprocessing import get_context
import os
import sys
import tempfile
from time import process_time
import tracemalloc
from typing import Any
from unittest.mock import patch

from homeassistant import loader
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN, Platform
from homeassistant.core import CoreState, HomeAssistant, StateMachine
from homeassistant.helpers import (
    device_registry as dr,
    entity_platform,
    entity_registry as er,
)
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.ring_partner import PLATFORMS
from custom_components.ring_partner.config_flow import RingConfigFlow
from custom_components.ring_partner.const import (
    CONF_LINK,
    DOMAIN,
    ENV_API_URL,
    LinkMethod,
)

from .account_server import ServedAccount
from .bare_integration import (
    DOMAIN as BARE_DOMAIN,
    DeviceEntities,
    EntityKind,
    add_bare_integration,
)

type Entities = ServedAccount | DeviceEntities
"""Those of an account, or bare ones."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds of CPU time."""

    set_up: float
    reload: float
    unload: float


async def in_new_process[T](
    function: Callable[[Entities], Coroutine[Any, Any, T]], entities: Entities
) -> T:
    """Return the result of a function of this module."""
    context = get_context("forkserver")
    # New processes are copies of one that has imported this module.
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(1, context) as pool:
        return await asyncio.get_running_loop().run_in_executor(
            pool, _run, function, entities
        )


def _run[T](
    function: Callable[[Entities], Coroutine[Any, Any, T]], entities: Entities
) -> T:
    # Home Assistant logs that libraries are missing, which are not needed here.
    logging.disable(logging.ERROR)
    return asyncio.run(function(entities))


async def describe(account: Entities) -> DeviceEntities:
    """Return what an account has, for the same number of bare entities."""
    async with _home(account) as (hass, entry):
        await _set_up(hass, entry)
        registry = er.async_get(hass)
        return [
            [
                EntityKind(Platform(entity.domain), enabled=not entity.disabled)
                for entity in er.async_entries_for_device(
                    registry, device.id, include_disabled_entities=True
                )
            ]
            for device in dr.async_entries_for_config_entry(
                dr.async_get(hass), entry.entry_id
            )
        ]


async def measure_durations(entities: Entities) -> Durations:
    """Measure the first set-up, with empty registries, then a reload and an unload."""
    async with _home(entities) as (hass, entry):
        return Durations(
            set_up=await _cpu_time(_set_up(hass, entry)),
            reload=await _cpu_time(_reload(hass, entry)),
            unload=await _cpu_time(_unload(hass, entry)),
        )


async def measure_set_up(entities: Entities) -> float:
    """Return the seconds of CPU time of the first set-up."""
    async with _home(entities) as (hass, entry):
        return await _cpu_time(_set_up(hass, entry))


async def measure_memory(entities: Entities) -> int:
    """Return the bytes that Python has allocated for what is set up."""
    async with _home(entities) as (hass, entry):
        gc.collect()
        tracemalloc.start()
        await _set_up(hass, entry)
        gc.collect()
        memory, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return memory


async def count_state_writes(entities: Entities) -> int:
    """Return the number of states that are written by a poll without a change.

    This is the one method that changes states, and reports those without a change.
    """
    async with _home(entities) as (hass, entry):
        await _set_up(hass, entry)
        runtime = entry.runtime_data
        coordinator = (
            runtime.coordinator if isinstance(entities, ServedAccount) else runtime
        )
        writes = 0
        write_state = StateMachine.async_set_internal

        def count(*args: Any, **kwargs: Any) -> None:
            nonlocal writes
            writes += 1
            write_state(*args, **kwargs)

        with patch.object(StateMachine, "async_set_internal", count):
            await coordinator.async_refresh()
            await hass.async_block_till_done()
        assert coordinator.last_update_success
        return writes


@asynccontextmanager
async def _home(
    entities: Entities,
) -> AsyncIterator[tuple[HomeAssistant, MockConfigEntry]]:
    """Yield a Home Assistant that starts, and an entry that is not set up yet.

    While it starts, Home Assistant does not yet write its registries to the disk.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        # Home Assistant limits the entities of an entry; most accounts of 10,000
        # devices would not be measured.
        patch.object(
            entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", sys.maxsize
        ),
    ):
        async with async_test_home_assistant(
            config_dir=folder, initial_state=CoreState.starting
        ) as hass:
            for component in PLATFORMS:
                assert await async_setup_component(hass, component, {})
            if isinstance(entities, ServedAccount):
                os.environ[ENV_API_URL] = entities.url
                entry = await _add_account(hass, entities)
            else:
                add_bare_integration(hass, entities)
                entry = MockConfigEntry(domain=BARE_DOMAIN)
            assert await async_setup_component(hass, entry.domain, {})
            entry.add_to_hass(hass)
            yield hass, entry
            await hass.async_stop(force=True)


async def _add_account(hass: HomeAssistant, account: ServedAccount) -> MockConfigEntry:
    hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
    integration = await loader.async_get_integration(hass, DOMAIN)
    await integration.async_get_platforms([*PLATFORMS, "config_flow"])
    return MockConfigEntry(
        domain=DOMAIN,
        minor_version=RingConfigFlow.MINOR_VERSION,
        unique_id=account.account_id,
        data={
            CONF_LINK: LinkMethod.PLAYGROUND.value,
            CONF_TOKEN: {CONF_ACCESS_TOKEN: account.token},
        },
    )


async def _cpu_time(step: Coroutine[Any, Any, None]) -> float:
    gc.collect()
    started = process_time()
    await step
    return process_time() - started


async def _set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def _reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def _unload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
