"""System health, as Home Assistant's page of system information requests it."""

import re
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator

from .helpers import POLL
from .linked_home import LinkedHome


async def info_of(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> dict[str, Any]:
    """Return the information of the integration, once it is complete."""
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "system_health/info"})
    assert (await client.receive_json())["success"]
    info: dict[str, Any] = {}
    while (event := (await client.receive_json())["event"])["type"] != "finish":
        if event["type"] == "initial":
            info = event["data"][DOMAIN]["info"]
            manage_url = event["data"][DOMAIN]["manage_url"]
            assert manage_url == "/config/integrations/integration/ring_partner"
        elif event["domain"] == DOMAIN:
            info[event["key"]] = event["data"]
    return info


@pytest.fixture
async def system_health(
    hass: HomeAssistant, auto_enable_custom_integrations: None
) -> None:
    assert await async_setup_component(hass, "system_health", {})


async def test_account(
    system_health: None,
    hass: HomeAssistant,
    home: LinkedHome,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await home.press()
    home.freezer.tick(40)

    info = await info_of(hass, hass_ws_client)

    assert re.fullmatch(r"\d+ / 100", info.pop("requests"))
    assert info == {
        "api_reachable": "ok",
        "sign_in_reachable": "ok",
        "accounts": 1,
        "devices": 11,
        "requests_waiting": 0,
        "requests_paused": 0,
        "circuit_breaker": "closed",
        "last_webhook": 40,
    }


async def test_several_apps(
    system_health: None,
    hass: HomeAssistant,
    linked: MockConfigEntry,
    loaded_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """One account is linked with an app, and one with a token of the Playground."""
    assert linked.state is ConfigEntryState.LOADED

    info = await info_of(hass, hass_ws_client)

    assert (info["accounts"], info["devices"]) == (2, 22)
    assert info["circuit_breaker"] == "closed, closed"
    assert info["requests"].count(" / 100") == 2
    assert "last_webhook" not in info


async def test_outage(
    system_health: None,
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    hass_ws_client: WebSocketGenerator,
) -> None:
    simulator.faults.add(Fault(status=500))
    await pass_time(POLL)
    await pass_time(POLL)

    assert (await info_of(hass, hass_ws_client))["circuit_breaker"] == "open"


async def test_pause(
    system_health: None,
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    hass_ws_client: WebSocketGenerator,
) -> None:
    simulator.faults.add(Fault(status=429, retry_after=90))
    await pass_time(POLL)

    assert (await info_of(hass, hass_ws_client))["requests_paused"] == 90


async def test_without_accounts_and_network(
    system_health: None,
    hass: HomeAssistant,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    hass_ws_client: WebSocketGenerator,
    other_origins: set[URL],
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    other_origins.add(URL("http://127.0.0.1:1"))
    monkeypatch.setenv("RING_PARTNER_API_URL", "http://127.0.0.1:1/")

    unreachable = {"type": "failed", "error": "unreachable"}
    assert await info_of(hass, hass_ws_client) == {
        "api_reachable": unreachable,
        "sign_in_reachable": "ok",
        "accounts": 0,
        "devices": 0,
    }
