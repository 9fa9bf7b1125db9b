"""Discovery of an account that is linked while no flow waits for it."""

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN

from ..link_flow_driver import IMPLEMENTATION, LinkFlowDriver


async def test_account_linked_after_the_dialog_is_discovered(
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


async def test_discovered_account_has_the_credentials_of_its_app(
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


async def test_webhooks_end_an_hour_after_the_dialog(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    await link_flow.pass_time(3601)
    page = await link_flow.install()
    assert page.text == ""
    assert link_flow.token_requests() == []
    assert not link_flow.flows("integration_discovery")


async def test_app_installed_again_starts_a_reauth_flow(
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


async def test_ignored_account_is_not_discovered(link_flow: LinkFlowDriver) -> None:
    result = await link_flow.wait()
    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=link_flow.simulator.account.id
    ).add_to_hass(link_flow.hass)
    await link_flow.install()
    assert not link_flow.flows("integration_discovery")
    assert not link_flow.flows("reauth")


async def test_discovery_without_a_pending_link_aborts(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.discover("ava1.ring.account.NOBODY")
    assert result["reason"] == "link_expired"


async def test_discovery_without_credentials_aborts(
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


async def test_account_added_again_has_new_urls(
    link_flow: LinkFlowDriver,
) -> None:
    entry = (await link_flow.link())["result"]
    before = link_flow.console_urls
    await link_flow.hass.config_entries.async_remove(entry.entry_id)
    await link_flow.settle()
    result = await link_flow.link()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not before & link_flow.console_urls
