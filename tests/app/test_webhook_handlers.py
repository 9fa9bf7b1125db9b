"""Requests to the public URLs, from Ring and from others."""

from io import BytesIO
import logging
from typing import Any
from unittest.mock import Mock

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.ring_partner.api.webhook import MAX_WEBHOOK_SIZE
from custom_components.ring_partner.app.pending_links import LinkProgress
from custom_components.ring_partner.app.public_urls import (
    UrlKind,
    async_get_public_urls,
)
from custom_components.ring_partner.app.webhook_handlers import webhook_handlers
from ring_simulator import Fault, Simulator
from ring_simulator.webhooks import device_event, envelope, sign

from ..link_flow_driver import LinkFlowDriver

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


async def handle(
    link_flow: LinkFlowDriver, kind: UrlKind, request: MockRequest
) -> web.Response:
    """Handle a request as the webhook component does for a cloudhook."""
    app = link_flow.app
    handlers = webhook_handlers(link_flow.hass, app.links, app.router)
    handler = next(handler for handler in handlers if handler.kind is kind)
    return await handler.respond(request)


@pytest.fixture
async def link_flow(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> LinkFlowDriver:
    """Return a driver with a linked account whose URLs are entered at Ring."""
    assert await link_flow.hass.config_entries.async_setup(linked.entry_id)
    await link_flow.settle()
    urls = await async_get_public_urls(link_flow.hass).async_urls(
        link_flow.client.client_id
    )
    link_flow.client.token_exchange_url = urls[UrlKind.TOKEN_EXCHANGE]
    link_flow.client.account_link_url = urls[UrlKind.ACCOUNT_LINK]
    link_flow.client.webhook_url = urls[UrlKind.WEBHOOK]
    return link_flow


@pytest.fixture
def logged_messages(caplog: pytest.LogCaptureFixture) -> Any:
    """Return a function that returns the integration's messages in the log."""
    caplog.clear()
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.ring_partner")
        and record.levelno >= logging.INFO
    ]


def motion_body(simulator: Simulator) -> bytes:
    """Return the body of a motion event."""
    event = device_event(
        simulator.device("Front Door"), "motion_detected", simulator.clock()
    )
    return envelope(
        event,
        time="2026-09-15T23:47:12Z",
        request_id="r1",
        version="1.1",
        sub_type_location="data",
    )


@pytest.mark.parametrize(
    ("content_type", "body", "status", "problem"),
    [
        (FORM, b"", 400, "no_code"),
        (FORM, b"nonsense", 400, "no_code"),
        (FORM, b"code=", 400, "no_code"),
        (FORM, b"code=two%20words%0a", 400, "malformed"),
        (FORM, b"\xff\xfe", 400, "malformed"),
        (FORM, b"&".join([b"a=b"] * 40), 400, "malformed"),
        (JSON, b"{", 400, "malformed"),
        (JSON, b"[]", 400, "malformed"),
        (JSON, b'{"code": 7}', 400, "no_code"),
        (JSON, b'{"code": {"code": "x"}}', 400, "no_code"),
        (FORM, b"code=" + b"a" * 1025, 400, "malformed"),
        (FORM, b"code=" + b"a" * 2048, 413, None),
        (FORM, b"code=" + b"a" * 10_000_000, 413, None),
    ],
)
async def test_malformed_code_is_rejected(
    link_flow: LinkFlowDriver,
    logged_messages: Any,
    content_type: str,
    body: bytes,
    status: int,
    problem: str | None,
) -> None:
    answer = await link_flow.post(
        link_flow.client.token_exchange_url,
        data=body,
        headers={"Content-Type": content_type},
    )
    assert answer[0] == status
    assert link_flow.token_requests() == []
    expected = "too_large" if problem is None else problem
    assert answer[1] == f'{{"error": "{expected}"}}'
    (line,) = logged_messages()
    assert expected in line
    assert "aaaa" not in line


async def test_forged_codes_are_limited(
    link_flow: LinkFlowDriver, linked: MockConfigEntry, logged_messages: Any
) -> None:
    before = dict(linked.data)
    for number in range(30):
        answer = await link_flow.post(
            link_flow.client.token_exchange_url, data={"code": f"forged{number}"}
        )
        assert answer == (
            (200, '{"status": "ok"}') if number < 10 else (429, '{"error": "too_many"}')
        )
    assert link_flow.token_requests() == [401] * 10
    assert len(logged_messages()) == 30
    assert "forged" not in "".join(logged_messages())
    assert link_flow.app.links.progress is LinkProgress.CODE_REFUSED
    assert linked.data == before
    assert len(link_flow.entries) == 1
    assert not link_flow.hass.config_entries.flow.async_progress()

    # The account keeps working, and a valid code is accepted later.
    await link_flow.pass_time(14_500)
    assert link_flow.token_requests()[10:] == [200]
    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    page = await link_flow.install(jane)
    assert "Your Ring account is ready to be linked" in page.text


