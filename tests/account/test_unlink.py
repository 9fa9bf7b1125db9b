"""Unlinking and removing an account."""

import asyncio
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.app.public_urls import (
    UrlKind,
    async_get_public_urls,
)
from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator
from ring_simulator.tokens import TokenState
from ring_simulator.webhooks import account_event

from ..link_flow_driver import LinkFlowDriver, linked_account


def files(storage: dict[str, Any], entry: MockConfigEntry) -> list[str]:
    """Return the names of an account's files."""
    return [
        key.removeprefix(f"{DOMAIN}.{entry.entry_id}.")
        for key in storage
        if entry.entry_id in key and key.startswith(DOMAIN)
    ]


async def set_up(link_flow: LinkFlowDriver, entry: MockConfigEntry) -> None:
    """Set up an account; let it renew its token and receive an event."""
    assert await link_flow.hass.config_entries.async_setup(entry.entry_id)
    public_urls = async_get_public_urls(link_flow.hass)
    urls = await public_urls.async_urls(link_flow.client.client_id)
    link_flow.client.webhook_url = urls[UrlKind.WEBHOOK]
    await link_flow.pass_time(14_400)
    simulator = link_flow.simulator
    simulator.press(simulator.device("Front Door"))
    await link_flow.settle()
    await link_flow.pass_time(10)


async def test_removal_in_the_ring_app_unlinks_the_account(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await set_up(link_flow, linked)
    assert sorted(files(hass_storage, linked)) == ["devices", "events", "token"]
    before = len(link_flow.simulator.requests)

    link_flow.simulator.linking.uninstall(link_flow.client, link_flow.simulator.account)
    await link_flow.settle()
    assert files(hass_storage, linked) == []
    assert linked.data["token"] == {}
    assert linked.state is ConfigEntryState.SETUP_ERROR

    # No request is made with revoked tokens, however much time passes.
    await link_flow.pass_time(14_400)
    await link_flow.pass_time(86_400)
    assert len(link_flow.simulator.requests) == before
    assert files(hass_storage, linked) == []

    (flow,) = link_flow.flows("reauth")
    result = await link_flow.relink(flow)
    assert result["reason"] == "reauth_successful"
    assert linked.state is ConfigEntryState.LOADED


async def test_unlink_does_not_affect_other_accounts(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    other = linked_account(link_flow.hass, link_flow.simulator, jane)
    await set_up(link_flow, linked)
    assert other.state is ConfigEntryState.LOADED
    before = dict(other.data)
    link_flow.simulator.linking.uninstall(link_flow.client, link_flow.simulator.account)
    await link_flow.settle()
    assert linked.data["token"] == {}
    assert other.data == before
    assert other.state is ConfigEntryState.LOADED


async def test_removal_from_before_the_link_is_ignored(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    """Ring repeats the webhook for an hour; the account may be linked again."""
    await set_up(link_flow, linked)
    before = dict(linked.data)
    issued_at = before["token"]["issued_at"]
    event = account_event(
        link_flow.simulator.account, "app_integration_removed", issued_at - 1, "e1"
    )
    link_flow.simulator.webhooks.queue(event, [link_flow.client])
    await link_flow.settle()
    assert linked.data == before
    assert linked.state is ConfigEntryState.LOADED


async def test_renewal_in_progress_does_not_undo_the_unlink(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await set_up(link_flow, linked)
    simulator = link_flow.simulator
    simulator.faults.add(Fault(path="/oauth/token", delay=10, count=1))
    link_flow.freezer.tick(14_400)
    renewal = link_flow.hass.async_create_task(
        linked.runtime_data.coordinator.async_refresh()
    )
    await link_flow.paused.wait()
    event = account_event(
        simulator.account, "app_integration_removed", simulator.clock(), "e1"
    )
    unlinked = asyncio.Event()
    async_dispatcher_connect(
        link_flow.hass, SIGNAL_CONFIG_ENTRY_CHANGED, callback(lambda *_: unlinked.set())
    )
    simulator.webhooks.queue(event, [link_flow.client])
    await unlinked.wait()
    assert linked.data["token"] == {}
    link_flow.resume.set()
    await renewal
    await link_flow.settle()
    assert link_flow.token_requests()[-1] == 200
    assert linked.data["token"] == {}
    assert files(hass_storage, linked) == []


@pytest.mark.parametrize("link", ["link", "sign_in"])
async def test_removing_the_account_deletes_its_files(
    link_flow: LinkFlowDriver,
    hass: HomeAssistant,
    simulator: Simulator,
    hass_storage: dict[str, Any],
    link: str,
) -> None:
    entry = linked_account(hass, simulator, simulator.account, link=link)
    integration = simulator.linking.find(
        link_flow.client.client_id, simulator.account.id
    )
    assert integration is not None
    integration.partner_initiated = link == "sign_in"
    await set_up(link_flow, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    await link_flow.settle()
    assert files(hass_storage, entry) == []
    # An app installed in the Ring app is also removed there, by the user.
    assert link_flow.link_requests() == ([("DELETE", 200)] if link == "sign_in" else [])
    before = len(simulator.requests)
    await link_flow.pass_time(3 * 86_400)
    assert len(simulator.requests) == before
    assert f"{DOMAIN}.public_urls" not in hass_storage


async def test_account_with_an_expired_token_is_unlinked(
    link_flow: LinkFlowDriver,
    hass: HomeAssistant,
    simulator: Simulator,
    hass_storage: dict[str, Any],
) -> None:
    entry = linked_account(hass, simulator, simulator.account, link="sign_in")
    integration = simulator.linking.find(
        link_flow.client.client_id, simulator.account.id
    )
    assert integration is not None
    integration.partner_initiated = True
    await link_flow.pass_time(20 * 86_400)
    await hass.config_entries.async_remove(entry.entry_id)
    await link_flow.settle()
    assert link_flow.token_requests() == [200]
    assert link_flow.link_requests() == [("DELETE", 200)]
    assert files(hass_storage, entry) == []
    assert {token.state(simulator.clock()) for token in simulator.tokens.all()} <= {
        TokenState.REVOKED,
        TokenState.USED,
    }


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=401, path="/oauth/token"),
        Fault(status=403, path="*/app-integrations"),
    ],
)
async def test_account_is_removed_if_ring_fails(
    link_flow: LinkFlowDriver,
    hass: HomeAssistant,
    simulator: Simulator,
    hass_storage: dict[str, Any],
    fault: Fault,
) -> None:
    entry = linked_account(hass, simulator, simulator.account, link="sign_in")
    await set_up(link_flow, entry)
    link_flow.freezer.tick(14_400)
    simulator.faults.add(fault)
    await hass.config_entries.async_remove(entry.entry_id)
    await link_flow.settle()
    assert link_flow.entries == []
    assert files(hass_storage, entry) == []


async def test_removing_an_unlinked_account_sends_no_request(
    link_flow: LinkFlowDriver, hass: HomeAssistant, simulator: Simulator
) -> None:
    entry = linked_account(hass, simulator, simulator.account, link="sign_in", token={})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    await hass.config_entries.async_remove(entry.entry_id)
    assert not simulator.requests


async def test_account_without_credentials_is_removed(
    link_flow: LinkFlowDriver, hass: HomeAssistant, simulator: Simulator
) -> None:
    await link_flow.remove_credentials()
    entry = linked_account(hass, simulator, simulator.account, link="sign_in")
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = link_flow.flows("reauth")
    result = await link_flow.configure(flow, {})
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "missing_credentials",
    )
    await hass.config_entries.async_remove(entry.entry_id)
    assert link_flow.entries == []
