"""Duration from a button press webhook to the state of the event entity.

The integration verifies and parses the webhook, checks that its event is new, and
writes the states. It is compared with two webhook handlers in the same Home Assistant
that only read the body: the baseline fires an event, and the other one triggers an
event entity, which is what Home Assistant's state machine costs. All are measured from
the request to the message that a WebSocket client of Home Assistant receives.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
import hmac
import json
from pathlib import Path
import tempfile
import time
from typing import Any
from uuid import uuid4

import aiohttp

from script.harness.accounts import add_linked_account
from script.harness.api import HomeAssistantApi
from script.harness.const import COMPONENTS, DOMAIN
from script.harness.home_assistant import RealHomeAssistant
from script.harness.simulator import RealSimulator

from .table import Row, duration_rows, rounds_row

_CALLS = 3_000
_WARM_UP_CALLS = 50
_BURST_SIZE = 1_000
_BURSTS = 5
_PAUSE = 0.005
"""Seconds between webhooks, in which Home Assistant finishes the work of the last."""
_ENTITY = "event.front_door_doorbell"
_BASELINE = "baseline_webhook"

_STATE = "baseline_state"

_COMPONENT = f'''"""A webhook that only fires an event, and one for an event entity."""

from homeassistant.components import webhook
from homeassistant.helpers.discovery import async_load_platform


async def async_setup(hass, config):
    async def handle(hass, webhook_id, request):
        body = await request.text()
        hass.bus.async_fire("{_BASELINE}", {{"size": len(body)}})

    webhook.async_register(hass, "{_BASELINE}", "Baseline", "{_BASELINE}", handle)
    await async_load_platform(hass, "event", "{_BASELINE}", {{}}, config)
    return True
'''
_EVENT_PLATFORM = f'''"""A webhook that only triggers an event entity."""

from homeassistant.components import webhook
from homeassistant.components.event import DoorbellEventType, EventEntity


async def async_setup_platform(hass, config, async_add_entities, discovery_info=None):
    entity = BaselineEvent()
    async_add_entities([entity])

    async def handle(hass, webhook_id, request):
        body = await request.text()
        entity._trigger_event(DoorbellEventType.RING, {{"size": len(body)}})
        entity.async_write_ha_state()

    webhook.async_register(hass, "{_BASELINE}", "State", "{_STATE}", handle)


class BaselineEvent(EventEntity):
    _attr_name = "{_STATE}"
    _attr_device_class = "doorbell"
    _attr_event_types = [DoorbellEventType.RING]
    _attr_should_poll = False
'''
_MANIFEST = {
    "domain": _BASELINE,
    "name": "Baseline webhook",
    "codeowners": [],
    "dependencies": ["webhook"],
    "documentation": "https://example.com",
    "version": "1.0.0",
}


async def run() -> list[Row]:
    """Measure single webhooks and a burst."""
    with tempfile.TemporaryDirectory() as folder:
        async with RealSimulator() as simulator:
            home_assistant = RealHomeAssistant(
                Path(folder), env=simulator.environment, frontend=False
            )
            _add_baseline_component(Path(folder))
            async with home_assistant:
                return await _measure(home_assistant, simulator)


def _add_baseline_component(folder: Path) -> None:
    components = folder / "custom_components"
    components.unlink()
    components.mkdir()
    (components / DOMAIN).symlink_to(COMPONENTS / DOMAIN)
    baseline = components / _BASELINE
    baseline.mkdir()
    (baseline / "__init__.py").write_text(_COMPONENT)
    (baseline / "event.py").write_text(_EVENT_PLATFORM)
    (baseline / "manifest.json").write_text(json.dumps(_MANIFEST))
    with (folder / "configuration.yaml").open("a") as configuration:
        configuration.write(f"{_BASELINE}:\n")


async def _measure(
    home_assistant: RealHomeAssistant, simulator: RealSimulator
) -> list[Row]:
    api = home_assistant.api
    await add_linked_account(api, simulator)
    await api.perform_action(
        "logger.set_level", **{f"custom_components.{DOMAIN}": "warning"}
    )
    app, door = await simulator.app(), await simulator.device("Front Door")
    account_id = (await simulator.state())["accounts"][0]["id"]

    def make_webhook() -> tuple[bytes, dict[str, str]]:
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

    async with aiohttp.ClientSession() as session, _messages(session, api) as received:
        ours = _WebhookTimer(session, app["webhook_url"], received[_ENTITY])
        baseline, state = (
            _WebhookTimer(session, f"{api.url}/api/webhook/{webhook}", received[source])
            for webhook, source in ((_BASELINE, None), (_STATE, f"event.{_STATE}"))
        )
        timers = (baseline, state, ours)
        durations: dict[_WebhookTimer, list[float]] = {each: [] for each in timers}
        bursts: dict[_WebhookTimer, list[float]] = {each: [] for each in timers}
        for _ in range(_WARM_UP_CALLS + _CALLS):
            body, headers = make_webhook()
            for timer in timers:
                await asyncio.sleep(_PAUSE)
                durations[timer].append(await timer.measure(body, headers))
        for _ in range(_BURSTS):
            for timer in timers:
                webhooks = [make_webhook() for _ in range(_BURST_SIZE)]
                bursts[timer].append(await timer.measure_burst(webhooks))
    rows: list[Row] = []
    for other, name, goals, burst_goal in (
        (baseline, "minimal webhook handler", ("≤ 1.3", "≤ 1.3"), "≤ 1.33"),
        (state, "handler for an event entity", ("", ""), ""),
    ):
        rows += duration_rows(
            f"Webhook to state, {{}} ({name})",
            durations[ours][_WARM_UP_CALLS:],
            durations[other][_WARM_UP_CALLS:],
            unit="ms",
            units_per_second=1e3,
            goals=goals,
        )
        rows.append(
            rounds_row(
                f"Webhook to state, burst of {_BURST_SIZE:,} ({name})",
                bursts[ours],
                bursts[other],
                goal=burst_goal,
            )
        )
    return rows


@asynccontextmanager
async def _messages(
    session: aiohttp.ClientSession, api: HomeAssistantApi
) -> AsyncIterator[dict[str | None, asyncio.Queue[float]]]:
    """Return when messages of Home Assistant's WebSocket API come, by their entity.

    States come as dashboards get them, so that those of other entities cost nothing.
    """
    received: dict[str | None, asyncio.Queue[float]] = defaultdict(asyncio.Queue)

    async def listen() -> None:
        async for message in socket:
            received_at = time.perf_counter()
            event: dict[str, Any] = json.loads(message.data)["event"]
            # The states at the time of the subscription come as "a", added.
            for source in (None,) if "data" in event else event.get("c", ()):
                received[source].put_nowait(received_at)

    async with session.ws_connect(f"{api.url}/api/websocket") as socket:
        await socket.receive_json()
        await socket.send_json(
            {"type": "auth", "access_token": api.tokens["access_token"]}
        )
        await socket.receive_json()
        subscriptions: list[dict[str, Any]] = [
            {"type": "subscribe_events", "event_type": _BASELINE},
            # The last one, as its states are sent at once.
            {
                "type": "subscribe_entities",
                "entity_ids": [_ENTITY, f"event.{_STATE}"],
            },
        ]
        for number, subscription in enumerate(subscriptions, 1):
            await socket.send_json({"id": number, **subscription})
            await socket.receive_json()
        listening = asyncio.create_task(listen())
        yield received
        listening.cancel()


class _WebhookTimer:
    """Sends webhooks to a URL, and measures the time until Home Assistant's message."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        received: asyncio.Queue[float],
    ) -> None:
        self._session = session
        self._url = url
        self._received = received

    async def measure(self, body: bytes, headers: dict[str, str]) -> float:
        """Return the seconds from a webhook to its message."""
        started = time.perf_counter()
        await self._send(body, headers)
        return await self._received.get() - started

    async def measure_burst(
        self, webhooks: list[tuple[bytes, dict[str, str]]]
    ) -> float:
        """Return the seconds from several webhooks to their last message."""
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for body, headers in webhooks:
                group.create_task(self._send(body, headers))
        for _ in webhooks:
            async with asyncio.timeout(60):
                received_at = await self._received.get()
        return received_at - started

    async def _send(self, body: bytes, headers: dict[str, str]) -> None:
        async with self._session.post(
            self._url, data=body, headers=headers
        ) as response:
            response.raise_for_status()
