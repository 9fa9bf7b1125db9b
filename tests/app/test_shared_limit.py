"""Accounts of one client ID share Ring's rate limit."""

import asyncio
from random import Random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.api import (
    Priority,
    Resilience,
    RetryPolicy,
    SlidingWindowLimiter,
)
from custom_components.ring_partner.app.ring_app import (
    PLAYGROUND_CLIENT,
    RING_APPS,
    RingApp,
)
from custom_components.ring_partner.const import CONF_LINK, DOMAIN, LinkMethod
from ring_simulator import Simulator

REQUESTS_PER_ACCOUNT = 150


class CountingLimiter(SlidingWindowLimiter):
    """Counts the requests that it allows."""

    allowed = 0

    async def acquire(
        self,
        priority: Priority = Priority.BACKGROUND,
        *,
        max_pause: float = float("inf"),
    ) -> None:
        await super().acquire(priority, max_pause=max_pause)
        self.allowed += 1


@pytest.fixture
def resilience(simulator: Simulator, freezer: FrozenDateTimeFactory) -> Resilience:
    """Return a resilience whose clock stops while a request is sent."""

    async def sleep(seconds: float) -> None:
        while len(simulator.requests) < limiter.allowed:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0)
        freezer.tick(seconds)

    limiter = CountingLimiter(sleep=sleep)
    return Resilience(
        limiter=limiter, sleep=sleep, retry_policy=RetryPolicy(random=Random(7).random)
    )


@pytest.fixture
async def two_entries(
    hass: HomeAssistant,
    simulator: Simulator,
    auto_enable_custom_integrations: None,
    resilience: Resilience,
) -> list[MockConfigEntry]:
    """Set up two accounts of one client ID."""
    hass.data[RING_APPS] = {
        PLAYGROUND_CLIENT: RingApp(hass, PLAYGROUND_CLIENT, resilience)
    }
    entries = []
    other = simulator.add_account("Jane", "Roe", "jane@example.com")
    simulator.add_device("contact_sensor", "Shed", account=other)
    for account in (simulator.account, other):
        token = simulator.tokens.issue_playground(account)
        entry = MockConfigEntry(
            domain=DOMAIN,
            title=account.first_name,
            unique_id=account.id,
            data={
                CONF_LINK: LinkMethod.PLAYGROUND.value,
                CONF_TOKEN: {CONF_ACCESS_TOKEN: token},
            },
        )
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        entries.append(entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entries


@pytest.mark.parametrize(
    ("priority", "seconds"), [(Priority.USER, 2.5), (Priority.BACKGROUND, 5.0)]
)
async def test_accounts_share_a_hundred_requests_per_second(
    hass: HomeAssistant,
    simulator: Simulator,
    two_entries: list[MockConfigEntry],
    freezer: FrozenDateTimeFactory,
    priority: Priority,
    seconds: float,
) -> None:
    """Background requests take longer: they slow down near the limit."""
    freezer.tick(2)
    before, began = len(simulator.requests), simulator.clock()
    async with asyncio.TaskGroup() as group:
        for entry in two_entries:
            coordinator = entry.runtime_data.coordinator
            for _ in range(REQUESTS_PER_ACCOUNT):
                group.create_task(coordinator.client.devices(priority=priority))

    sent = list(simulator.requests)[before:]
    took = simulator.clock() - began
    print(
        f"{len(sent)} {priority.name} requests of two accounts in {took:.3f} s, "
        f"at most {simulator.rate_limit.max_in_window} in any second"
    )
    assert len(sent) == 2 * REQUESTS_PER_ACCOUNT
    assert {record.status for record in sent} == {200}
    assert simulator.rate_limit.max_in_window == 100
    assert seconds <= took <= seconds + 0.1
