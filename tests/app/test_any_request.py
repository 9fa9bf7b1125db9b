"""Any request to the public URLs gets the right status, and leaves no traceback."""

from collections.abc import Awaitable, Callable
import logging
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from homeassistant.util.aiohttp import MockRequest
from hypothesis import HealthCheck, given, settings, strategies as st
import orjson
import pytest

from custom_components.ring_partner.app.public_urls import UrlKind
from custom_components.ring_partner.app.webhook_handlers import webhook_handlers
from ring_simulator.webhooks import sign

from ..api.documents import JSON, changed
from ..linked_home import RING, LinkedHome

type Send = Callable[..., Awaitable[web.Response]]

NO_EXAMPLES: Final = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LINE = st.text(st.characters(min_codepoint=32, max_codepoint=255))
CONTENT_TYPES = LINE | st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
)
ENCODINGS = st.sampled_from(["identity", "identity", "gzip", "zstd", ""])
OTHER_HEADERS = st.dictionaries(
    st.sampled_from(["X-Odd", "User-Agent", "Content-Length", "X-Forwarded-For"]), LINE
)
HEADERS = st.tuples(
    OTHER_HEADERS,
    st.fixed_dictionaries(
        {}, optional={"Content-Type": CONTENT_TYPES, "Content-Encoding": ENCODINGS}
    ),
).map(lambda parts: parts[0] | parts[1])
CODE_NAMES = st.sampled_from(["code", "authorization_code", "auth_code", "other"])
FIELDS = st.dictionaries(CODE_NAMES, st.text(max_size=60))
BODIES = (
    st.binary()
    | JSON.map(orjson.dumps)
    | st.dictionaries(CODE_NAMES, JSON).map(orjson.dumps)
    | FIELDS.map(lambda fields: urlencode(fields).encode())
    | st.just(b"code=" + b"a" * 3000)
)


@pytest.fixture
def send(home: LinkedHome, without_pictures: None) -> Send:
    """Return a function that sends a request to one of the public URLs."""
    handlers = {
        handler.kind: handler
        for handler in webhook_handlers(home.hass, home.app.links, home.app.router)
    }

    async def send(kind: UrlKind, **request: Any) -> web.Response:
        return await handlers[kind].async_handle(
            home.hass,
            "id",
            MockRequest(mock_source="test", **request),  # type: ignore[arg-type]
        )

    return send


@pytest.fixture(autouse=True)
def no_errors(caplog: pytest.LogCaptureFixture) -> Any:
    """Check that nothing was logged as an error."""
    yield
    records = caplog.get_records("call")
    assert not [record for record in records if record.levelno >= logging.ERROR]


def is_encoded(headers: dict[str, str]) -> bool:
    """Return whether a request claims to have a compressed body."""
    return headers.get("Content-Encoding", "identity") != "identity"


@NO_EXAMPLES
@given(
    data=st.data(),
    type_=st.sampled_from(["button_press", "motion_detected", "device_offline"]),
    headers=HEADERS,
    signature=st.sampled_from(["right", "of another body", "of another key", "none"])
    | LINE,
)
async def test_any_event(
    home: LinkedHome,
    send: Send,
    data: st.DataObject,
    type_: str,
    headers: dict[str, str],
    signature: str,
) -> None:
    home.freezer.tick(1)
    home.fired.clear()
    key, now = home.simulator.client.hmac_key, home.simulator.clock()
    event = home.envelope(type_, request_id=f"any{now}")
    body = data.draw(st.binary() | (JSON | changed(event)).map(orjson.dumps))
    match signature:
        case "right":
            signature = sign(key, body)
        case "of another body":
            signature = sign(key, body + b" ")
        case "of another key":
            signature = sign(key + "=", body)
    if signature != "none":
        headers |= {"X-Signature": signature}
    tracker = home.entry.runtime_data.delivery.tracker
    before = tracker.last_delivery

    response = await send(UrlKind.WEBHOOK, content=body, method="POST", headers=headers)

    if is_encoded(headers):
        assert response.status == 415
    else:
        assert response.status == (200 if signature == sign(key, body) else 401)
    if response.status != 200:
        assert (tracker.last_delivery, home.event_ids(RING)) == (before, [])


@settings(NO_EXAMPLES, max_examples=max(1_000, settings.default.max_examples))
@given(
    data=st.data(),
    type_=st.sampled_from(["button_press", "motion_detected", "device_offline"]),
)
async def test_any_changed_event(
    home: LinkedHome, data: st.DataObject, type_: str
) -> None:
    """Ring may change the structure of its events."""
    home.freezer.tick(1)
    home.fired.clear()
    now = home.simulator.clock()
    event = data.draw(changed(home.envelope(type_, request_id=f"any{now}")))
    assert await home.deliver(event) == 200

    # None of them keeps the next event from being handled.
    assert (
        await home.deliver(home.envelope("button_press", request_id=f"next{now}"))
        == 200
    )
    await home.settle()
    assert home.event_ids(RING)[-1].endswith(f"_next{now}")


@NO_EXAMPLES
@given(body=BODIES, headers=HEADERS, query=FIELDS)
async def test_any_code(
    home: LinkedHome,
    send: Send,
    body: bytes,
    headers: dict[str, str],
    query: dict[str, str],
) -> None:
    entries = home.hass.config_entries.async_entries()
    home.freezer.tick(61)  # Ten codes are exchanged in a minute.

    response = await send(
        UrlKind.TOKEN_EXCHANGE,
        content=body,
        method="POST",
        headers=headers,
        query_string=urlencode(query),
    )

    if is_encoded(headers):
        assert response.status == 415
    else:
        assert (response.status, response.text) in {
            (200, '{"status": "ok"}'),
            (400, '{"error": "no_code"}'),
            (400, '{"error": "malformed"}'),
            (413, '{"error": "too_large"}'),
        }
    await home.app.links.async_wait_for_exchange(5)
    assert home.app.links.get() is None
    assert home.hass.config_entries.async_entries() == entries


@NO_EXAMPLES
@given(
    query=st.dictionaries(
        st.sampled_from(["nonce", "time", "other"]),
        st.text() | st.from_regex(r"[\w-]{43}|<script>.*|[0-9]{13}", fullmatch=True),
    ),
    age=st.none() | st.integers(-700, 700),
    headers=HEADERS,
)
async def test_any_redirect(
    home: LinkedHome,
    send: Send,
    query: dict[str, str],
    age: int | None,
    headers: dict[str, str],
) -> None:
    home.freezer.tick(1)
    if age is not None:
        query["time"] = str(int((home.simulator.clock() - age) * 1000))

    response = await send(
        UrlKind.ACCOUNT_LINK,
        method="GET",
        content=b"",
        headers=headers,
        query_string=urlencode(query),
    )

    if is_encoded(headers):
        assert response.status == 415
        return
    assert response.status in {200, 400}
    assert response.content_type == "text/html"
    assert not [
        value
        for value in query.values()
        if len(value) > 12 and value in (response.text or "")
    ]
    assert home.app.links.get() is None
