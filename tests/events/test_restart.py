"""Events that arrive while Home Assistant or an account starts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.app.ring_app import RingApp
from custom_components.ring_partner.coordinator import RingDevicesCoordinator
from ring_simulator import Fault, Simulator

from ..helpers import PassTime
from ..link_flow_driver import linked_account
from ..linked_home import RING, LinkedHome


@pytest.fixture
async def starting(
    hass: HomeAssistant,
    simulator: Simulator,
    ring_app: RingApp,
    linked: MockConfigEntry,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> LinkedHome:
    """Return an account that is not set up yet."""
    simulator.settings.access_token_lifetime = 365 * 86_400
    assert await async_setup_component(hass, "webhook", {})
    return LinkedHome(hass, simulator, linked, ring_app, pass_time, freezer)


async def test_events_wait_until_home_assistant_has_started(
    starting: LinkedHome,
) -> None:
    """Home Assistant sets up the triggers of automations at the end of its start."""
    home = starting
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.pass_time(120)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.hass.set_state(CoreState.starting)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()
    for number in range(2):
        body = home.envelope("button_press", request_id=str(number), ago=70 * number)
        assert await home.deliver(body) == 200
    await home.settle()
    assert home.event_ids(RING) == home.late == []

    home.hass.set_state(CoreState.running)
    home.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await home.settle()
    assert len(home.event_ids(RING)) == 1
    assert len(home.late) == 1
    assert await home.deliver(home.envelope("button_press", request_id="3")) == 200
    assert len(home.event_ids(RING)) == 2


@asynccontextmanager
async def slowly(setting_up: Awaitable[bool]) -> AsyncIterator[None]:
    """Delay the setup of an account until the end of the block."""
    requested, answered = asyncio.Event(), asyncio.Event()
    start = RingDevicesCoordinator.async_start

    async def slow(coordinator: RingDevicesCoordinator) -> None:
        requested.set()
        await answered.wait()
        await start(coordinator)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RingDevicesCoordinator, "async_start", slow)
        done = asyncio.ensure_future(setting_up)
        await requested.wait()
        yield
        answered.set()
        assert await done


async def test_webhook_during_a_slow_setup_returns_503(starting: LinkedHome) -> None:
    home, body = starting, starting.envelope("button_press")
    async with slowly(home.hass.config_entries.async_setup(home.entry.entry_id)):
        assert await home.deliver(body) == 503
    await home.settle()
    assert await home.deliver(body) == 200
    assert len(home.event_ids(RING)) == 1


async def test_webhook_before_a_setup_retry_returns_503(starting: LinkedHome) -> None:
    home = starting
    home.simulator.faults.add(Fault(status=500))
    assert not await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.serve()
    (delivery,) = home.simulator.press(home.door)
    await home.simulator.webhooks.wait_until_idle()
    await home.server.close()
    assert delivery.last_status == 503


async def test_webhook_during_a_reload_returns_503(home: LinkedHome) -> None:
    """The other account has the same key, so the signature is valid."""
    other = home.simulator.add_account("Sam", "Reed", "sam@example.com")
    entry = linked_account(home.hass, home.simulator, other)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.settle()

    bodies = [home.envelope("button_press", request_id=str(n)) for n in range(100)]
    async with slowly(home.hass.config_entries.async_reload(home.entry.entry_id)):
        assert {await home.deliver(body) for body in bodies} == {503}
    await home.settle()
    for body in bodies:
        assert await home.deliver(body) == 200
    shown = {*home.event_ids(RING), *(late.data["event_id"] for late in home.late)}
    assert shown == {body["data"]["id"] for body in bodies}
