"""What comes in at the public addresses, from Ring and from anybody else."""

import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.ring_partner.addresses import Purpose, async_get_address_book
from custom_components.ring_partner.api.webhook import MAX_BODY
from custom_components.ring_partner.links import Progress
from custom_components.ring_partner.receivers import RECEIVERS
from ring_simulator import Fault, Simulator
from ring_simulator.webhooks import device_event, envelope, sign

from .link_bench import Bench

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.fixture
async def bench(bench: Bench, linked: MockConfigEntry) -> Bench:
    """Return the bench with an account that works, whose addresses are entered."""
    assert await bench.hass.config_entries.async_setup(linked.entry_id)
    await bench.settle()
    urls = await async_get_address_book(bench.hass).async_urls(bench.client.client_id)
    bench.client.token_exchange_url = urls[Purpose.TOKEN_EXCHANGE]
    bench.client.account_link_url = urls[Purpose.ACCOUNT_LINK]
    bench.client.webhook_url = urls[Purpose.WEBHOOK]
    return bench


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """Return what tells how often, and what, was logged for people to see."""
    caplog.clear()
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.ring_partner")
        and record.levelno >= logging.INFO
    ]


def a_motion(simulator: Simulator) -> bytes:
    """Return the body of an event."""
    event = device_event(
        simulator.device("Front Door"), "motion_detected", simulator.clock()
    )
    return envelope(
        event,
        time="2026-09-15T23:47:12Z",
        request_id="r1",
        version="1.1",
        sub_type_place="data",
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
async def test_what_is_no_code(
    bench: Bench,
    lines: Any,
    content_type: str,
    body: bytes,
    status: int,
    problem: str | None,
) -> None:
    answer = await bench.post(
        bench.client.token_exchange_url,
        data=body,
        headers={"Content-Type": content_type},
    )
    assert answer[0] == status
    assert bench.token_requests() == []
    said = "too_large" if problem is None else problem
    assert said in answer[1]
    (line,) = lines()
    assert said in line
    assert "aaaa" not in line


async def test_forged_codes(bench: Bench, linked: MockConfigEntry, lines: Any) -> None:
    before = dict(linked.data)
    for number in range(30):
        status, _ = await bench.post(
            bench.client.token_exchange_url, data={"code": f"forged{number}"}
        )
        assert status == (200 if number < 10 else 429)
    assert bench.token_requests() == [401] * 10
    assert len(lines()) == 30
    assert "forged" not in "".join(lines())
    assert bench.app.links.progress is Progress.CODE_REFUSED
    assert linked.data == before
    assert len(bench.entries) == 1
    assert not bench.hass.config_entries.flow.async_progress()

    # The account goes on, and a genuine code comes through a minute later.
    await bench.pass_time(14_500)
    assert bench.token_requests()[10:] == [200]
    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    page = await bench.install(jane)
    assert "Your Ring account is here" in page.text


async def test_the_same_code_again(bench: Bench) -> None:
    code = bench.simulator.tokens.issue_code(bench.simulator.account, bench.client)
    for _ in range(3):
        answer = await bench.post(bench.client.token_exchange_url, data={"code": code})
        assert answer == (200, '{"status": "ok"}')
    assert bench.token_requests() == [200]


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
        ({"time": "9999999999999999"}, "The clocks do not agree"),
    ],
)
async def test_what_is_no_link(
    bench: Bench, lines: Any, changes: dict[str, str | None], title: str
) -> None:
    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    made = await bench.begin(jane)
    query = {**URL(made.redirect_url).query, **changes}
    page = await bench.open(
        URL(made.redirect_url).with_query(
            {name: value for name, value in query.items() if value is not None}
        )
    )
    assert page.status == 400
    assert f"<h1>{title}</h1>" in page.text
    (line,) = lines()
    assert made.nonce not in line
    assert not bench.flows("integration_discovery")

    # It has cost the genuine one nothing.
    page = await bench.open(made.redirect_url)
    assert "Your Ring account is here" in page.text
    assert len(bench.flows("integration_discovery")) == 1
    page = await bench.open(made.redirect_url)
    assert page.status == 400
    assert "<h1>This link was used before</h1>" in page.text


async def test_a_link_of_another_app(bench: Bench, linked: MockConfigEntry) -> None:
    other = bench.simulator.add_client("Another app")
    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    made = await bench.begin(jane)
    nonce = bench.simulator.linking.nonce(other, jane, made.time)
    page = await bench.open(URL(made.redirect_url).update_query(nonce=nonce))
    assert "<h1>One moment</h1>" in page.text
    assert not bench.hass.config_entries.flow.async_progress()


