"""What Ring tells while a poll is under way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.ring_partner.api import DeviceList

from .helpers import state_of
from .house import House

ONLINE = "binary_sensor.front_door_connectivity"


@asynccontextmanager
async def poll(house: House, *, answered: bool) -> AsyncIterator[None]:
    """Let a poll be under way, answered by Ring before or after what happens then."""
    coordinator = house.entry.runtime_data.coordinator
    devices, asked, go = coordinator.client.devices, asyncio.Event(), asyncio.Event()

    async def slow() -> DeviceList:
        early = await devices() if answered else None
        asked.set()
        await go.wait()
        return early or await devices()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coordinator.client, "devices", slow)
        refreshing = asyncio.ensure_future(coordinator.async_refresh())
        await asked.wait()
        house.freezer.tick(1)
        yield
        house.freezer.tick(1)
    go.set()
    await refreshing
    await house.settle()


@pytest.fixture(autouse=True)
async def rarely_polled(house: House) -> None:
    """Let Ring be asked every 15 minutes only."""
    await house.press()
    await house.pass_time(60)


@pytest.mark.parametrize("answered", [True, False])
async def test_offline(house: House, *, answered: bool) -> None:
    """Neither is it lost, nor does it stay when the poll knows better."""
    async with poll(house, answered=answered):
        house.door.online = not answered
        await house.deliver(house.envelope("device_offline"))
        assert state_of(house.hass, ONLINE) == "off"
    await house.pass_time(30)  # Ring is asked once more
    assert state_of(house.hass, ONLINE) == ("off" if answered else "on")


async def test_what_is_known_already_but_not_to_the_answer(house: House) -> None:
    house.door.online = False
    async with poll(house, answered=True):
        house.door.online = True
        await house.deliver(house.envelope("device_online"))
    assert state_of(house.hass, ONLINE) == "on"


async def test_removed_although_the_poll_still_finds_it(house: House) -> None:
    """As when it was shared anew meanwhile: its entities come back as well."""
    async with poll(house, answered=False):
        await house.deliver(house.envelope("device_removed"))
        assert state_of(house.hass, ONLINE) == "unavailable"
    await house.pass_time(30)
    assert state_of(house.hass, ONLINE) == "on"
