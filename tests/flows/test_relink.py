"""Linking an account again, and changing its keys or its link method."""

from homeassistant.config_entries import ConfigEntryState
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN

from ..link_flow_driver import LinkFlowDriver, linked_account


async def test_link_again(link_flow: LinkFlowDriver, linked: MockConfigEntry) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    link_flow.simulator.tokens.revoke_all(link_flow.simulator.account)
    await link_flow.pass_time(61)
    (flow,) = link_flow.flows("reauth")
    result = await link_flow.shown(flow)
    assert result["step_id"] == "reauth_confirm"
    assert result["description_placeholders"]["account"] == "Alex Morgan"
    assert link_flow.entities() == {"unavailable"}

    result = await link_flow.relink(result)
    assert result["reason"] == "reauth_successful"
    assert linked.state is ConfigEntryState.LOADED
    assert link_flow.entities() != {"unavailable"}
    assert not link_flow.flows("reauth")


async def test_link_again_with_another_account_shows_both_names(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    await link_flow.hass.config_entries.async_setup(linked.entry_id)
    other = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    before = dict(linked.data)
    result = await linked.start_reauth_flow(link_flow.hass)
    result = await link_flow.configure(result, {})
    link_flow.enter_urls(result)
    made = await link_flow.start_install(other)
    result = await link_flow.configure(result, {"redirect_url": made.redirect_url})
    assert result["reason"] == "wrong_account"
    assert result["description_placeholders"] == {
        "expected": "Alex Morgan",
        "actual": "Jane Roe",
    }
    assert linked.data == before
    assert link_flow.link_requests() == []

    # The other account can be added.
    result = await link_flow.shown(
        await link_flow.configure(await link_flow.choose("link"), {})
    )
    result = await link_flow.configure(result, {})
    assert result["title"] == "Jane Roe"


async def test_reconfigure_changes_the_keys(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    hass, simulator = link_flow.hass, link_flow.simulator
    jane = simulator.add_account("Jane", "Roe", "jane@example.com")
    other = linked_account(hass, simulator, jane)
    playground = MockConfigEntry(
        domain=DOMAIN,
        unique_id="3",
        data={"link": "playground", "token": {"access_token": "none"}},
    )
    playground.add_to_hass(hass)
    await hass.config_entries.async_setup(linked.entry_id)
    result = await linked.start_reconfigure_flow(hass)
    assert result["menu_options"] == ["keys", "link", "sign_in", "playground"]
    result = await link_flow.configure(result, {"next_step_id": "keys"})
    assert result["step_id"] == "keys"
    link_flow.client.hmac_key, link_flow.client.client_secret = "new-key", "new-secret"
    result = await link_flow.configure(
        result, {"hmac_key": " new-key ", "client_secret": "new-secret"}
    )
    assert result["reason"] == "reconfigure_successful"
    for entry in (linked, other):
        assert entry.data["hmac_key"] == "new-key"
        assert entry.data["client_secret"] == "new-secret"
        assert entry.state is ConfigEntryState.LOADED
    assert link_flow.app.router.hmac_keys() == ["new-key"]
    assert "hmac_key" not in playground.data

    # The token endpoint accepts the new secret, which a new link keeps.
    await link_flow.pass_time(14_400)
    assert link_flow.token_requests() == [200, 200]
    result = await linked.start_reauth_flow(hass)
    result = await link_flow.relink(result)
    assert result["reason"] == "reauth_successful"
    assert linked.data["client_secret"] == "new-secret"

    # An empty field keeps the saved value.
    result = await linked.start_reconfigure_flow(hass)
    result = await link_flow.configure(result, {"next_step_id": "keys"})
    await link_flow.configure(result, {"hmac_key": "newer-key", "client_secret": ""})
    assert linked.data["hmac_key"] == "newer-key"
    assert linked.data["client_secret"] == "new-secret"


async def test_reconfigure_changes_the_link_method(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    hass = link_flow.hass
    await hass.config_entries.async_setup(linked.entry_id)
    await link_flow.settle()
    devices = link_flow.registered_devices()
    token = link_flow.simulator.tokens.issue_playground(link_flow.simulator.account)
    result = await linked.start_reconfigure_flow(hass)
    result = await link_flow.configure(result, {"next_step_id": "playground"})
    result = await link_flow.configure(result, {"access_token": token})
    assert result["reason"] == "reconfigure_successful"
    assert linked.data["link"] == "playground"
    assert linked.data["token"]["access_token"] == token
    assert linked.data.keys() == {"link", "token"}
    assert linked.state is ConfigEntryState.LOADED
    assert link_flow.registered_devices() == devices

    result = await linked.start_reconfigure_flow(hass)
    assert result["menu_options"] == ["link", "sign_in", "playground"]
    result = await link_flow.configure(result, {"next_step_id": "link"})
    result = await link_flow.pick(result)
    result = await link_flow.configure(result, {"hmac_key": link_flow.client.hmac_key})
    link_flow.enter_urls(result)
    result = await link_flow.configure(result, {})
    await link_flow.install()
    result = await link_flow.configure(await link_flow.shown(result), {})
    assert result["reason"] == "reconfigure_successful"
    assert linked.data["link"] == "link"
    assert linked.state is ConfigEntryState.LOADED
    assert link_flow.registered_devices() == devices
