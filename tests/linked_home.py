"""A linked account that receives webhooks over a real socket."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, HomeAssistant
from homeassistant.util.aiohttp import MockRequest
import orjson
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.ring_partner.app.public_urls import (
    UrlKind,
    async_get_public_urls,
)
from custom_components.ring_partner.app.ring_app import RingApp
from custom_components.ring_partner.app.webhook_handlers import async_receive_event
from ring_simulator import SimDevice, Simulator
from ring_simulator.webhooks import sign

from .helpers import PassTime

RING = "event.front_door_doorbell"
MOTION = "event.garden_motion"


class LinkedHome:
    """Home Assistant with an account that is linked to the simulator's app."""

    def __init__(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        entry: MockConfigEntry,
        app: RingApp,
        pass_time: PassTime,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        self.hass = hass
        self.simulator = simulator
        self.entry = entry
        self.app = app
        self.pass_time = pass_time
        self.freezer = freezer
        self.server = TestServer(hass.http.app)
        self.fired = async_capture_events(hass, "state_changed")
        self.late = async_capture_events(hass, "ring_partner_late_event")

    @property
    def door(self) -> SimDevice:
        """The doorbell."""
        return self.simulator.device("Front Door")

    @property
    def garden(self) -> SimDevice:
        """A camera."""
        return self.simulator.device("Garden")

    async def settle(self) -> None:
        """Wait until all webhooks are handled."""
        await self.simulator.webhooks.wait_until_idle()
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def serve(self) -> None:
        """Set the webhook URL of the simulator's app to this Home Assistant."""
        # aiohttp's access log does not understand a frozen clock.
        await self.server.start_server(access_log=None)
        urls = async_get_public_urls(self.hass)
        webhook_id = (await urls.async_webhook_ids(self.app.client_id))[UrlKind.WEBHOOK]
        self.simulator.client.webhook_url = str(
            self.server.make_url(f"/api/webhook/{webhook_id}")
        )

    async def wait_for_disconnect(self) -> None:
        """Wait until the server has no connections."""
        assert self.server.handler is not None
        while self.server.handler.connections:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0)

    async def press(self) -> None:
        """Press the doorbell's button and wait until the event is handled."""
        self.simulator.press(self.door)
        await self.settle()

    async def move(self, sub_type: str = "human", *components: str) -> None:
        """Report motion in the garden and wait until the event is handled."""
        self.simulator.motion(self.garden, sub_type, components)
        await self.settle()

    async def reload(self) -> None:
        """Reload the account, which reads its files again."""
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.settle()

    def event_ids(self, entity_id: str) -> list[str]:
        """Return the IDs of the events that an event entity has fired."""
        return [
            change.data["new_state"].attributes["event_id"]
            for change in self.fired
            if _fires(change, entity_id)
        ]

    @property
    def late_ids(self) -> list[str]:
        """Return the IDs of the events that were too late to fire."""
        return [event.data["event_id"] for event in self.late]

    def fired_types(self, entity_id: str) -> list[str]:
        """Return the types of the events that an event entity has fired."""
        return [
            change.data["new_state"].attributes["event_type"]
            for change in self.fired
            if _fires(change, entity_id)
        ]

    async def deliver(
        self,
        body: bytes | Mapping[str, Any],
        *,
        signature: str | None = None,
        hmac_key: str | None = None,
    ) -> int:
        """Handle a webhook as a cloudhook does; return the status."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        if signature is None:
            signature = sign(hmac_key or self.simulator.client.hmac_key, raw)
        request = MockRequest(
            raw, "cloud", method="POST", headers={"X-Signature": signature}
        )
        response = await async_receive_event(self.app.router, request)
        return response.status

    def envelope(
        self,
        type_: str,
        device: SimDevice | None = None,
        *,
        request_id: str = "r1",
        ago: float = 0.0,
        **attributes: Any,
    ) -> dict[str, Any]:
        """Return the body of an event that happened some seconds ago."""
        device = device or self.door
        at = round((self.simulator.clock() - ago) * 1000)
        return {
            "meta": {
                "version": "1.1",
                "time": datetime.fromtimestamp(at / 1000, UTC).isoformat(),
                "request_id": request_id,
                "account_id": self.simulator.account.id,
            },
            "data": {
                "id": f"{device.id}_{type_}_{request_id}",
                "type": type_,
                "attributes": {
                    "source": device.id,
                    "source_type": "devices",
                    "timestamp": at,
                    **attributes,
                },
            },
        }


def _fires(change: Event[Any], entity_id: str) -> bool:
    """Return whether an event fired; a change of availability is no event."""
    if change.data["entity_id"] != entity_id:
        return False
    old, new = change.data["old_state"], change.data["new_state"]
    if new is None or new.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
        return False
    if old is None or old.state == STATE_UNAVAILABLE:
        return old is None
    return (old.state, old.attributes.get("event_id")) != (
        new.state,
        new.attributes.get("event_id"),
    )
