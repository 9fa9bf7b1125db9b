"""An account is linked again, or its keys and the way of linking change."""

from homeassistant.config_entries import ConfigEntryState
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN

from .link_bench import Bench, linked_account


async def test_link_again(bench: Bench, linked: MockConfigEntry) -> None:
    await bench.hass.config_entries.async_setup(linked.entry_id)
    bench.simulator.tokens.revoke_all(bench.simulator.account)
    await bench.pass_time(61)
    (flow,) = bench.flows("reauth")
    result = await bench.shown(flow)
    assert result["step_id"] == "reauth_confirm"
    assert result["description_placeholders"]["account"] == "Alex Morgan"
    assert bench.entities() == {"unavailable"}

    result = await bench.link_anew(result)
    assert result["reason"] == "reauth_successful"
    assert linked.state is ConfigEntryState.LOADED
    assert bench.entities() != {"unavailable"}
    assert not bench.flows("reauth")


async def test_link_again_with_another_account_is_refused_by_name(
    bench: Bench, linked: MockConfigEntry
) -> None:
    await bench.hass.config_entries.async_setup(linked.entry_id)
    other = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    before = dict(linked.data)
    result = await linked.start_reauth_flow(bench.hass)
    result = await bench.configure(result, {})
    bench.enter(result)
    made = await bench.begin(other)
    result = await bench.configure(result, {"redirected_to": made.redirect_url})
    assert result["reason"] == "wrong_account"
    assert result["description_placeholders"] == {
        "expected": "Alex Morgan",
        "actual": "Jane Roe",
    }
    assert linked.data == before
    assert bench.told_ring() == []

    # But it can be added.
    result = await bench.shown(await bench.configure(await bench.choose("link"), {}))
    result = await bench.configure(result, {})
    assert result["title"] == "Jane Roe"


async def test_new_keys(bench: Bench, linked: MockConfigEntry) -> None:
    hass, simulator = bench.hass, bench.simulator
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
    result = await bench.configure(result, {"next_step_id": "keys"})
    assert result["step_id"] == "keys"
    bench.client.hmac_key, bench.client.client_secret = "new-key", "new-secret"
    result = await bench.configure(
        result, {"hmac_key": " new-key ", "client_secret": "new-secret"}
    )
    assert result["reason"] == "reconfigure_successful"
    for entry in (linked, other):
        assert entry.data["hmac_key"] == "new-key"
        assert entry.data["client_secret"] == "new-secret"
        assert entry.state is ConfigEntryState.LOADED
    assert bench.app.hmac_keys() == ["new-key"]
    assert "hmac_key" not in playground.data

    # The new secret opens the token endpoint, and is kept when linked again.
    await bench.pass_time(14_400)
    assert bench.token_requests() == [200, 200]
    result = await linked.start_reauth_flow(hass)
    result = await bench.link_anew(result)
    assert result["reason"] == "reauth_successful"
    assert linked.data["client_secret"] == "new-secret"

    # A field that is left empty keeps what is there.
    result = await linked.start_reconfigure_flow(hass)
    result = await bench.configure(result, {"next_step_id": "keys"})
    await bench.configure(result, {"hmac_key": "newer-key", "client_secret": ""})
    assert linked.data["hmac_key"] == "newer-key"
    assert linked.data["client_secret"] == "new-secret"


async def test_the_way_of_linking_can_be_changed(
    bench: Bench, linked: MockConfigEntry
) -> None:
    hass = bench.hass
    await hass.config_entries.async_setup(linked.entry_id)
    await bench.settle()
    devices = bench.registered_devices()
    token = bench.simulator.tokens.issue_playground(bench.simulator.account)
    result = await linked.start_reconfigure_flow(hass)
    result = await bench.configure(result, {"next_step_id": "playground"})
    result = await bench.configure(result, {"access_token": token})
    assert result["reason"] == "reconfigure_successful"
    assert linked.data == {"link": "playground", "token": {"access_token": token}}
    assert linked.state is ConfigEntryState.LOADED
    assert bench.registered_devices() == devices

    result = await linked.start_reconfigure_flow(hass)
    assert result["menu_options"] == ["link", "sign_in", "playground"]
    result = await bench.configure(result, {"next_step_id": "link"})
    result = await bench.pick(result)
    result = await bench.configure(result, {"hmac_key": bench.client.hmac_key})
    bench.enter(result)
    result = await bench.configure(result, {})
    await bench.install()
    result = await bench.configure(await bench.shown(result), {})
    assert result["reason"] == "reconfigure_successful"
    assert linked.data["link"] == "link"
    assert linked.state is ConfigEntryState.LOADED
    assert bench.registered_devices() == devices
