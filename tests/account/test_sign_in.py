"""A sign-in that lasts."""

import asyncio
from collections import Counter
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    async_get_config_entry_implementation,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ring_partner.account.sign_in import RENEW_AFTER
from custom_components.ring_partner.api import AuthenticationError
from custom_components.ring_partner.api.session import Request
from custom_components.ring_partner.app.ring_app import RingApp
from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator
from ring_simulator.tokens import Token, TokenKind, TokenState

from ..link_flow_driver import LinkFlowDriver, linked_account

HOUR = 3600.0
DAY = 24 * HOUR
TOKEN = "/oauth/token"


def refresh_tokens(simulator: Simulator) -> list[Token]:
    """Return every refresh token that Ring has issued."""
    return [
        token for token in simulator.tokens.all() if token.kind is TokenKind.REFRESH
    ]


def only_a_doorbell(simulator: Simulator) -> None:
    """Leave one device, so that a long time passes quickly."""
    for device in list(simulator.devices.values())[1:]:
        simulator.remove_device(device.id)


class Grants:
    """Notes which refresh tokens are sent to Ring."""

    def __init__(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: Counter[str] = Counter()
        exchange = simulator.tokens.exchange

        def note(kind: TokenKind, value: str, *further: Any) -> Any:
            self.sent[value] += 1
            return exchange(kind, value, *further)

        monkeypatch.setattr(simulator.tokens, "exchange", note)


@pytest.fixture
def grants(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Grants:
    """Return which refresh tokens were sent."""
    return Grants(simulator, monkeypatch)


async def test_a_token_is_renewed_before_it_ends(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.pass_time(14_400 - 301)
    assert link_flow.token_requests() == []
    await link_flow.pass_time(61)
    assert link_flow.token_requests() == [200]
    assert 401 not in {record.status for record in link_flow.simulator.requests}
    on_disk = hass_storage[f"{DOMAIN}.{linked.entry_id}.token"]["data"]
    assert on_disk == linked.data["token"]


async def test_a_token_that_ring_refuses_is_renewed_once(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    link_flow.simulator.tokens.expire(linked.data["token"]["access_token"])
    await link_flow.pass_time(61)
    assert link_flow.token_requests() == [200]
    assert linked.state is ConfigEntryState.LOADED


async def test_a_token_that_lives_long_is_renewed_every_day(
    link_flow: LinkFlowDriver, simulator: Simulator, hass: HomeAssistant
) -> None:
    only_a_doorbell(simulator)
    simulator.settings.access_token_lifetime = 90 * 86_400
    entry = linked_account(hass, simulator, simulator.account)
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(2 * 24):
        await link_flow.pass_time(HOUR)
    assert link_flow.token_requests() == [200] * 2
    assert RENEW_AFTER < DAY


async def test_nothing_is_renewed_after_an_unload(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.hass.config_entries.async_unload(linked.entry_id)
    await link_flow.pass_time(2 * DAY)
    assert link_flow.token_requests() == []


async def test_a_hundred_requests_with_a_token_that_ended_renew_it_once(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, grants: Grants
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.settle()
    session = linked.runtime_data.coordinator.client._session
    before = len(link_flow.simulator.requests)
    # Ring ended it, and we do not know yet.
    link_flow.simulator.tokens.expire(linked.data["token"]["access_token"])
    await asyncio.gather(
        *(session.request(Request("GET", "/v1/users/me")) for _ in range(100))
    )
    statuses = Counter(
        (record.path, record.status)
        for record in list(link_flow.simulator.requests)[before:]
    )
    assert statuses[TOKEN, 200] == 1
    assert statuses["/v1/users/me", 200] == 100
    assert list(grants.sent.values()) == [1]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=400, path=TOKEN, body="html"),
        Fault(status=400, path=TOKEN, body="empty"),
        Fault(status=403, path=TOKEN, body="html"),
        Fault(status=403, path=TOKEN, body="empty"),
        Fault(status=406, path=TOKEN),
        Fault(status=429, path=TOKEN),
        Fault(status=500, path=TOKEN),
        Fault(status=503, path=TOKEN, body="html"),
        Fault(status=503, path=TOKEN, body="reset"),
    ],
)
async def test_trouble_that_passes_asks_nobody_to_sign_in(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, fault: Fault, grants: Grants
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    before = linked.data["token"]
    fault_id = link_flow.simulator.faults.add(fault)
    for _ in range(8):
        await link_flow.pass_time(HOUR)
    assert link_flow.token_requests()
    assert not link_flow.flows("reauth")
    assert linked.data["token"] == before

    # A restart in the middle of it changes nothing.
    await link_flow.hass.config_entries.async_reload(linked.entry_id)
    await link_flow.settle()
    assert not link_flow.flows("reauth")
    assert linked.data["token"] == before

    link_flow.simulator.faults.remove(fault_id)
    await link_flow.pass_time(DAY)
    await link_flow.pass_time(HOUR)
    assert linked.state is ConfigEntryState.LOADED
    assert linked.runtime_data.coordinator.is_fresh
    assert linked.data["token"] != before
    assert set(grants.sent.values()) == {1}


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_refused_sign_in_asks_the_person_and_ring_no_more(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, status: int
) -> None:
    link_flow.simulator.settings.refusal_status = status
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    for token in refresh_tokens(link_flow.simulator):
        token.revoked = True
    await link_flow.pass_time(14_400)
    assert len(link_flow.flows("reauth")) == 1
    assert link_flow.token_requests() == [status]
    assert link_flow.entities() == {"unavailable"}


async def test_credentials_that_are_wrong_ask_the_person(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    link_flow.client.client_secret = "another"
    await link_flow.pass_time(14_400)
    assert len(link_flow.flows("reauth")) == 1


async def test_power_is_cut_after_a_renewal(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, grants: Grants
) -> None:
    """Home Assistant's own file is a second late; ours is not."""
    hass = link_flow.hass
    await hass.config_entries.async_setup(linked.entry_id)
    before = linked.data["token"]
    await link_flow.pass_time(14_400)
    after = linked.data["token"]
    await hass.config_entries.async_unload(linked.entry_id)
    hass.config_entries.async_update_entry(
        linked, data={**linked.data, "token": before}
    )
    await hass.config_entries.async_setup(linked.entry_id)
    assert linked.state is ConfigEntryState.LOADED
    assert linked.data["token"] == after
    await link_flow.pass_time(14_400)
    assert link_flow.token_requests() == [200, 200]
    assert set(grants.sent.values()) == {1}


async def test_sixty_days(
    link_flow: LinkFlowDriver,
    linked: MockConfigEntry,
    simulator: Simulator,
    grants: Grants,
) -> None:
    hass = link_flow.hass
    only_a_doorbell(simulator)
    assert await hass.config_entries.async_setup(linked.entry_id)
    began = simulator.clock()
    trouble = {
        3: Fault(status=500, path=TOKEN),
        9: Fault(status=403, body="html", path=TOKEN),
        10: Fault(status=403, body="html", path=TOKEN),
        14: Fault(status=503, body="html", path=TOKEN),
        50: Fault(status=500, body="html", path=TOKEN),
        51: Fault(status=403, body="html", path=TOKEN),
    }
    while (day := int((simulator.clock() - began) // DAY)) < 60:
        simulator.faults.clear()
        if day in trouble:
            simulator.faults.add(trouble[day])
        if day == 20:
            # Somebody is away and has switched everything off.
            assert await hass.config_entries.async_unload(linked.entry_id)
            await link_flow.pass_time(25 * DAY)
            assert await hass.config_entries.async_setup(linked.entry_id)
        if day % 4 == 0:
            await hass.config_entries.async_reload(linked.entry_id)
        for _ in range(6):
            await link_flow.pass_time(4 * HOUR)

    await link_flow.pass_time(HOUR)
    assert linked.state is ConfigEntryState.LOADED
    assert linked.runtime_data.coordinator.is_fresh
    assert not link_flow.flows("reauth")
    issued = refresh_tokens(simulator)
    refreshes = len(issued) - 1
    print(f"{refreshes} refreshes in 60 days, 35 of them switched on")
    # One every four hours, but for the days of trouble.
    assert 27 * 6 <= refreshes <= 36 * 6
    assert sum(grants.sent.values()) == refreshes
    assert set(grants.sent.values()) == {1}
    assert [token.state(simulator.clock()) for token in issued] == [
        *[TokenState.USED] * refreshes,
        TokenState.VALID,
    ]


async def test_home_assistants_own_way_of_renewal(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    """Nothing of ours goes this way, but the implementation has to offer it."""
    implementation = await async_get_config_entry_implementation(link_flow.hass, linked)
    token = await implementation.async_refresh_token(dict(linked.data["token"]))
    assert token.keys() == linked.data["token"].keys()
    assert token["refresh_token"] != linked.data["token"]["refresh_token"]


async def test_the_credentials_are_asked_for_with_the_way_to_ring(
    link_flow: LinkFlowDriver, hass_ws_client: WebSocketGenerator
) -> None:
    socket = await hass_ws_client()
    await socket.send_json_auto_id({"type": "application_credentials/config"})
    config = (await socket.receive_json())["result"]["integrations"][DOMAIN]
    assert config["description_placeholders"]["console_url"].startswith("https://")


async def test_without_credentials_nothing_is_sent(hass: HomeAssistant) -> None:
    with pytest.raises(AuthenticationError):
        RingApp(hass, "unknown").async_token_endpoint()
