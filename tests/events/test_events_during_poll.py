"""What Ring tells while a poll is under way."""

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
    """Let a poll be under way, answered by Ring before or after what happens then."""
    coordinator = home.entry.runtime_data.coordinator
    devices, requested, go = (
        coordinator.client.devices,
        asyncio.Event(),
        asyncio.Event(),
    )

    async def slow() -> DeviceList:
        early = await devices() if answered else None
        requested.set()
        await go.wait()
        return early or await devices()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coordinator.client, "devices", slow)
        refreshing = asyncio.ensure_future(coordinator.async_refresh())
        await requested.wait()
        home.freezer.tick(1)
        yield
        home.freezer.tick(1)
    go.set()
    await refreshing
    await home.settle()


@pytest.fixture(autouse=True)
async def rarely_polled(home: LinkedHome) -> None:
    """Make the event delivery reliable, with a poll every 15 minutes."""
    await home.press()
    await home.pass_time(60)


@pytest.mark.parametrize("answered", [True, False])
async def test_offline(home: LinkedHome, *, answered: bool) -> None:
    """Neither is it lost, nor does it stay when the poll knows better."""
    async with poll(home, answered=answered):
        home.door.online = not answered
        await home.deliver(home.envelope("device_offline"))
        assert state_of(home.hass, ONLINE) == "off"
    await home.pass_time(30)  # Ring is polled once more
    assert state_of(home.hass, ONLINE) == ("off" if answered else "on")


async def test_what_is_known_already_but_not_to_the_answer(home: LinkedHome) -> None:
    home.door.online = False
    async with poll(home, answered=True):
        home.door.online = True
        await home.deliver(home.envelope("device_online"))
    assert state_of(home.hass, ONLINE) == "on"


async def test_removed_although_the_poll_still_finds_it(home: LinkedHome) -> None:
    """As when it was shared anew meanwhile: its entities come back as well."""
    async with poll(home, answered=False):
        await home.deliver(home.envelope("device_removed"))
        assert state_of(home.hass, ONLINE) == "unavailable"
    await home.pass_time(30)
    assert state_of(home.hass, ONLINE) == "on"
