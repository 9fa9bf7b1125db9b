"""Linking an account with the Ring app, in Home Assistant's UI."""

import re
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault

from .link_bench import IMPLEMENTATION, Bench

TELLING = "*/app-integrations"
ADDRESSES = ("token_exchange", "account_link", "webhook")


@pytest.mark.parametrize(
    "variant",
    [
        {},
        {"token_exchange_format": "json", "token_exchange_key": "authorization_code"},
        {"token_exchange_format": "query", "token_exchange_key": "auth_code"},
        {"token_exchange_key": "authorizationCode"},
        {"app_integration_shape": "flat"},
        {"link_order": "redirect_first"},
        {"link_order": "redirect_first", "token_exchange_format": "json"},
    ],
)
async def test_link(bench: Bench, variant: dict[str, Any]) -> None:
    for name, value in variant.items():
        setattr(bench.simulator.behaviour, name, value)
    late = variant.get("link_order") == "redirect_first"

    result = await bench.wait()
    page = await bench.install()
    assert page.status == 200
    assert ("One moment" if late else "Your Ring account is here") in page.text

    result = await bench.shown(result)
    assert result["step_id"] == "confirm"
    assert result["description_placeholders"] == {
        "account": "Alex Morgan",
        "email": "a***n@example.com",
    }
    assert bench.told_ring() == []
    result = await bench.configure(result, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Alex Morgan"
    entry = result["result"]
    assert entry.unique_id == bench.simulator.account.id
    assert {**entry.data, "token": ...} == {
        "link": "link",
        "auth_implementation": IMPLEMENTATION,
        "client_id": bench.client.client_id,
        "hmac_key": bench.client.hmac_key,
        "token": ...,
    }
    assert bench.told_ring() == [("POST", 200), ("PATCH", 200)]
    integration = bench.simulator.linking.find(
        bench.client.client_id, bench.simulator.account.id
    )
    assert integration is not None
    assert integration.status == "completed"
    assert integration.account_identifier == "t***e"
    assert bench.token_requests() == [200]
    assert {
        (delivery.event_type, delivery.last_status)
        for delivery in bench.simulator.webhooks.deliveries
    } == {("device_added", 200), ("app_integration_added", 200)}


async def test_the_dialog_shows_addresses_that_ring_reaches(bench: Bench) -> None:
    result = await bench.choose("link")
    assert result["step_id"] == "hmac_key"
    for wrong in (" ", "a\x07b"):
        result = await bench.configure(result, {"hmac_key": wrong})
        assert result["errors"] == {"hmac_key": "malformed_key"}
    result = await bench.configure(result, {"hmac_key": f" {bench.client.hmac_key}\n"})
    assert result["step_id"] == "addresses"
    shown = result["description_placeholders"]
    addresses = [shown[f"{name}_url"] for name in ADDRESSES]
    assert len(set(addresses)) == 3
    for address in addresses:
        assert re.fullmatch(r"http://127.0.0.1:\d+/api/webhook/\w{64}", address)

    bench.hass.config_entries.flow.async_abort(result["flow_id"])
    result = await bench.addresses()
    again = result["description_placeholders"]
    assert [again[f"{name}_url"] for name in ADDRESSES] == addresses


async def test_without_a_public_address_the_dialog_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as real:
        real.delenv("RING_PARTNER_API_URL")
        result = await bench.choose("link")
        result = await bench.configure(result, {"hmac_key": bench.client.hmac_key})
        assert result["step_id"] == "no_public_address"
        result = await bench.configure(result, {})
        assert result["step_id"] == "no_public_address"
        bench.hass.config.external_url = "https://home.example.com"
        result = await bench.configure(result, {})
    assert result["step_id"] == "addresses"
    assert result["description_placeholders"]["webhook_url"].startswith(
        "https://home.example.com/api/webhook/"
    )


async def test_without_credentials_the_dialog_says_so(
    hass: HomeAssistant, auto_enable_custom_integrations: None
) -> None:
    assert await async_setup_component(hass, "application_credentials", {})
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "link"}
    )
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "missing_credentials",
    )


async def test_the_browser_sees_a_plain_page(bench: Bench) -> None:
    await bench.wait()
    page = await bench.install()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert f'href="{bench.hass.config.external_url}/config' in page.text


async def test_the_page_has_no_way_back_where_no_address_is_known(
    bench: Bench, hass: HomeAssistant
) -> None:
    await bench.wait()
    hass.config.external_url = hass.config.internal_url = None
    hass.config.api = None
    page = await bench.install()
    assert page.status == 200
    assert "href" not in page.text


@pytest.mark.parametrize(
    ("happened", "what"),
    [
        ("nothing", "Nothing has come from Ring"),
        ("refused", "did not accept this app"),
        ("no_redirect", "your browser has not come back"),
        ("no_code", "Ring has not sent the account"),
        ("no_match", "do not belong together"),
    ],
)
async def test_who_waits_in_vain_learns_what_to_check(
    bench: Bench, happened: str, what: str
) -> None:
    client = bench.client
    result = await bench.wait()
    right = {
        name: getattr(client, name)
        for name in ("hmac_key", "client_secret", "token_exchange_url")
    }
    if happened == "refused":
        client.client_secret = "another"
    if happened == "no_match":
        client.hmac_key = "another"
    if happened == "no_code":
        client.token_exchange_url = str(bench.http.make_url("/nowhere"))
    if happened != "nothing":
        made = await bench.begin()
        if happened != "no_redirect":
            await bench.open(made.redirect_url)
    await bench.settle()

    await bench.pass_time(301)
    result = await bench.shown(result)
    assert result["step_id"] == "stuck"
    assert what in result["description_placeholders"]["what"]

    result = await bench.configure(result, {})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    for name, value in right.items():
        setattr(client, name, value)
    await bench.install()
    result = await bench.shown(result)
    assert result["step_id"] == "confirm"


