"""What the person does: restarts, links the account again, and looks at cameras."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from random import Random
from typing import Any

from homeassistant.components.camera import async_get_image
from homeassistant.components.homeassistant import SERVICE_UPDATE_ENTITY
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, CONF_TOKEN
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from custom_components.ring_partner.account.token_store import token_to_dict
from custom_components.ring_partner.api import TokenPair
from custom_components.ring_partner.const import DOMAIN

from .faults import HOUR
from .leaks import check_unloaded
from .world import World


async def restarts(world: World, random: Random) -> None:
    """Reload the account, or unload it for a while."""
    entries, entry_id = world.hass.config_entries, world.home.entry.entry_id
    while True:
        await asyncio.sleep(random.expovariate(1 / (3 * HOUR)))
        if not world.is_loaded:
            continue
        world.note_known()
        world.counts["restarts"] += 1
        if random.random() < 0.5:
            await complete(world, entries.async_reload(entry_id))
            continue
        assert await complete(world, entries.async_unload(entry_id))
        check_unloaded(world)
        await asyncio.sleep(random.choice((1, 60, 600, 3000, 7500)))
        # The person can have linked the account again meanwhile.
        if world.home.entry.state is ConfigEntryState.NOT_LOADED:
            await complete(world, entries.async_setup(entry_id))


async def complete(world: World, change: Coroutine[Any, Any, bool]) -> bool:
    """Load or unload the account; the end of the storm does not interrupt this."""
    return await asyncio.shield(world.hass.async_create_task(change))


async def sign_ins(world: World, random: Random) -> None:
    """Link the account again after Home Assistant has asked for it."""
    while True:
        await asyncio.sleep(random.uniform(300, HOUR))
        if world.is_signed_out:
            await link_again(world)


async def link_again(world: World) -> None:
    """Store new tokens and reload the account, as the end of the flow does."""
    world.counts["new links"] += 1
    hass, simulator, entry = world.hass, world.simulator, world.home.entry
    for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN):
        hass.config_entries.flow.async_abort(flow["flow_id"])
    pair = simulator.tokens.issue_pair(simulator.account, simulator.client)
    now = simulator.clock()
    token = token_to_dict(
        TokenPair(pair.access_token, pair.refresh_token, now + pair.expires_in, now)
    )
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_TOKEN: token}
    )
    await complete(world, hass.config_entries.async_reload(entry.entry_id))


async def looks(world: World, random: Random) -> None:
    """Look at the picture of a camera, or update all entities at once."""
    while True:
        await asyncio.sleep(random.expovariate(1 / HOUR))
        if random.random() < 0.1:
            await _update_all(world)
        cameras = [s.entity_id for s in world.hass.states.async_all("camera")]
        if cameras:
            with suppress(HomeAssistantError):
                await async_get_image(world.hass, random.choice(cameras))


async def _update_all(world: World) -> None:
    """Request the device of each entity, which are more requests than Ring allows."""
    registry = er.async_get(world.hass)
    entries = er.async_entries_for_config_entry(registry, world.home.entry.entry_id)
    await world.hass.services.async_call(
        "homeassistant",
        SERVICE_UPDATE_ENTITY,
        {ATTR_ENTITY_ID: [entry.entity_id for entry in entries]},
        blocking=True,
    )
