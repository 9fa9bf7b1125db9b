"""An account that arrives while no dialog waits for it is discovered."""

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN

from ..link_flow_driver import IMPLEMENTATION, LinkFlowDriver


async def test_who_closes_the_dialog_finds_the_account_discovered(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    page = await link_flow.install()
    assert "Your Ring account is ready to be linked" in page.text

    (flow,) = link_flow.flows("integration_discovery")
    assert flow["context"]["title_placeholders"] == {"name": "Alex Morgan"}
    result = await link_flow.shown(flow)
    assert result["step_id"] == "confirm"
    result = await link_flow.configure(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["hmac_key"] == link_flow.client.hmac_key
    assert link_flow.link_requests() == [("POST", 200), ("PATCH", 200)]


async def test_the_discovered_account_belongs_to_one_of_several_apps(
    link_flow: LinkFlowDriver,
) -> None:
    other = link_flow.simulator.add_client("Another app")
    await link_flow.remove_credentials()
    for client, domain in ((other, "other"), (link_flow.client, IMPLEMENTATION)):
        await async_import_client_credential(
            link_flow.hass,
            DOMAIN,
            ClientCredential(client.client_id, client.client_secret),
            domain,
        )
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    await link_flow.install()
    (flow,) = link_flow.flows("integration_discovery")
    result = await link_flow.configure(await link_flow.shown(flow), {})
    assert result["result"].data["auth_implementation"] == IMPLEMENTATION


async def test_after_an_hour_nothing_answers_a_closed_dialog(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    await link_flow.pass_time(3601)
    page = await link_flow.install()
    assert page.text == ""
    assert link_flow.token_requests() == []
    assert not link_flow.flows("integration_discovery")


async def test_an_app_installed_anew_asks_to_be_taken_up(
    link_flow: LinkFlowDriver,
) -> None:
    entry = (await link_flow.link())["result"]
    before = entry.data["token"]
    await link_flow.install()
    assert not link_flow.flows("integration_discovery")
    (flow,) = link_flow.flows("reauth")
    result = await link_flow.configure(flow, {})
    assert result["step_id"] == "public_urls"
    result = await link_flow.shown(await link_flow.configure(result, {}))
    assert result["step_id"] == "confirm"
    result = await link_flow.configure(result, {})
    assert result["reason"] == "reauth_successful"
    assert entry.data["token"] != before


async def test_an_account_that_is_ignored_stays_so(link_flow: LinkFlowDriver) -> None:
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=link_flow.simulator.account.id
    ).add_to_hass(link_flow.hass)
    await link_flow.install()
    assert not link_flow.flows("integration_discovery")
    assert not link_flow.flows("reauth")


async def test_a_discovered_account_that_is_gone(link_flow: LinkFlowDriver) -> None:
    result = await link_flow.discover("ava1.ring.account.NOBODY")
    assert result["reason"] == "link_expired"


async def test_a_discovered_account_whose_credentials_are_gone(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    await link_flow.install()
    (flow,) = link_flow.flows("integration_discovery")
    link_flow.hass.config_entries.flow.async_abort(flow["flow_id"])
    await link_flow.remove_credentials()
    result = await link_flow.discover(link_flow.simulator.account.id)
    assert result["reason"] == "missing_credentials"


async def test_removed_and_added_again_within_the_hour(
    link_flow: LinkFlowDriver,
) -> None:
    entry = (await link_flow.link())["result"]
    before = link_flow.console_urls
    await link_flow.hass.config_entries.async_remove(entry.entry_id)
    await link_flow.settle()
    result = await link_flow.link()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not before & link_flow.console_urls
