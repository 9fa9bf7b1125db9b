"""Renewing the tokens of an account."""

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


def keep_one_device(simulator: Simulator) -> None:
    """Remove all devices but one, so that a long test is fast."""
    for device in list(simulator.devices.values())[1:]:
        simulator.remove_device(device.id)


class TokenCounter:
    """Counts how often each refresh token is sent to Ring."""

    def __init__(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: Counter[str] = Counter()
        exchange = simulator.tokens.exchange

        def count(kind: TokenKind, value: str, *further: Any) -> Any:
            self.sent[value] += 1
            return exchange(kind, value, *further)

        monkeypatch.setattr(simulator.tokens, "exchange", count)


@pytest.fixture
def token_counter(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> TokenCounter:
    """Return a counter of the refresh tokens that are sent to Ring."""
    return TokenCounter(simulator, monkeypatch)


async def test_token_is_renewed_before_it_expires(
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


async def test_rejected_token_is_renewed_once(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    link_flow.simulator.tokens.expire(linked.data["token"]["access_token"])
    await link_flow.pass_time(61)
    assert link_flow.token_requests() == [200]
    assert linked.state is ConfigEntryState.LOADED


async def test_long_lived_token_is_renewed_every_day(
    link_flow: LinkFlowDriver, simulator: Simulator, hass: HomeAssistant
) -> None:
    keep_one_device(simulator)
    simulator.settings.access_token_lifetime = 90 * 86_400
    entry = linked_account(hass, simulator, simulator.account)
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(2 * 24):
        await link_flow.pass_time(HOUR)
    assert link_flow.token_requests() == [200] * 2
    assert RENEW_AFTER < DAY


async def test_unload_stops_renewals(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.hass.config_entries.async_unload(linked.entry_id)
    await link_flow.pass_time(2 * DAY)
    assert link_flow.token_requests() == []


async def test_hundred_concurrent_requests_renew_the_token_once(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, token_counter: TokenCounter
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.settle()
    session = linked.runtime_data.coordinator.client._session
    before = len(link_flow.simulator.requests)
    # Ring rejects the token before the integration expects it to expire.
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
    assert list(token_counter.sent.values()) == [1]


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
async def test_temporary_error_does_not_ask_to_sign_in(
    link_flow: LinkFlowDriver,
    linked: MockConfigEntry,
    fault: Fault,
    token_counter: TokenCounter,
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    before = linked.data["token"]
    fault_id = link_flow.simulator.faults.add(fault)
    for _ in range(8):
        await link_flow.pass_time(HOUR)
    assert link_flow.token_requests()
    assert not link_flow.flows("reauth")
    assert linked.data["token"] == before

    # Nor does a reload during the error.
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
    assert set(token_counter.sent.values()) == {1}


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_rejected_refresh_token_asks_to_sign_in(
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


async def test_wrong_credentials_ask_to_sign_in(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    link_flow.client.client_secret = "another"
    await link_flow.pass_time(14_400)
    assert len(link_flow.flows("reauth")) == 1


async def test_renewed_token_survives_a_power_cut(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, token_counter: TokenCounter
) -> None:
    """Home Assistant saves the entry with a delay; the token store saves at once."""
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
    assert set(token_counter.sent.values()) == {1}


async def test_tokens_are_renewed_for_sixty_days(
    link_flow: LinkFlowDriver,
    linked: MockConfigEntry,
    simulator: Simulator,
    token_counter: TokenCounter,
) -> None:
    hass = link_flow.hass
    keep_one_device(simulator)
    assert await hass.config_entries.async_setup(linked.entry_id)
    began = simulator.clock()
    faults = {
        3: Fault(status=500, path=TOKEN),
        9: Fault(status=403, body="html", path=TOKEN),
        10: Fault(status=403, body="html", path=TOKEN),
        14: Fault(status=503, body="html", path=TOKEN),
        50: Fault(status=500, body="html", path=TOKEN),
        51: Fault(status=403, body="html", path=TOKEN),
    }
    while (day := int((simulator.clock() - began) // DAY)) < 60:
        simulator.faults.clear()
        if day in faults:
            simulator.faults.add(faults[day])
        if day == 20:
            # Home Assistant is turned off for 25 days.
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
    # One every four hours, except on days with faults.
    assert 27 * 6 <= refreshes <= 36 * 6
    assert sum(token_counter.sent.values()) == refreshes
    assert set(token_counter.sent.values()) == {1}
    assert [token.state(simulator.clock()) for token in issued] == [
        *[TokenState.USED] * refreshes,
        TokenState.VALID,
    ]


async def test_implementation_refreshes_the_token(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    """The integration does not use this method, but Home Assistant requires it."""
    implementation = await async_get_config_entry_implementation(link_flow.hass, linked)
    token = await implementation.async_refresh_token(dict(linked.data["token"]))
    assert token.keys() == linked.data["token"].keys()
    assert token["refresh_token"] != linked.data["token"]["refresh_token"]


async def test_credentials_dialog_has_the_url_of_the_console(
    link_flow: LinkFlowDriver, hass_ws_client: WebSocketGenerator
) -> None:
    socket = await hass_ws_client()
    await socket.send_json_auto_id({"type": "application_credentials/config"})
    config = (await socket.receive_json())["result"]["integrations"][DOMAIN]
    assert config["description_placeholders"]["console_url"].startswith("https://")


async def test_token_endpoint_requires_credentials(hass: HomeAssistant) -> None:
    with pytest.raises(AuthenticationError):
        RingApp(hass, "unknown").async_token_endpoint()
