"""Fixtures of an account that is linked to the simulator's app."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.api import Resilience
from custom_components.ring_partner.app import RING_APPS, RingApp
from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Simulator

from .house import House, PassTime


@pytest.fixture
async def ring_app(
    hass: HomeAssistant,
    auto_enable_custom_integrations: None,
    simulator: Simulator,
    resilience: Resilience,
) -> RingApp:
    """Return the app of the simulator's client id, its credentials imported."""
    client = simulator.client
    app = RingApp(hass, client.client_id, resilience)
    hass.data[RING_APPS] = {client.client_id: app}
    assert await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(
        hass, DOMAIN, ClientCredential(client.client_id, client.client_secret), "ring"
    )
    return app


@pytest.fixture
def event_entry(
    hass: HomeAssistant, simulator: Simulator, ring_app: RingApp
) -> MockConfigEntry:
    """Return a linked account that is not set up yet."""
    client, now = simulator.client, simulator.clock()
    pair = simulator.tokens.issue(simulator.account, client)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Alex Morgan",
        unique_id=simulator.account.id,
        data={
            "link": "link",
            "auth_implementation": "ring",
            "client_id": client.client_id,
            "hmac_key": client.hmac_key,
            "token": {
                "access_token": pair.access_token,
                "refresh_token": pair.refresh_token,
                "issued_at": now,
                "expires_at": now + pair.expires_in,
            },
        },
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def house(
    hass: HomeAssistant,
    simulator: Simulator,
    ring_app: RingApp,
    event_entry: MockConfigEntry,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> AsyncIterator[House]:
    """Yield a linked account that is set up and gets webhooks over a real socket."""
    simulator.behaviour.access_token_lifetime = 365 * 86_400
    simulator.linking.link(simulator.client, simulator.account)
    house = House(hass, simulator, event_entry, ring_app, pass_time, freezer)
    assert await hass.config_entries.async_setup(event_entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await house.serve()
    # Nothing happens in the very moment of the set-up.
    freezer.tick(5)
    yield house
    await house.server.close()
