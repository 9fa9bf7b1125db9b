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

from ..link_flow_driver import IMPLEMENTATION, LinkFlowDriver

CALLBACK = "https://example.com/auth/external/callback"

pytestmark = pytest.mark.usefixtures("current_request_with_host")


@pytest.fixture
async def link_flow(link_flow: LinkFlowDriver) -> LinkFlowDriver:
    """Return a driver whose Ring app may sign users in."""
    link_flow.client.allow_listed_for_pkce = True
    link_flow.client.redirect_uri = CALLBACK
    return link_flow


async def start(link_flow: LinkFlowDriver) -> Any:
    """Start a flow and continue until it opens Ring's page."""
    result = await link_flow.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await link_flow.configure(result, {"next_step_id": "sign_in"})
    return await continue_to_ring(link_flow, result)


async def continue_to_ring(link_flow: LinkFlowDriver, result: Any) -> Any:
    """Enter the key, if asked, and the webhook URL in Ring's console."""
    if result["step_id"] == "hmac_key":
        result = await link_flow.configure(
            result, {"hmac_key": link_flow.client.hmac_key}
        )
    assert result["step_id"] == "webhook_url"
    link_flow.enter_urls(result)
    result = await link_flow.configure(result, {})
    assert result["type"] is FlowResultType.EXTERNAL_STEP
    return result


async def submit_ring_page(
    link_flow: LinkFlowDriver,
    result: Any,
    account: Account | None = None,
    decision: str = "allow",
) -> Any:
    """Submit Ring's page and return to the flow."""
    page = URL(result["url"])
    assert page.query["scope"] == "ava.v1:read"
    assert page.query["code_challenge_method"] == "S256"
    form = {
        "account": (account or link_flow.simulator.account).id,
        "decision": decision,
    }
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(page, data=form, allow_redirects=False) as back,
    ):
        assert back.status == 302
        location = back.headers["Location"]
    assert location.startswith(CALLBACK)
    assert (await link_flow.open(location)).status == 200
    return await link_flow.configure(result)


async def test_sign_in(link_flow: LinkFlowDriver) -> None:
    result = await submit_ring_page(link_flow, await start(link_flow))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Alex Morgan"
    data = result["result"].data
    assert {**data, "token": ...} == {
        "link": "sign_in",
        "auth_implementation": IMPLEMENTATION,
        "client_id": link_flow.client.client_id,
        "hmac_key": link_flow.client.hmac_key,
        "token": ...,
    }
    assert data["token"].keys() == {
        "access_token",
        "refresh_token",
        "issued_at",
        "expires_at",
    }
    # A sign-in needs no nonce.
    assert link_flow.link_requests() == [("PATCH", 200)]
    # Ring sends the event during the setup of the account and repeats it.
    link_flow.resume.set()
    await asyncio.sleep(0)
    await link_flow.settle()
    assert {
        (delivery.event_type, delivery.last_status)
        for delivery in link_flow.simulator.webhooks.deliveries
    } == {("app_integration_added", 200)}


async def test_sign_in_without_a_public_url(
    link_flow: LinkFlowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await link_flow.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await link_flow.configure(result, {"next_step_id": "sign_in"})
    with monkeypatch.context() as real:
        real.delenv("RING_PARTNER_API_URL")
        result = await link_flow.configure(
            result, {"hmac_key": link_flow.client.hmac_key}
        )
    result = await submit_ring_page(link_flow, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_denied_sign_in_aborts(link_flow: LinkFlowDriver) -> None:
    result = await submit_ring_page(link_flow, await start(link_flow), decision="deny")
    assert result["reason"] == "user_rejected_authorize"
    assert link_flow.token_requests() == []


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
async def test_failed_sign_in_aborts_and_uses_the_code_once(
    link_flow: LinkFlowDriver,
    fault: Fault,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    started = await start(link_flow)
    link_flow.simulator.faults.add(fault)
    result = await submit_ring_page(link_flow, started)
    assert result["reason"] == f"sign_in_{reason}"
    assert len(link_flow.token_requests()) == 1
    (line,) = (
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.ring_partner.config_flow")
    )
    assert line.startswith("The sign-in to Ring failed: ")
    assert link_flow.entries == []


async def test_forged_callback_is_rejected(link_flow: LinkFlowDriver) -> None:
    result = await start(link_flow)
    state = URL(result["url"]).query["state"]
    bad = await link_flow.open(f"{CALLBACK}?code=forged&state=forged")
    assert bad.status == 400
    await link_flow.open(URL(CALLBACK).with_query(code="forged", state=state))
    result = await link_flow.configure(result)
    assert result["reason"] == "sign_in_invalid_auth"


async def test_sign_in_again(link_flow: LinkFlowDriver) -> None:
    entry = (await submit_ring_page(link_flow, await start(link_flow)))["result"]
    before = entry.data["token"]
    link_flow.simulator.tokens.revoke_all(link_flow.simulator.account)
    await link_flow.pass_time(901)
    (flow,) = link_flow.flows("reauth")
    result = await continue_to_ring(link_flow, await link_flow.configure(flow, {}))
    result = await submit_ring_page(link_flow, result)
    assert result["reason"] == "reauth_successful"
    assert entry.data["token"] != before
    assert entry.state is ConfigEntryState.LOADED


async def test_sign_in_with_another_account_shows_both_names(
    link_flow: LinkFlowDriver,
) -> None:
    entry = (await submit_ring_page(link_flow, await start(link_flow)))["result"]
    before, requests = dict(entry.data), link_flow.link_requests()
    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    entry.async_start_reauth(link_flow.hass)
    await link_flow.settle()
    (flow,) = link_flow.flows("reauth")
    result = await continue_to_ring(link_flow, await link_flow.configure(flow, {}))
    result = await submit_ring_page(link_flow, result, jane)
    assert result["reason"] == "wrong_account"
    assert result["description_placeholders"] == {
        "expected": "Alex Morgan",
        "actual": "Jane Roe",
    }
    assert entry.data == before
    assert link_flow.link_requests() == requests


async def test_unavailable_credentials_abort_the_flow(
    link_flow: LinkFlowDriver, caplog: pytest.LogCaptureFixture
) -> None:
    async def unavailable(*_: Any) -> Any:
        raise ImplementationUnavailableError("The cloud is away")

    await link_flow.remove_credentials()
    async_add_implementation_provider(link_flow.hass, "cloud", unavailable)
    result = await link_flow.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await link_flow.configure(result, {"next_step_id": "sign_in"})
    assert result["reason"] == "oauth_implementation_unavailable"
    assert "custom_components.ring_partner.config_flow" in {
        record.name for record in caplog.records
    }


async def test_reconfigure_changes_a_link_to_a_sign_in(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.settle()
    devices = link_flow.registered_devices()
    result = await linked.start_reconfigure_flow(link_flow.hass)
    result = await link_flow.configure(result, {"next_step_id": "sign_in"})
    result = await submit_ring_page(
        link_flow, await continue_to_ring(link_flow, result)
    )
    assert result["reason"] == "reconfigure_successful"
    assert linked.data["link"] == "sign_in"
    assert linked.state is ConfigEntryState.LOADED
    assert link_flow.registered_devices() == devices
