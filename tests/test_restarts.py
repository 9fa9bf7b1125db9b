"""What happens to an event that comes while Home Assistant or an account starts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.app import RingApp
from custom_components.ring_partner.coordinator import RingDevicesCoordinator
from ring_simulator import Fault, Simulator

from .house import RING, House, PassTime
from .link_bench import linked_account


@pytest.fixture
async def starting(
    hass: HomeAssistant,
    simulator: Simulator,
    own_app: RingApp,
    linked: MockConfigEntry,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> House:
    """Return an account that is not set up yet."""
    simulator.behaviour.access_token_lifetime = 365 * 86_400
    assert await async_setup_component(hass, "webhook", {})
    return House(hass, simulator, linked, own_app, pass_time, freezer)


async def test_before_automations_can_hear_it(starting: House) -> None:
    """Home Assistant arms them at the end of its start; the press waits for that."""
    house = starting
    house.hass.set_state(CoreState.starting)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    for number in range(2):
        body = house.envelope("button_press", request_id=str(number), ago=70 * number)
        assert await house.deliver(body) == 200
    await house.settle()
    assert house.event_ids(RING) == house.late == []

    house.hass.set_state(CoreState.running)
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house.settle()
    assert len(house.event_ids(RING)) == 1
    assert len(house.late) == 1
    assert await house.deliver(house.envelope("button_press", request_id="3")) == 200
    assert len(house.event_ids(RING)) == 2


@asynccontextmanager
async def slowly(setting_up: Awaitable[bool]) -> AsyncIterator[None]:
    """Let Ring's API keep an account waiting that is being set up."""
    asked, answered = asyncio.Event(), asyncio.Event()
    start = RingDevicesCoordinator.async_start

    async def slow(coordinator: RingDevicesCoordinator) -> None:
        asked.set()
        await answered.wait()
        await start(coordinator)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RingDevicesCoordinator, "async_start", slow)
        done = asyncio.ensure_future(setting_up)
        await asked.wait()
        yield
        answered.set()
        assert await done


async def test_while_ring_s_api_is_slow(starting: House) -> None:
    house, body = starting, starting.envelope("button_press")
    async with slowly(house.hass.config_entries.async_setup(house.entry.entry_id)):
        assert await house.deliver(body) == 503
    await house.settle()
    assert await house.deliver(body) == 200
    assert len(house.event_ids(RING)) == 1


async def test_while_the_start_is_tried_again(starting: House) -> None:
    house = starting
    house.simulator.faults.add(Fault(status=500))
    assert not await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.serve()
    (delivery,) = house.simulator.press(house.door)
    await house.simulator.webhooks.idle()
    await house.server.close()
    assert delivery.last_status == 503


async def test_while_one_account_of_two_is_reloaded(house: House) -> None:
    """The other one has the same key, so the signature is right."""
    other = house.simulator.add_account("Sam", "Reed", "sam@example.com")
    entry = linked_account(house.hass, house.simulator, other)
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()

    bodies = [house.envelope("button_press", request_id=str(n)) for n in range(100)]
    async with slowly(house.hass.config_entries.async_reload(house.entry.entry_id)):
        assert {await house.deliver(body) for body in bodies} == {503}
    await house.settle()
    for body in bodies:
        assert await house.deliver(body) == 200
    told = {*house.event_ids(RING), *(late.data["event_id"] for late in house.late)}
    assert told == {body["data"]["id"] for body in bodies}
