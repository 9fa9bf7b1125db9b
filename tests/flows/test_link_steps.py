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

from ..link_flow_driver import IMPLEMENTATION, LinkFlowDriver, shown_urls

APP_INTEGRATIONS = "*/app-integrations"


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
async def test_link(link_flow: LinkFlowDriver, variant: dict[str, Any]) -> None:
    for name, value in variant.items():
        setattr(link_flow.simulator.settings, name, value)
    redirect_first = variant.get("link_order") == "redirect_first"

    result = await link_flow.wait()
    page = await link_flow.install()
    assert page.status == 200
    assert (
        "Waiting for Ring"
        if redirect_first
        else "Your Ring account is ready to be linked"
    ) in page.text

    result = await link_flow.shown(result)
    assert result["step_id"] == "confirm"
    assert result["description_placeholders"] == {
        "account": "Alex Morgan",
        "email": "a***n@example.com",
    }
    assert link_flow.link_requests() == []
    result = await link_flow.configure(result, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Alex Morgan"
    entry = result["result"]
    assert entry.unique_id == link_flow.simulator.account.id
    assert {**entry.data, "token": ...} == {
        "link": "link",
        "auth_implementation": IMPLEMENTATION,
        "client_id": link_flow.client.client_id,
        "hmac_key": link_flow.client.hmac_key,
        "token": ...,
    }
    assert link_flow.link_requests() == [("POST", 200), ("PATCH", 200)]
    integration = link_flow.simulator.linking.find(
        link_flow.client.client_id, link_flow.simulator.account.id
    )
    assert integration is not None
    assert integration.status == "completed"
    assert integration.account_identifier == "t***e"
    assert link_flow.token_requests() == [200]
    assert {
        (delivery.event_type, delivery.last_status)
        for delivery in link_flow.simulator.webhooks.deliveries
    } == {("device_added", 200), ("app_integration_added", 200)}


async def test_dialog_shows_the_public_urls(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.choose("link")
    assert result["step_id"] == "hmac_key"
    for wrong in (" ", "a\x07b"):
        result = await link_flow.configure(result, {"hmac_key": wrong})
        assert result["errors"] == {"hmac_key": "malformed_key"}
    result = await link_flow.configure(
        result, {"hmac_key": f" {link_flow.client.hmac_key}\n"}
    )
    assert result["step_id"] == "public_urls"
    urls = shown_urls(result)
    assert urls.pop("homepage_url") == "https://www.home-assistant.io"
    assert len(set(urls.values())) == 3
    for url in urls.values():
        assert re.fullmatch(r"http://127.0.0.1:\d+/api/webhook/\w{64}", url)

    link_flow.hass.config_entries.flow.async_abort(result["flow_id"])
    result = await link_flow.show_urls()
    assert urls.items() < shown_urls(result).items()


async def test_dialog_reports_a_missing_public_url(
    link_flow: LinkFlowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as real:
        real.delenv("RING_PARTNER_API_URL")
        result = await link_flow.choose("link")
        result = await link_flow.configure(
            result, {"hmac_key": link_flow.client.hmac_key}
        )
        assert result["step_id"] == "no_public_url"
        result = await link_flow.configure(result, {})
        assert result["step_id"] == "no_public_url"
        link_flow.hass.config.external_url = "https://home.example.com"
        result = await link_flow.configure(result, {})
    assert result["step_id"] == "public_urls"
    assert shown_urls(result)["webhook_url"].startswith(
        "https://home.example.com/api/webhook/"
    )


async def test_missing_credentials_abort_the_flow(
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


async def test_page_has_security_headers_and_no_script(
    link_flow: LinkFlowDriver,
) -> None:
    await link_flow.wait()
    page = await link_flow.install()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert f'href="{link_flow.hass.config.external_url}/config' in page.text


async def test_page_has_no_link_without_a_url(
    link_flow: LinkFlowDriver, hass: HomeAssistant
) -> None:
    await link_flow.wait()
    hass.config.external_url = hass.config.internal_url = None
    hass.config.api = None
    page = await link_flow.install()
    assert page.status == 200
    assert "href" not in page.text


@pytest.mark.parametrize(
    ("happened", "message"),
    [
        ("nothing", "Ring has sent nothing"),
        ("refused", "rejected the credentials of your app"),
        ("no_redirect", "your browser has not come back"),
        ("no_code", "Ring has not sent your account"),
        ("no_match", "the two do not match"),
    ],
)
async def test_timeout_shows_what_to_check(
    link_flow: LinkFlowDriver, happened: str, message: str
) -> None:
    client = link_flow.client
    result = await link_flow.wait()
    right = {
        name: getattr(client, name)
        for name in ("hmac_key", "client_secret", "token_exchange_url")
    }
    if happened == "refused":
        client.client_secret = "another"
    if happened == "no_match":
        client.hmac_key = "another"
    if happened == "no_code":
        client.token_exchange_url = str(link_flow.http.make_url("/nowhere"))
    if happened != "nothing":
        made = await link_flow.start_install()
        if happened != "no_redirect":
            await link_flow.open(made.redirect_url)
    await link_flow.settle()

    await link_flow.pass_time(301)
    result = await link_flow.shown(result)
    assert result["step_id"] == "link_incomplete"
    assert message in result["description_placeholders"]["what_to_check"]

    result = await link_flow.configure(result, {})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    for name, value in right.items():
        setattr(client, name, value)
    await link_flow.install()
    result = await link_flow.shown(result)
    assert result["step_id"] == "confirm"


async def test_redirect_url_can_be_pasted(link_flow: LinkFlowDriver) -> None:
    result = await link_flow.show_urls()
    made = await link_flow.start_install()
    for pasted, problem in (
        ("https://example.com/", "no_nonce"),
        ("https://example.com/?nonce=short&time=1", "malformed"),
        (made.redirect_url.replace(made.time, "1000"), "expired"),
        (made.redirect_url.replace(made.time, "9999999999999"), "from_the_future"),
    ):
        result = await link_flow.configure(result, {"redirect_url": pasted})
        assert result["errors"] == {"redirect_url": f"redirect_{problem}"}
    result = await link_flow.configure(
        result, {"redirect_url": f" {made.redirect_url} "}
    )
    assert result["step_id"] == "confirm"
    # Pasting a URL does not confirm the account.
    assert link_flow.link_requests() == []

    # The same URL is rejected in another flow.
    other = await link_flow.show_urls()
    other = await link_flow.configure(other, {"redirect_url": made.redirect_url})
    assert other["errors"] == {"redirect_url": "redirect_used"}


async def test_redirect_url_can_be_pasted_after_the_timeout(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.wait()
    made = await link_flow.start_install()
    await link_flow.pass_time(301)
    result = await link_flow.shown(result)
    assert result["step_id"] == "link_incomplete"
    result = await link_flow.configure(result, {"redirect_url": "nonsense"})
    assert result["errors"] == {"redirect_url": "redirect_no_nonce"}
    result = await link_flow.configure(result, {"redirect_url": made.redirect_url})
    assert result["step_id"] == "confirm"
    assert link_flow.link_requests() == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401, path=APP_INTEGRATIONS), "invalid_auth"),
        (Fault(status=403, path=APP_INTEGRATIONS), "missing_permission"),
        (Fault(status=404, path=APP_INTEGRATIONS), "unexpected_answer"),
        (Fault(status=406, path=APP_INTEGRATIONS), "network_refused"),
        (Fault(status=429, path=APP_INTEGRATIONS, retry_after=1), "rate_limited"),
        (Fault(status=500, path=APP_INTEGRATIONS), "service_unavailable"),
        (Fault(body="reset", path=APP_INTEGRATIONS), "cannot_connect"),
    ],
)
async def test_failed_link_can_be_confirmed_again(
    link_flow: LinkFlowDriver, fault: Fault, error: str
) -> None:
    result = await link_flow.wait()
    await link_flow.install()
    result = await link_flow.shown(result)
    link_flow.simulator.faults.add(fault)
    result = await link_flow.configure(result, {})
    assert result["errors"] == {"base": error}
    assert link_flow.entries == []

    link_flow.simulator.faults.clear()
    await link_flow.pass_time(61)
    result = await link_flow.configure(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_expired_link_waits_for_another_redirect(
    link_flow: LinkFlowDriver,
) -> None:
    result = await link_flow.wait()
    await link_flow.install()
    result = await link_flow.shown(result)
    await link_flow.pass_time(601)
    result = await link_flow.configure(result, {})
    assert result["step_id"] == "link_incomplete"
    assert result["errors"] == {"base": "link_expired"}
    assert link_flow.link_requests() == [("POST", 400)]

    result = await link_flow.configure(result, {})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    await link_flow.install()
    result = await link_flow.configure(await link_flow.shown(result), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_latest_link_of_an_account_is_used(link_flow: LinkFlowDriver) -> None:
    result = await link_flow.wait()
    await link_flow.install()
    result = await link_flow.shown(result)
    await link_flow.install()
    result = await link_flow.configure(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert link_flow.link_requests() == [("POST", 200), ("PATCH", 200)]


async def test_second_account_has_the_same_key_and_urls(
    link_flow: LinkFlowDriver,
) -> None:
    first = await link_flow.link()
    before = link_flow.console_urls
    other = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    result = await link_flow.choose("link")
    assert result["step_id"] == "public_urls"
    link_flow.enter_urls(result)
    assert link_flow.console_urls == before
    result = await link_flow.configure(result, {})
    await link_flow.install(other)
    result = await link_flow.configure(await link_flow.shown(result), {})
    assert result["title"] == "Jane Roe"
    one, two = (entry.runtime_data for entry in link_flow.entries)
    assert one.app is two.app is link_flow.app
    assert first["result"].data["token"] != result["result"].data["token"]


async def test_account_linked_again_has_a_new_token(
    link_flow: LinkFlowDriver,
) -> None:
    entry = (await link_flow.link())["result"]
    before = entry.data["token"]
    result = await link_flow.configure(await link_flow.choose("link"), {})
    await link_flow.install()
    result = await link_flow.configure(await link_flow.shown(result), {})
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "already_configured",
    )
    assert link_flow.entries == [entry]
    assert entry.data["token"] != before
    assert entry.state is ConfigEntryState.LOADED


async def test_account_of_another_app_is_not_changed(
    link_flow: LinkFlowDriver, loaded_entry: MockConfigEntry
) -> None:
    before = dict(loaded_entry.data)
    result = await link_flow.wait()
    await link_flow.install()
    result = await link_flow.shown(result)
    assert result["reason"] == "already_configured"
    assert loaded_entry.data == before
    assert link_flow.link_requests() == []
