"""Events that arrive during a poll."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.ring_partner.api import DeviceList

from ..helpers import state_of
from ..linked_home import LinkedHome

ONLINE = "binary_sensor.front_door_connectivity"


@asynccontextmanager
async def poll(home: LinkedHome, *, answered: bool) -> AsyncIterator[None]:
    """Run a poll that Ring answers before or after the body of the block."""
    coordinator = home.entry.runtime_data.coordinator
    devices, requested, proceed = (
        coordinator.client.devices,
        asyncio.Event(),
        asyncio.Event(),
    )

    async def slow() -> DeviceList:
        early = await devices() if answered else None
        requested.set()
        await proceed.wait()
        return early or await devices()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coordinator.client, "devices", slow)
        refreshing = asyncio.ensure_future(coordinator.async_refresh())
        await requested.wait()
        home.freezer.tick(1)
        yield
        home.freezer.tick(1)
    proceed.set()
    await refreshing
    await home.settle()


@pytest.fixture(autouse=True)
async def rarely_polled(home: LinkedHome) -> None:
    """Make the event delivery reliable, with a poll every 15 minutes."""
    await home.press()
    await home.pass_time(60)


@pytest.mark.parametrize("answered", [True, False])
async def test_offline_event_during_a_poll(home: LinkedHome, *, answered: bool) -> None:
    """The event applies unless Ring answers the poll after it."""
    async with poll(home, answered=answered):
        home.door.online = not answered
        await home.deliver(home.envelope("device_offline"))
        assert state_of(home.hass, ONLINE) == "off"
    await home.pass_time(30)  # Ring is polled again
    assert state_of(home.hass, ONLINE) == ("off" if answered else "on")


async def test_online_event_overrides_an_older_response(home: LinkedHome) -> None:
    home.door.online = False
    async with poll(home, answered=True):
        home.door.online = True
        await home.deliver(home.envelope("device_online"))
    assert state_of(home.hass, ONLINE) == "on"


async def test_removed_device_returns_if_the_poll_finds_it(home: LinkedHome) -> None:
    """The user may have shared it again; its entities return as well."""
    async with poll(home, answered=False):
        await home.deliver(home.envelope("device_removed"))
        assert state_of(home.hass, ONLINE) == "unavailable"
    await home.pass_time(30)
    assert state_of(home.hass, ONLINE) == "on"
