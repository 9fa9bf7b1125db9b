"""From a press of the bell, as Ring delivers it, to the state that shows it.

The baseline is a webhook handler in the same, real Home Assistant that reads the body
and fires an event. Ours verifies and reads the delivery, makes sure that it is new, and
writes the states that show it. Both are timed from the request to the message that a
client of Home Assistant's websocket gets, by turns.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
import hmac
import json
from pathlib import Path
import statistics
import tempfile
import time
from typing import Any
from uuid import uuid4

import aiohttp

from script.harness.account import add_linked_account
from script.harness.api import HomeAssistantApi
from script.harness.checkout import COMPONENTS, DOMAIN
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator

from .table import Row, compared, percentile_99

_CALLS = 3_000
_WARM_UP = 50
_BURST = 1_000
_PAUSE = 0.005
"""Seconds between deliveries, so that none pays for what the last one left to do."""
_ENTITY = "event.front_door_doorbell"
_BARE = "bare_webhook"

_COMPONENT = f'''"""A webhook that does nothing but fire an event."""

from homeassistant.components import webhook


async def async_setup(hass, config):
    async def handle(hass, webhook_id, request):
        body = await request.text()
        hass.bus.async_fire("{_BARE}", {{"size": len(body)}})

    webhook.async_register(hass, "{_BARE}", "Bare", "{_BARE}", handle)
    return True
'''
_MANIFEST = {
    "domain": _BARE,
    "name": "Bare webhook",
    "codeowners": [],
    "dependencies": ["webhook"],
    "documentation": "https://example.com",
    "version": "1.0.0",
}


async def run() -> list[Row]:
    """Measure single deliveries and a burst."""
    with tempfile.TemporaryDirectory() as folder:
        async with RealSimulator() as simulator:
            home_assistant = RealHomeAssistant(
                Path(folder), env=simulator.environment, pages=False
            )
            _add_bare_webhook(Path(folder))
            async with home_assistant:
                return await _measure(home_assistant, simulator)


def _add_bare_webhook(folder: Path) -> None:
    components = folder / "custom_components"
    components.unlink()
    components.mkdir()
    (components / DOMAIN).symlink_to(COMPONENTS / DOMAIN)
    bare = components / _BARE
    bare.mkdir()
    (bare / "__init__.py").write_text(_COMPONENT)
    (bare / "manifest.json").write_text(json.dumps(_MANIFEST))
    with (folder / "configuration.yaml").open("a") as configuration:
        configuration.write(f"{_BARE}:\n")


async def _measure(
    home_assistant: RealHomeAssistant, simulator: RealSimulator
) -> list[Row]:
    api = home_assistant.api
    await add_linked_account(api, simulator)
    await api.act("logger.set_level", **{f"custom_components.{DOMAIN}": "warning"})
    app, door = await simulator.app(), await simulator.device("Front Door")
    account_id = (await simulator.state())["accounts"][0]["id"]

    def delivery() -> tuple[bytes, dict[str, str]]:
        now = datetime.now(UTC)
        body = json.dumps(
            {
                "meta": {
                    "version": "1.1",
                    "time": now.isoformat(),
                    "request_id": str(uuid4()),
                    "account_id": account_id,
                },
                "data": {
                    "id": f"{door['id']}_button_press_{uuid4()}",
                    "type": "button_press",
                    "attributes": {
                        "source": door["id"],
                        "source_type": "devices",
                        "timestamp": int(now.timestamp() * 1000),
                    },
                },
            }
        ).encode()
        signature = hmac.digest(app["hmac_key"].encode(), body, "sha256").hex()
        return body, {"X-Signature": f"sha256={signature}"}

    async with aiohttp.ClientSession() as session:
        ours = _Listener(session, app["webhook_url"], "state_changed", _ENTITY)
        bare = _Listener(session, f"{api.url}/api/webhook/{_BARE}", _BARE)
        async with ours.connected(api), bare.connected(api):
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(_WARM_UP + _CALLS):
                body, headers = delivery()
                for listener, values in zip((bare, ours), times, strict=True):
                    await asyncio.sleep(_PAUSE)
                    values.append(await listener.time(body, headers))
            singles = [values[_WARM_UP:] for values in times]
            bursts = [
                await listener.burst([delivery() for _ in range(_BURST)])
                for listener in (bare, ours)
            ]
    return [
        compared(
            f"Delivery to state, {name} (baseline: bare webhook)",
            ours,
            bare,
            unit="ms",
            in_second=1e3,
        )
        for name, (bare, ours) in (
            ("median", map(statistics.median, singles)),
            ("99th percentile", map(percentile_99, singles)),
            (f"burst of {_BURST:,}", bursts),
        )
    ]


class _Listener:
    """Sends to one webhook and waits for what Home Assistant makes of it."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        event_type: str,
        entity_id: str | None = None,
    ) -> None:
        self._session = session
        self._url = url
        self._event_type = event_type
        self._entity_id = entity_id
        self._seen: asyncio.Queue[float] = asyncio.Queue()

    @asynccontextmanager
    async def connected(self, api: HomeAssistantApi) -> AsyncIterator[None]:
        """Listen to Home Assistant's websocket."""
        async with self._session.ws_connect(f"{api.url}/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json(
                {"type": "auth", "access_token": api.tokens["access_token"]}
            )
            await socket.receive_json()
            await socket.send_json(
                {"id": 1, "type": "subscribe_events", "event_type": self._event_type}
            )
            await socket.receive_json()
            listening = asyncio.create_task(self._listen(socket))
            yield
            listening.cancel()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            at = time.perf_counter()
            data: dict[str, Any] = json.loads(message.data)["event"]["data"]
            if data.get("entity_id") == self._entity_id:
                self._seen.put_nowait(at)

    async def time(self, body: bytes, headers: dict[str, str]) -> float:
        """Return the seconds from a delivery to what is heard of it."""
        began = time.perf_counter()
        await self._send(body, headers)
        return await self._seen.get() - began

    async def burst(self, deliveries: list[tuple[bytes, dict[str, str]]]) -> float:
        """Return the seconds until all of many deliveries have been heard of."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for body, headers in deliveries:
                group.create_task(self._send(body, headers))
        for _ in deliveries:
            async with asyncio.timeout(60):
                heard = await self._seen.get()
        return heard - began

    async def _send(self, body: bytes, headers: dict[str, str]) -> None:
        async with self._session.post(self._url, data=body, headers=headers) as answer:
            answer.raise_for_status()