async def test_the_address_can_be_pasted(bench: Bench) -> None:
    result = await bench.addresses()
    made = await bench.begin()
    for pasted, problem in (
        ("https://example.com/", "no_nonce"),
        ("https://example.com/?nonce=short&time=1", "malformed"),
        (made.redirect_url.replace(made.time, "1000"), "expired"),
        (made.redirect_url.replace(made.time, "9999999999999"), "from_the_future"),
    ):
        result = await bench.configure(result, {"redirected_to": pasted})
        assert result["errors"] == {"redirected_to": f"redirect_{problem}"}
    result = await bench.configure(result, {"redirected_to": f" {made.redirect_url} "})
    assert result["step_id"] == "confirm"
    # To paste an address is not yet to confirm the account that comes with it.
    assert bench.told_ring() == []

    # The same once more, in another dialog.
    other = await bench.addresses()
    other = await bench.configure(other, {"redirected_to": made.redirect_url})
    assert other["errors"] == {"redirected_to": "redirect_used"}


async def test_the_address_can_be_pasted_late(bench: Bench) -> None:
    result = await bench.wait()
    made = await bench.begin()
    await bench.pass_time(301)
    result = await bench.shown(result)
    assert result["step_id"] == "stuck"
    result = await bench.configure(result, {"redirected_to": "nonsense"})
    assert result["errors"] == {"redirected_to": "redirect_no_nonce"}
    result = await bench.configure(result, {"redirected_to": made.redirect_url})
    assert result["step_id"] == "confirm"
    assert bench.told_ring() == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401, path=TELLING), "invalid_auth"),
        (Fault(status=403, path=TELLING), "missing_permission"),
        (Fault(status=404, path=TELLING), "unexpected_answer"),
        (Fault(status=406, path=TELLING), "network_refused"),
        (Fault(status=429, path=TELLING, retry_after=1), "rate_limited"),
        (Fault(status=500, path=TELLING), "service_unavailable"),
        (Fault(body="reset", path=TELLING), "cannot_connect"),
    ],
)
async def test_a_link_that_fails_can_be_confirmed_again(
    bench: Bench, fault: Fault, error: str
) -> None:
    result = await bench.wait()
    await bench.install()
    result = await bench.shown(result)
    bench.simulator.faults.add(fault)
    result = await bench.configure(result, {})
    assert result["errors"] == {"base": error}
    assert bench.entries == []

    bench.simulator.faults.clear()
    await bench.pass_time(61)
    result = await bench.configure(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_link_that_ring_does_not_take_waits_for_another_redirect(
    bench: Bench,
) -> None:
    result = await bench.wait()
    await bench.install()
    result = await bench.shown(result)
    await bench.pass_time(601)
    result = await bench.configure(result, {})
    assert result["step_id"] == "stuck"
    assert result["errors"] == {"base": "link_expired"}
    assert bench.told_ring() == [("POST", 400)]

    result = await bench.configure(result, {})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    await bench.install()
    result = await bench.configure(await bench.shown(result), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_latest_link_of_an_account_counts(bench: Bench) -> None:
    result = await bench.wait()
    await bench.install()
    result = await bench.shown(result)
    await bench.install()
    result = await bench.configure(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert bench.told_ring() == [("POST", 200), ("PATCH", 200)]


async def test_another_account_needs_no_key_and_has_the_same_addresses(
    bench: Bench,
) -> None:
    first = await bench.link()
    before = bench.addresses_in_console
    other = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    result = await bench.choose("link")
    assert result["step_id"] == "addresses"
    bench.enter(result)
    assert bench.addresses_in_console == before
    result = await bench.configure(result, {})
    await bench.install(other)
    result = await bench.configure(await bench.shown(result), {})
    assert result["title"] == "Jane Roe"
    one, two = (entry.runtime_data for entry in bench.entries)
    assert one.app is two.app is bench.app
    assert first["result"].data["token"] != result["result"].data["token"]


async def test_an_account_linked_once_more_takes_its_new_sign_in(bench: Bench) -> None:
    entry = (await bench.link())["result"]
    before = entry.data["token"]
    result = await bench.configure(await bench.choose("link"), {})
    await bench.install()
    result = await bench.configure(await bench.shown(result), {})
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "already_configured",
    )
    assert bench.entries == [entry]
    assert entry.data["token"] != before
    assert entry.state is ConfigEntryState.LOADED


async def test_an_account_of_another_app_stays_with_it(
    bench: Bench, loaded: MockConfigEntry
) -> None:
    before = dict(loaded.data)
    result = await bench.wait()
    await bench.install()
    result = await bench.shown(result)
    assert result["reason"] == "already_configured"
    assert loaded.data == before
    assert bench.told_ring() == []