async def test_repeated_code_is_exchanged_once(link_flow: LinkFlowDriver) -> None:
    code = link_flow.simulator.tokens.issue_code(
        link_flow.simulator.account, link_flow.client
    )
    for _ in range(3):
        answer = await link_flow.post(
            link_flow.client.token_exchange_url, data={"code": code}
        )
        assert answer == (200, '{"status": "ok"}')
    assert link_flow.token_requests() == [200]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"nonce": None, "time": None}, "This page is for links from the Ring app"),
        ({"nonce": ""}, "This page is for links from the Ring app"),
        ({"nonce": "short"}, "This link is not complete"),
        ({"time": None}, "This link is not complete"),
        ({"time": "-1"}, "This link is not complete"),
        ({"time": "9" * 99}, "This link is not complete"),
        ({"time": "1000"}, "This link has expired"),
        ({"time": "9999999999999999"}, "The clock of Home Assistant is wrong"),
    ],
)
async def test_malformed_link_is_rejected(
    link_flow: LinkFlowDriver,
    logged_messages: Any,
    changes: dict[str, str | None],
    title: str,
) -> None:
    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    made = await link_flow.start_install(jane)
    query = {**URL(made.redirect_url).query, **changes}
    page = await link_flow.open(
        URL(made.redirect_url).with_query(
            {name: value for name, value in query.items() if value is not None}
        )
    )
    assert page.status == 400
    assert f"<h1>{title}</h1>" in page.text
    (line,) = logged_messages()
    assert made.nonce not in line
    assert not link_flow.flows("integration_discovery")

    # The valid link still works, once.
    page = await link_flow.open(made.redirect_url)
    assert "Your Ring account is ready to be linked" in page.text
    assert len(link_flow.flows("integration_discovery")) == 1
    page = await link_flow.open(made.redirect_url)
    assert page.status == 400
    assert "<h1>This link was already used</h1>" in page.text


async def test_link_of_another_app_does_not_match(
    link_flow: LinkFlowDriver, linked: MockConfigEntry
) -> None:
    other = link_flow.simulator.add_client("Another app")
    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    made = await link_flow.start_install(jane)
    nonce = link_flow.simulator.linking.nonce(other, jane, made.time)
    page = await link_flow.open(URL(made.redirect_url).update_query(nonce=nonce))
    assert "<h1>Waiting for Ring</h1>" in page.text
    assert not link_flow.hass.config_entries.flow.async_progress()


@pytest.mark.parametrize(
    ("body", "signature", "status"),
    [
        (b"x" * (MAX_WEBHOOK_SIZE + 1), None, 413),
        (b"x" * MAX_WEBHOOK_SIZE, None, 200),
        (b"{}", "sha256=00", 401),
        (b"{}", "", 401),
        (b"\xff", "sha256=\xe4", 401),
        (b"", None, 200),
        (b"{", None, 200),
        (b"[1]", None, 200),
        (b"\xff", None, 200),
        (b'{"meta": [], "data": 7}', None, 200),
    ],
)
async def test_invalid_webhook_is_not_logged(
    link_flow: LinkFlowDriver,
    logged_messages: Any,
    body: bytes,
    signature: str | None,
    status: int,
) -> None:
    if signature is None:
        signature = sign(link_flow.client.hmac_key, body)
    answer = await link_flow.post(
        link_flow.client.webhook_url, data=body, headers={"X-Signature": signature}
    )
    assert answer == (status, "")
    assert logged_messages() == []


