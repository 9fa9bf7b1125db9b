"""Webhooks that Ring never sends: forged, malformed or incomplete."""

import asyncio
from collections.abc import Callable
import logging
import os
from random import Random
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import orjson
import pytest
from yarl import URL

from custom_components.ring_partner.api.webhook import MAX_WEBHOOK_SIZE
from custom_components.ring_partner.app.webhook_handlers import async_read_body
from ring_simulator.webhooks import sign

from ..helpers import state_of, states
from ..linked_home import RING, LinkedHome

FORGERIES = 100_000 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 5_000
KEY = "another-key"
SIGNED = re.compile("sha256=[0-9a-fA-F]{64}")

type Forge = Callable[[Random, bytes, str], tuple[bytes, str | None]]


def _flip(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    at = random.randrange(len(body))
    changed = body[at] ^ random.randrange(1, 256)
    return body[:at] + bytes([changed]) + body[at + 1 :], signature


def _cut(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    return body[: random.randrange(len(body))], signature


def _noise(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    return random.randbytes(random.randrange(400)), signature


def _nested(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    depth = random.randrange(1, 5_000)
    return b'{"a":[' * depth + b"]}" * depth, signature


def _large(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    return body + b" " * (MAX_WEBHOOK_SIZE + random.randrange(100)), signature


def _other_key(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    return body, sign(f"{KEY}{random.random()}", body)


def _without(random: Random, body: bytes, signature: str) -> tuple[bytes, None]:
    return body, None


def _odd_signature(random: Random, body: bytes, signature: str) -> tuple[bytes, str]:
    digest = signature.removeprefix("sha256=")
    return body, random.choice(
        [
            "",
            "sha256=",
            digest,
            digest.upper(),
            signature.upper(),
            f"sha1={digest}",
            f" {signature}",
            f"{signature}0",
            signature[: random.randrange(len(signature))],
            f"sha256={random.randbytes(32).hex()}",
            "sha256=\udcff\u00e9" + digest[2:],
        ]
    )


FORGE: tuple[Forge, ...] = (
    _flip,
    _cut,
    _noise,
    _nested,
    _large,
    _other_key,
    _without,
    _odd_signature,
)


async def test_forged_webhooks_are_rejected(
    home: LinkedHome, caplog: pytest.LogCaptureFixture
) -> None:
    random = Random(11)
    body = orjson.dumps(home.envelope("button_press"))
    signature = sign(home.simulator.client.hmac_key, body)
    before = states(home.hass, "")
    answers: dict[int, int] = {}
    signed = 0
    for number in range(FORGERIES):
        # Large bodies are slow to make and all alike.
        kinds = FORGE if number % 50 == 0 else [f for f in FORGE if f is not _large]
        forged, claimed = random.choice(kinds)(random, body, signature)
        status = await home.deliver(forged, signature=claimed or "")
        answers[status] = answers.get(status, 0) + 1
        signed += status == 401 and bool(SIGNED.fullmatch(claimed or ""))

    assert set(answers) == {401, 413}
    assert sum(answers.values()) == FORGERIES
    deliveries = home.entry.runtime_data.delivery.tracker
    assert 0 < deliveries.wrong_signatures == signed < answers[401]
    after = states(home.hass, "")
    assert {key for key in before if before[key] != after[key]} == {
        "sensor.alex_morgan_event_delivery"
    }
    assert home.late == []
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
    # The valid webhook is accepted.
    assert await home.deliver(body, signature=signature) == 200
    assert len(home.event_ids(RING)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b"{",
        b"\xff\xfe\x00",
        b'{"data":{"type":"\xff"}}',
        b"NaN",
        b'{"meta":[],"data":[]}',
        b'{"data":{"type":7}}',
        b'{"data":{"type":"a\\u0000b"}}',
        b"[" * 30_000 + b"]" * 30_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b" " * MAX_WEBHOOK_SIZE,
    ],
)
async def test_signed_body_without_an_event_changes_no_state(
    home: LinkedHome, body: bytes
) -> None:
    before = states(home.hass, "")
    assert await home.deliver(body) == 200
    assert states(home.hass, "") == before


async def test_body_size_is_limited(home: LinkedHome) -> None:
    body = orjson.dumps(home.envelope("button_press"))
    padded = body + b" " * (MAX_WEBHOOK_SIZE - len(body))
    assert await home.deliver(padded + b" ") == 413
    assert home.event_ids(RING) == []
    assert await home.deliver(padded) == 200
    assert len(home.event_ids(RING)) == 1


async def test_replayed_event_fires_once(
    home: LinkedHome, freezer: FrozenDateTimeFactory
) -> None:
    body = home.envelope("button_press")
    for _ in range(50):
        assert await home.deliver(body) == 200
        freezer.tick(1)
    assert len(home.event_ids(RING)) == 1
    # A replay a day later, after a reload, does not fire either.
    freezer.tick(86_400)
    await home.reload()
    assert await home.deliver(body) == 200
    assert len(home.event_ids(RING)) == 1
    assert home.late == []


async def test_webhook_without_a_loaded_account_returns_503(home: LinkedHome) -> None:
    body = home.envelope("button_press")
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert await home.deliver(body) == 503
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert await home.deliver(body) == 200
    assert len(home.event_ids(RING)) == 1


async def send(home: LinkedHome, raw: bytes, *, hang_up: bool = False) -> bytes:
    """Send a raw request to the webhook and return the status line."""
    url = URL(home.simulator.client.webhook_url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {url.path} HTTP/1.1\r\nHost: {url.host}\r\n"
    writer.write(head.encode() + raw)
    await writer.drain()
    if hang_up:
        writer.close()
        await writer.wait_closed()
        return b""
    answer = await reader.readuntil(b"\r\n")
    writer.close()
    await writer.wait_closed()
    return answer


async def test_status_codes_over_a_socket(home: LinkedHome) -> None:
    body = orjson.dumps(home.envelope("button_press"))
    signature = sign(home.simulator.client.hmac_key, body).encode()
    large = b"Content-Length: %d\r\n\r\n" % (MAX_WEBHOOK_SIZE + 1) + b" " * (
        MAX_WEBHOOK_SIZE + 1
    )
    endless = (
        b"Transfer-Encoding: chunked\r\n\r\n"
        + (b"4000\r\n" + b" " * 0x4000 + b"\r\n") * 5
    )
    forged = b"X-Signature: sha256=00\r\nContent-Length: 2\r\n\r\n{}"
    genuine = b"X-Signature: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        signature,
        len(body),
        body,
    )
    assert b" 413 " in await send(home, large)
    assert b" 413 " in await send(home, endless)
    assert b" 401 " in await send(home, forged)
    assert b" 200 " in await send(home, genuine)
    await home.settle()
    assert len(home.event_ids(RING)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Length: 500\r\n\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\n10\r\nabc",
    ],
    ids=["length", "chunk"],
)
async def test_incomplete_body_causes_no_error(
    home: LinkedHome, caplog: pytest.LogCaptureFixture, raw: bytes
) -> None:
    await send(home, raw, hang_up=True)
    await home.wait_for_disconnect()
    await home.press()
    assert len(home.event_ids(RING)) == 1
    assert not [r for r in caplog.records if r.exc_info or r.levelno >= logging.ERROR]


async def test_endless_body_times_out(
    home: LinkedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def read(request: Any, most: int) -> bytes | None:
        begun.set()
        return await async_read_body(request, most)

    monkeypatch.setattr(f"{async_read_body.__module__}.async_read_body", read)
    answer = asyncio.ensure_future(send(home, b"Content-Length: 500\r\n\r\n{"))
    await begun.wait()
    await home.press()
    assert len(home.event_ids(RING)) == 1
    # Home Assistant's harness fires timers half a second early.
    await home.pass_time(3.4)
    assert not answer.done()
    await home.pass_time(0.7)
    assert b" 503 " in await answer


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"zstd"])
async def test_compressed_body_is_rejected(
    home: LinkedHome, caplog: pytest.LogCaptureFixture, encoding: bytes
) -> None:
    raw = b"Content-Encoding: %b\r\nContent-Length: 5\r\n\r\nabcde" % encoding
    assert b" 415 " in await send(home, raw)
    assert not [
        record
        for record in caplog.records
        if record.name.startswith(("homeassistant", "custom_components"))
        and record.levelno >= logging.WARNING
    ]


async def test_unsigned_request_is_no_wrong_signature(home: LinkedHome) -> None:
    """Anyone who finds the URL can send such a request."""
    await home.press()
    for _ in range(5):
        assert b" 401 " in await send(home, b"Content-Length: 2\r\n\r\n{}")
    assert home.entry.runtime_data.delivery.tracker.wrong_signatures == 0


async def test_event_is_handled_during_a_flood(home: LinkedHome) -> None:
    """Forged webhooks arrive at the same time as the event."""
    forged = b"X-Signature: sha256=00\r\nContent-Length: 2\r\n\r\n{}"
    flood = [asyncio.ensure_future(send(home, forged)) for _ in range(150)]
    home.simulator.press(home.door)
    flood += [asyncio.ensure_future(send(home, forged)) for _ in range(150)]
    await home.settle()
    answers = await asyncio.gather(*flood)
    assert len(home.event_ids(RING)) == 1
    assert all(b" 401 " in answer for answer in answers)
    (delivery,) = home.simulator.webhooks.deliveries
    assert (delivery.attempts, delivery.last_status) == (1, 200)
    assert state_of(home.hass, "sensor.alex_morgan_event_delivery") in (
        "working",
        "wrong_signature",
    )
