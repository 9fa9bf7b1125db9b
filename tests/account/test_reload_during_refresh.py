"""An account that is reloaded or removed while Ring is slow to renew its sign-in."""

import asyncio
from collections.abc import AsyncIterator
import logging
from random import Random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ring_simulator import Fault, Simulator

from ..helpers import token_statuses
from ..virtual_time import VirtualTime

SLOW = Fault(path="/oauth/token", delay=15, count=1)
"""Home Assistant waits ten seconds for the tasks of an account that it unloads."""


@pytest.fixture
async def refreshing(
    hass: HomeAssistant,
    linked: MockConfigEntry,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> AsyncIterator[MockConfigEntry]:
    """Yield an account whose token is being renewed."""
    await hass.config_entries.async_setup(linked.entry_id)
    await hass.async_block_till_done()
    simulator.tokens.expire(linked.data["token"]["access_token"])
    simulator.faults.add(SLOW)
    with VirtualTime(hass.loop, freezer, Random(1)).installed():
        poll = linked.runtime_data.coordinator.async_refresh()
        linked.async_create_background_task(hass, poll, "poll")
        await asyncio.sleep(1)
        assert simulator.requests[-1].status == 401
        yield linked
        await hass.async_block_till_done()


async def test_reload(
    hass: HomeAssistant, refreshing: MockConfigEntry, simulator: Simulator
) -> None:
    """Ring accepts a refresh token once: a second one would end the sign-in."""
    before = refreshing.data["token"]
    assert await hass.config_entries.async_reload(refreshing.entry_id)
    await asyncio.sleep(20)
    assert token_statuses(simulator) == [200]
    assert refreshing.data["token"] != before
    assert refreshing.runtime_data.coordinator.is_fresh
    assert not hass.config_entries.flow.async_progress()


async def test_removal(
    hass: HomeAssistant,
    refreshing: MockConfigEntry,
    simulator: Simulator,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hass.config_entries.async_remove(refreshing.entry_id)
    await asyncio.sleep(20)
    assert token_statuses(simulator) == [200]
    assert not [name for name in hass_storage if refreshing.entry_id in name]
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