@pytest.mark.parametrize(
    ("body", "signature", "status"),
    [
        (b"x" * (MAX_BODY + 1), None, 413),
        (b"x" * MAX_BODY, None, 200),
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
async def test_what_is_no_event(
    bench: Bench, lines: Any, body: bytes, signature: str | None, status: int
) -> None:
    if signature is None:
        signature = sign(bench.client.hmac_key, body)
    answer = await bench.post(
        bench.client.webhook_url, data=body, headers={"X-Signature": signature}
    )
    assert answer == (status, "")
    assert lines() == []


async def test_an_event_and_a_code_through_a_cloudhook(
    bench: Bench, hass: HomeAssistant
) -> None:
    """A cloudhook's request has a body to stream, but nothing to read it at once."""
    body = a_motion(bench.simulator)
    request = MockRequest(
        body,
        "cloud",
        method="POST",
        headers={"X-Signature": sign(bench.client.hmac_key, body)},
    )
    assert not hasattr(request, "read")
    answer = await RECEIVERS[Purpose.WEBHOOK].answer(bench.app, request)
    assert answer.status == 200
    assert bench.entries[0].runtime_data.webhooks.deliveries.last is not None

    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    code = bench.simulator.tokens.issue_code(jane, bench.client)
    request = MockRequest(
        f"code={code}".encode(), "cloud", method="POST", headers={"Content-Type": FORM}
    )
    answer = await RECEIVERS[Purpose.TOKEN_EXCHANGE].answer(bench.app, request)
    assert answer.status == 200
    await bench.settle()
    assert bench.app.links.progress is Progress.NO_REDIRECT

    now = str(round(bench.simulator.clock() * 1000))
    nonce = bench.simulator.linking.nonce(bench.client, jane, now)
    request = MockRequest(b"", "cloud", query_string=f"nonce={nonce}&time={now}")
    answer = await RECEIVERS[Purpose.ACCOUNT_LINK].answer(bench.app, request)
    assert answer.text is not None
    assert "Your Ring account is here" in answer.text


async def test_an_event_and_a_code_through_the_websocket(
    bench: Bench, hass_ws_client: WebSocketGenerator
) -> None:
    socket = await hass_ws_client()
    body = a_motion(bench.simulator)
    await socket.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": URL(bench.client.webhook_url).name,
            "method": "POST",
            "headers": {"X-Signature": sign(bench.client.hmac_key, body)},
            "body": body.decode(),
        }
    )
    assert (await socket.receive_json())["result"]["status"] == 200
    assert bench.entries[0].runtime_data.webhooks.deliveries.last is not None

    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    code = bench.simulator.tokens.issue_code(jane, bench.client)
    await socket.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": URL(bench.client.token_exchange_url).name,
            "method": "POST",
            "headers": {"Content-Type": FORM},
            "body": f"code={code}",
        }
    )
    assert (await socket.receive_json())["result"]["body"] == '{"status": "ok"}'
    await bench.settle()
    assert bench.app.links.progress is Progress.NO_REDIRECT


@pytest.mark.parametrize("method", ["get", "put"])
async def test_a_method_that_makes_no_sense(bench: Bench, method: str) -> None:
    for address in (bench.client.token_exchange_url, bench.client.webhook_url):
        async with getattr(bench.http, method)(URL(address).relative()) as answer:
            assert answer.status == 405


async def test_the_page_waits_for_the_account(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ring sends the browser on while the code is still being exchanged."""
    jane = bench.simulator.add_account("Jane", "Roe", "jane@example.com")
    bench.simulator.faults.add(Fault(path="/oauth/token", delay=10, count=1))
    bench.freezer.tick(1)
    made = await bench.simulator.linking.install(bench.client, jane, None)
    await bench.paused.wait()
    settled = bench.app.links.async_settled

    async def settle(within: float) -> Progress:
        bench.go_on.set()
        return await settled(within)

    monkeypatch.setattr(bench.app.links, "async_settled", settle)
    async with bench.http.get(URL(made.redirect_url).relative()) as answer:
        page = await answer.text()
    bench.go_on.set()
    await bench.settle()
    assert "Your Ring account is here" in page


async def test_any_account_s_key_will_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = bench.client.hmac_key
    monkeypatch.setattr(bench.app, "hmac_keys", lambda: ["another", key])
    body = a_motion(bench.simulator)
    headers = {"X-Signature": sign(key, body)}
    answer = await bench.post(bench.client.webhook_url, data=body, headers=headers)
    assert answer == (200, "")
    assert bench.entries[0].runtime_data.webhooks.deliveries.last is not None