async def test_body_that_arrives_in_parts(
    link_flow: LinkFlowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = motion_body(link_flow.simulator)
    headers = {"X-Signature": sign(link_flow.client.hmac_key, body)}
    stream = BytesIO(body)

    async def read(size: int) -> bytes:
        return stream.read(min(size, 100))

    request = MockRequest(body, "cloud", method="POST", headers=headers)
    monkeypatch.setattr(MockRequest, "content", Mock(read=read))
    answer = await handle(link_flow, UrlKind.WEBHOOK, request)
    assert answer.status == 200
    assert stream.tell() == len(body)


async def test_code_without_a_content_type(link_flow: LinkFlowDriver) -> None:
    request = MockRequest(b"code=forged", "cloud", method="POST")
    answer = await handle(link_flow, UrlKind.TOKEN_EXCHANGE, request)
    assert answer.status == 200


def test_names_in_the_list_of_webhooks(link_flow: LinkFlowDriver) -> None:
    app = link_flow.app
    handlers = webhook_handlers(link_flow.hass, app.links, app.router)
    assert [handler.name for handler in handlers] == [
        "Ring token exchange",
        "Ring account link",
        "Ring events",
    ]


async def test_cloudhook_delivers_an_event_a_code_and_a_link(
    link_flow: LinkFlowDriver, hass: HomeAssistant
) -> None:
    """A cloudhook's request has a stream, but no method `read`."""
    body = motion_body(link_flow.simulator)
    request = MockRequest(
        body,
        "cloud",
        method="POST",
        headers={"X-Signature": sign(link_flow.client.hmac_key, body)},
    )
    assert not hasattr(request, "read")
    answer = await handle(link_flow, UrlKind.WEBHOOK, request)
    assert answer.status == 200
    assert link_flow.entries[0].runtime_data.delivery.tracker.last_delivery is not None

    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    code = link_flow.simulator.tokens.issue_code(jane, link_flow.client)
    request = MockRequest(
        f"code={code}".encode(), "cloud", method="POST", headers={"Content-Type": FORM}
    )
    answer = await handle(link_flow, UrlKind.TOKEN_EXCHANGE, request)
    assert answer.status == 200
    await link_flow.settle()
    assert link_flow.app.links.progress is LinkProgress.NO_REDIRECT

    now = str(round(link_flow.simulator.clock() * 1000))
    nonce = link_flow.simulator.linking.nonce(link_flow.client, jane, now)
    request = MockRequest(b"", "cloud", query_string=f"nonce={nonce}&time={now}")
    answer = await handle(link_flow, UrlKind.ACCOUNT_LINK, request)
    assert answer.text is not None
    assert "Your Ring account is ready to be linked" in answer.text


async def test_websocket_delivers_an_event_and_a_code(
    link_flow: LinkFlowDriver, hass_ws_client: WebSocketGenerator
) -> None:
    socket = await hass_ws_client()
    body = motion_body(link_flow.simulator)
    await socket.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": URL(link_flow.client.webhook_url).name,
            "method": "POST",
            "headers": {"X-Signature": sign(link_flow.client.hmac_key, body)},
            "body": body.decode(),
        }
    )
    assert (await socket.receive_json())["result"]["status"] == 200
    assert link_flow.entries[0].runtime_data.delivery.tracker.last_delivery is not None

    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    code = link_flow.simulator.tokens.issue_code(jane, link_flow.client)
    await socket.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": URL(link_flow.client.token_exchange_url).name,
            "method": "POST",
            "headers": {"Content-Type": FORM},
            "body": f"code={code}",
        }
    )
    assert (await socket.receive_json())["result"]["body"] == '{"status": "ok"}'
    await link_flow.settle()
    assert link_flow.app.links.progress is LinkProgress.NO_REDIRECT


@pytest.mark.parametrize("method", ["get", "put"])
async def test_other_methods_are_rejected(
    link_flow: LinkFlowDriver, method: str
) -> None:
    for url in (link_flow.client.token_exchange_url, link_flow.client.webhook_url):
        async with getattr(link_flow.http, method)(URL(url).relative()) as answer:
            assert answer.status == 405


async def test_page_waits_for_the_token_exchange(
    link_flow: LinkFlowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ring redirects the browser while the code is being exchanged."""
    jane = link_flow.simulator.add_account("Jane", "Roe", "jane@example.com")
    link_flow.simulator.faults.add(Fault(path="/oauth/token", delay=10, count=1))
    link_flow.freezer.tick(1)
    made = await link_flow.simulator.linking.install(link_flow.client, jane, None)
    await link_flow.paused.wait()
    settled = link_flow.app.links.async_wait_for_exchange

    async def settle(within: float) -> LinkProgress:
        assert within == 5
        link_flow.resume.set()
        return await settled(within)

    monkeypatch.setattr(link_flow.app.links, "async_wait_for_exchange", settle)
    async with link_flow.http.get(URL(made.redirect_url).relative()) as answer:
        page = await answer.text()
    link_flow.resume.set()
    await link_flow.settle()
    assert "Your Ring account is ready to be linked" in page


async def test_signature_with_any_account_s_key_is_accepted(
    link_flow: LinkFlowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = link_flow.client.hmac_key
    monkeypatch.setattr(link_flow.app.router, "hmac_keys", lambda: ["another", key])
    body = motion_body(link_flow.simulator)
    headers = {"X-Signature": sign(key, body)}
    answer = await link_flow.post(
        link_flow.client.webhook_url, data=body, headers=headers
    )
    assert answer == (200, "")
    assert link_flow.entries[0].runtime_data.delivery.tracker.last_delivery is not None
