"""An account that arrives while no dialog waits for it is discovered."""

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN

from .link_bench import IMPLEMENTATION, Bench


async def test_who_closes_the_dialog_finds_the_account_discovered(
    bench: Bench,
) -> None:
    result = await bench.wait()
    bench.hass.config_entries.flow.async_abort(result["flow_id"])
    page = await bench.install()
    assert "Your Ring account is here" in page.text

    (flow,) = bench.flows("integration_discovery")
    assert flow["context"]["title_placeholders"] == {"name": "Alex Morgan"}
    result = await bench.shown(flow)
    assert result["step_id"] == "confirm"
    result = await bench.configure(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["hmac_key"] == bench.client.hmac_key
    assert bench.told_ring() == [("POST", 200), ("PATCH", 200)]


async def test_the_discovered_account_belongs_to_one_of_several_apps(
    bench: Bench,
) -> None:
    other = bench.simulator.add_client("Another app")
    await bench.remove_credentials()
    for client, domain in ((other, "other"), (bench.client, IMPLEMENTATION)):
        await async_import_client_credential(
            bench.hass,
            DOMAIN,
            ClientCredential(client.client_id, client.client_secret),
            domain,
        )
    result = await bench.wait()
    bench.hass.config_entries.flow.async_abort(result["flow_id"])
    await bench.install()
    (flow,) = bench.flows("integration_discovery")
    result = await bench.configure(await bench.shown(flow), {})
    assert result["result"].data["auth_implementation"] == IMPLEMENTATION


async def test_after_an_hour_nothing_answers_a_closed_dialog(bench: Bench) -> None:
    result = await bench.wait()
    bench.hass.config_entries.flow.async_abort(result["flow_id"])
    await bench.pass_time(3601)
    page = await bench.install()
    assert page.text == ""
    assert bench.token_requests() == []
    assert not bench.flows("integration_discovery")


async def test_an_app_installed_anew_asks_to_be_taken_up(bench: Bench) -> None:
    entry = (await bench.link())["result"]
    before = entry.data["token"]
    await bench.install()
    assert not bench.flows("integration_discovery")
    (flow,) = bench.flows("reauth")
    result = await bench.configure(flow, {})
    assert result["step_id"] == "addresses"
    result = await bench.shown(await bench.configure(result, {}))
    assert result["step_id"] == "confirm"
    result = await bench.configure(result, {})
    assert result["reason"] == "reauth_successful"
    assert entry.data["token"] != before


async def test_an_account_that_is_ignored_stays_so(bench: Bench) -> None:
    result = await bench.wait()
    bench.hass.config_entries.flow.async_abort(result["flow_id"])
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=bench.simulator.account.id
    ).add_to_hass(bench.hass)
    await bench.install()
    assert not bench.flows("integration_discovery")
    assert not bench.flows("reauth")


async def test_a_discovered_account_that_is_gone(bench: Bench) -> None:
    result = await bench.discover("ava1.ring.account.NOBODY")
    assert result["reason"] == "link_gone"


async def test_a_discovered_account_whose_credentials_are_gone(bench: Bench) -> None:
    result = await bench.wait()
    bench.hass.config_entries.flow.async_abort(result["flow_id"])
    await bench.install()
    (flow,) = bench.flows("integration_discovery")
    bench.hass.config_entries.flow.async_abort(flow["flow_id"])
    await bench.remove_credentials()
    result = await bench.discover(bench.simulator.account.id)
    assert result["reason"] == "missing_credentials"


async def test_removed_and_added_again_within_the_hour(bench: Bench) -> None:
    entry = (await bench.link())["result"]
    before = bench.addresses_in_console
    await bench.hass.config_entries.async_remove(entry.entry_id)
    await bench.settle()
    result = await bench.link()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not before & bench.addresses_in_console
