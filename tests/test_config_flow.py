"""Adding an account with a Playground token, and signing in again."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.app.ring_app import RingApp
from custom_components.ring_partner.const import DOMAIN
from custom_components.ring_partner.flows.playground_token import playground_data
from ring_simulator import Fault, Simulator


async def start(hass: HomeAssistant) -> Any:
    """Start a flow and choose the Playground."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["link", "sign_in", "playground"]
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "playground"}
    )


async def submit(hass: HomeAssistant, result: Any, token: str) -> Any:
    """Submit the form with a token."""
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"access_token": token}
    )
    await hass.async_block_till_done()
    return result


async def test_add_account(
    hass: HomeAssistant, simulator: Simulator, app: RingApp
) -> None:
    result = await start(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {}
    assert result["description_placeholders"]["playground_url"].startswith("https://")

    token = simulator.tokens.issue_playground(simulator.account)
    result = await submit(hass, result, f"  {token}\n")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Alex Morgan"
    assert result["data"]["token"]["access_token"] == token
    assert result["data"].keys() == playground_data(token).keys()
    # Tokens of the Developer Playground are valid for 30 minutes.
    ends_in = result["data"]["token"]["expires_at"] - dt_util.utcnow().timestamp()
    assert ends_in == pytest.approx(1800, abs=5)
    assert result["result"].unique_id == simulator.account.id
    assert hass.states.get("binary_sensor.garden_connectivity").state == "on"


async def test_account_without_a_name(
    hass: HomeAssistant, simulator: Simulator, app: RingApp
) -> None:
    account = simulator.add_account("", "", "")
    token = simulator.tokens.issue_playground(account)
    result = await submit(hass, await start(hass), token)
    assert result["title"] == "Ring"


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        (Fault(status=400), {"base": "unexpected_answer"}),
        (Fault(status=401), {"base": "invalid_auth"}),
        (Fault(status=403), {"base": "invalid_auth"}),
        (Fault(status=403, body="html"), {"base": "network_refused"}),
        (Fault(status=404), {"base": "unexpected_answer"}),
        (Fault(status=406), {"base": "network_refused"}),
        (Fault(status=429), {"base": "rate_limited"}),
        (Fault(status=500), {"base": "service_unavailable"}),
        (Fault(status=503), {"base": "service_unavailable"}),
        (Fault(body="reset"), {"base": "cannot_connect"}),
        (Fault(body="html"), {"base": "invalid_response"}),
        (Fault(body="wrong_type"), {"base": "invalid_response"}),
    ],
)
async def test_each_error_has_its_message_and_can_be_retried(
    hass: HomeAssistant,
    simulator: Simulator,
    app: RingApp,
    pass_time: Any,
    fault: Fault,
    errors: dict[str, str],
) -> None:
    token = simulator.tokens.issue_playground(simulator.account)
    simulator.faults.add(fault)
    result = await submit(hass, await start(hass), token)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors

    simulator.faults.clear()
    await pass_time(61)
    result = await submit(hass, result, token)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_failing_service_is_not_requested_again(
    hass: HomeAssistant, simulator: Simulator, app: RingApp
) -> None:
    simulator.faults.add(Fault(status=500))
    result = await submit(hass, await start(hass), "token")
    await submit(hass, result, "token")
    sent = len(simulator.requests)
    result = await submit(hass, result, "token")
    assert result["errors"] == {"base": "service_unavailable"}
    assert len(simulator.requests) == sent


@pytest.mark.parametrize("token", ["two words", "zwölf", "a\nb", "", "\x07"])
async def test_malformed_token_is_not_sent(
    hass: HomeAssistant, simulator: Simulator, app: RingApp, token: str
) -> None:
    result = await submit(hass, await start(hass), token)
    assert result["errors"] == {"access_token": "malformed_token"}
    assert not simulator.requests


async def test_account_can_be_added_once(
    hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
) -> None:
    token = simulator.tokens.issue_playground(simulator.account)
    result = await submit(hass, await start(hass), token)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_another_account_is_another_entry(
    hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
) -> None:
    other = simulator.add_account("Jane", "Roe", "jane@example.com")
    token = simulator.tokens.issue_playground(other)
    result = await submit(hass, await start(hass), token)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(hass.config_entries.async_entries(DOMAIN)) == 2


async def test_sign_in_again(
    hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
) -> None:
    result = await loaded_entry.start_reauth_flow(hass)
    assert result["step_id"] == "reauth_playground"
    assert result["description_placeholders"]["account"] == "Alex Morgan"

    result = await submit(hass, result, "wrong")
    assert result["errors"] == {"base": "invalid_auth"}

    token = simulator.tokens.issue_playground(simulator.account)
    result = await submit(hass, result, token)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert loaded_entry.data["token"]["access_token"] == token


@pytest.mark.parametrize(("first", "shown"), [("Jane", "Jane Roe"), ("", "?")])
async def test_sign_in_with_another_account_shows_both_names(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    first: str,
    shown: str,
) -> None:
    other = simulator.add_account(first, "Roe" if first else "", "")
    before = dict(loaded_entry.data)
    result = await loaded_entry.start_reauth_flow(hass)
    result = await submit(hass, result, simulator.tokens.issue_playground(other))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert result["description_placeholders"] == {
        "expected": "Alex Morgan",
        "actual": shown,
    }
    assert loaded_entry.data == before
