"""Signing in on Ring's page, in Home Assistant's UI."""

import asyncio
from typing import Any

import aiohttp
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ImplementationUnavailableError
from homeassistant.helpers.config_entry_oauth2_flow import (
    async_add_implementation_provider,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Account, Fault

from .link_bench import IMPLEMENTATION, Bench

CALLBACK = "https://example.com/auth/external/callback"

pytestmark = pytest.mark.usefixtures("current_request_with_host")


@pytest.fixture
async def bench(bench: Bench) -> Bench:
    """Return the bench, with an app that Ring has invited to sign people in."""
    bench.client.allow_listed_for_pkce = True
    bench.client.redirect_uri = CALLBACK
    return bench


async def start(bench: Bench) -> Any:
    """Open the dialog and go on until Ring's page is to be opened."""
    result = await bench.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await bench.configure(result, {"next_step_id": "sign_in"})
    return await on_to_ring(bench, result)


async def on_to_ring(bench: Bench, result: Any) -> Any:
    """Give the key, if asked, and enter the address of events in Ring's console."""
    if result["step_id"] == "hmac_key":
        result = await bench.configure(result, {"hmac_key": bench.client.hmac_key})
    assert result["step_id"] == "event_address"
    bench.client.webhook_url = result["description_placeholders"]["webhook_url"]
    result = await bench.configure(result, {})
    assert result["type"] is FlowResultType.EXTERNAL_STEP
    return result


async def answer_ring(
    bench: Bench, result: Any, account: Account | None = None, answer: str = "allow"
) -> Any:
    """Answer on Ring's page and come back."""
    page = URL(result["url"])
    assert page.query["scope"] == "ava.v1:read"
    assert page.query["code_challenge_method"] == "S256"
    form = {"account": (account or bench.simulator.account).id, "answer": answer}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(page, data=form, allow_redirects=False) as back,
    ):
        assert back.status == 302
        location = back.headers["Location"]
    assert location.startswith(CALLBACK)
    assert (await bench.open(location)).status == 200
    return await bench.configure(result)


async def test_sign_in(bench: Bench) -> None:
    result = await answer_ring(bench, await start(bench))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Alex Morgan"
    data = result["result"].data
    assert {**data, "token": ...} == {
        "link": "sign_in",
        "auth_implementation": IMPLEMENTATION,
        "client_id": bench.client.client_id,
        "hmac_key": bench.client.hmac_key,
        "token": ...,
    }
    assert data["token"].keys() == {
        "access_token",
        "refresh_token",
        "issued_at",
        "expires_at",
    }
    # A sign-in needs no nonce.
    assert bench.told_ring() == [("PATCH", 200)]
    # Ring's event comes while the account is being set up, and once more after that.
    bench.go_on.set()
    await asyncio.sleep(0)
    await bench.settle()
    assert {
        (delivery.event_type, delivery.last_status)
        for delivery in bench.simulator.webhooks.deliveries
    } == {("app_integration_added", 200)}


async def test_without_a_public_address_there_are_just_no_events(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await bench.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await bench.configure(result, {"next_step_id": "sign_in"})
    with monkeypatch.context() as real:
        real.delenv("RING_PARTNER_API_URL")
        result = await bench.configure(result, {"hmac_key": bench.client.hmac_key})
    result = await answer_ring(bench, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_who_does_not_allow_it_is_told_so(bench: Bench) -> None:
    result = await answer_ring(bench, await start(bench), answer="deny")
    assert result["reason"] == "user_rejected_authorize"
    assert bench.token_requests() == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(status=500, path="/oauth/token"), "service_unavailable"),
        (Fault(status=401, path="/oauth/token"), "invalid_auth"),
        (Fault(status=403, body="html", path="/oauth/token"), "network_refused"),
        (Fault(status=429, path="/oauth/token"), "rate_limited"),
        (Fault(body="reset", path="/oauth/token"), "cannot_connect"),
        (Fault(body="html", path="/oauth/token"), "invalid_response"),
        (Fault(status=403, path="*/app-integrations"), "missing_permission"),
        (Fault(status=404, path="/v1/*"), "unexpected_answer"),
    ],
)
async def test_each_failure_has_its_reason_and_the_code_is_used_once(
    bench: Bench, fault: Fault, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    started = await start(bench)
    bench.simulator.faults.add(fault)
    result = await answer_ring(bench, started)
    assert result["reason"] == f"sign_in_{reason}"
    assert len(bench.token_requests()) == 1
    (line,) = (
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.ring_partner.config_flow")
    )
    assert line.startswith("The sign-in to Ring failed: ")
    assert bench.entries == []


async def test_a_forged_answer_signs_nobody_in(bench: Bench) -> None:
    result = await start(bench)
    state = URL(result["url"]).query["state"]
    bad = await bench.open(f"{CALLBACK}?code=forged&state=forged")
    assert bad.status == 400
    await bench.open(URL(CALLBACK).with_query(code="forged", state=state))
    result = await bench.configure(result)
    assert result["reason"] == "sign_in_invalid_auth"


async def test_sign_in_again(bench: Bench) -> None:
    entry = (await answer_ring(bench, await start(bench)))["result"]
    before = entry.data["token"]
    bench.simulator.tokens.revoke_all(bench.simulator.account)
    await bench.pass_time(901)
    (flow,) = bench.flows("reauth")
    result = await on_to_ring(bench, await bench.configure(flow, {}))
    result = await answer_ring(bench, result)
    assert result["reason"] == "reauth_successful"
    assert entry.data["token"] != before
    assert entry.state is ConfigEntryState.LOADED


async def test_sign_in_with_another_account_is_refused_by_name(bench: Bench) -> None:
    entry = (await answer_ring(bench, await start(bench)))["result"]
    before, told = dict(entry.data), bench.told_ring()
    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    entry.async_start_reauth(bench.hass)
    await bench.settle()
    (flow,) = bench.flows("reauth")
    result = await on_to_ring(bench, await bench.configure(flow, {}))
    result = await answer_ring(bench, result, jane)
    assert result["reason"] == "wrong_account"
    assert result["description_placeholders"] == {
        "expected": "Alex Morgan",
        "actual": "Jane Roe",
    }
    assert entry.data == before
    assert bench.told_ring() == told


async def test_credentials_that_cannot_be_had_just_now(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async def unavailable(*_: Any) -> Any:
        raise ImplementationUnavailableError("The cloud is away")

    await bench.remove_credentials()
    async_add_implementation_provider(bench.hass, "cloud", unavailable)
    result = await bench.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await bench.configure(result, {"next_step_id": "sign_in"})
    assert result["reason"] == "oauth_implementation_unavailable"
    assert "custom_components.ring_partner.config_flow" in {
        record.name for record in caplog.records
    }


async def test_a_link_can_become_a_sign_in(
    bench: Bench, linked: MockConfigEntry
) -> None:
    await bench.hass.config_entries.async_setup(linked.entry_id)
    await bench.settle()
    devices = bench.registered_devices()
    result = await linked.start_reconfigure_flow(bench.hass)
    result = await bench.configure(result, {"next_step_id": "sign_in"})
    result = await answer_ring(bench, await on_to_ring(bench, result))
    assert result["reason"] == "reconfigure_successful"
    assert linked.data["link"] == "sign_in"
    assert linked.state is ConfigEntryState.LOADED
    assert bench.registered_devices() == devices
