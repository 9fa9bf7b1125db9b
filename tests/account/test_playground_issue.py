"""The repair issue for a Playground token that is about to end."""

from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from ring_simulator import Fault

from ..polling_driver import PollingDriver
from ..repairs_driver import Repairs

USERS = "/v1/users/me"


def ends_in(polling: PollingDriver, seconds: float | None) -> None:
    """Let the token end some seconds from now, as far as Home Assistant knows."""
    token: dict[str, Any] = {**polling.entry.data["token"]}
    if seconds is not None:
        token["expires_at"] = round(dt_util.utcnow().timestamp() + seconds)
    polling.hass.config_entries.async_update_entry(
        polling.entry, data={**polling.entry.data, "token": token}
    )


async def reload(polling: PollingDriver) -> None:
    """Reload the account."""
    await polling.hass.config_entries.async_reload(polling.entry.entry_id)
    await polling.hass.async_block_till_done(wait_background_tasks=True)


async def show(polling: PollingDriver) -> None:
    """Let the token end in four minutes."""
    ends_in(polling, 240)
    await reload(polling)
    assert "playground_ending" in polling.issues


async def test_token_ends(polling: PollingDriver) -> None:
    ends_in(polling, 1800)
    await reload(polling)
    await polling.pass_time(1499)
    assert "playground_ending" not in polling.issues
    await polling.pass_time(2)
    placeholders = polling.issues["playground_ending"].translation_placeholders
    assert placeholders is not None
    assert placeholders["account"] == "Alex Morgan"
    await polling.pass_time(300)
    # Home Assistant asks for a new token now.
    assert "playground_ending" not in polling.issues


@pytest.mark.parametrize("seconds", [None, -1])
async def test_end_that_is_unknown_or_over(
    polling: PollingDriver, seconds: float | None
) -> None:
    ends_in(polling, seconds)
    await reload(polling)
    await polling.pass_time(3600)
    assert "playground_ending" not in polling.issues


async def test_unloaded_account(polling: PollingDriver) -> None:
    await show(polling)
    await polling.hass.config_entries.async_unload(polling.entry.entry_id)
    assert "playground_ending" not in polling.issues


async def test_new_token(polling: PollingDriver, repairs: Repairs) -> None:
    await show(polling)
    form = await repairs.start("playground_ending")
    assert form["description_placeholders"]["playground_url"].startswith("https://")
    simulator = polling.simulator
    old = polling.entry.data["token"]["access_token"]

    form = await repairs.submit(form, access_token="not a token")
    assert form["errors"] == {"access_token": "malformed_token"}
    form = await repairs.submit(form, access_token="unknown")
    assert form["errors"] == {"base": "invalid_auth"}
    jane = simulator.add_account("Jane", "Roe", "jane@example.com")
    form = await repairs.submit(
        form, access_token=simulator.tokens.issue_playground(jane)
    )
    assert form["errors"] == {"base": "another_account"}
    assert polling.entry.data["token"]["access_token"] == old

    token = simulator.tokens.issue_playground(simulator.account)
    result = await repairs.submit(form, access_token=f" {token} ")
    assert result["type"] == "create_entry"
    assert polling.entry.data["token"]["access_token"] == token
    assert "playground_ending" not in polling.issues
    await polling.pass_time(1501)
    assert "playground_ending" in polling.issues


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=403, path=USERS), "invalid_auth"),
        (Fault(status=406, path=USERS), "network_refused"),
        (Fault(status=429, path=USERS), "rate_limited"),
        (Fault(status=500, path=USERS), "service_unavailable"),
        (Fault(status=400, path=USERS), "unexpected_answer"),
        (Fault(body="reset", path=USERS), "cannot_connect"),
        (Fault(body="html", path=USERS), "invalid_response"),
    ],
)
async def test_ring_fails(
    polling: PollingDriver,
    repairs: Repairs,
    fault: Fault,
    error: str,
) -> None:
    await show(polling)
    form = await repairs.start("playground_ending")
    token = polling.simulator.tokens.issue_playground(polling.simulator.account)
    polling.simulator.faults.add(fault)
    form = await repairs.submit(form, access_token=token)
    assert form["errors"] == {"base": error}
