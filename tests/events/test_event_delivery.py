"""Each event is recorded exactly once under faults, and none fires late.

Ring sends every webhook twice, in random order, and loses one in five. The account is
unloaded twice, and for ten rounds Ring's API fails. The result is read from Home
Assistant's recorder.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.helpers.recorder import session_scope
from homeassistant.util import dt as dt_util
import orjson
import pytest
from sqlalchemy import text
from yarl import URL

from ring_simulator import Fault, SimDevice
from ring_simulator.outbound import Outbound

from ..linked_home import LinkedHome

ROUNDS = 60
EVENTS_PER_ROUND = 5
CAMERAS = ("Front Door", "Garden", "Driveway", "Garage")

FIRED = """
    SELECT DISTINCT states_meta.entity_id, states.state, state_attributes.shared_attrs
    FROM states
    JOIN states_meta ON states.metadata_id = states_meta.metadata_id
    JOIN state_attributes ON states.attributes_id = state_attributes.attributes_id
    WHERE states_meta.entity_id LIKE 'event.%'
"""
LATE = """
    SELECT event_data.shared_data
    FROM events
    JOIN event_types ON events.event_type_id = event_types.event_type_id
    JOIN event_data ON events.data_id = event_data.data_id
    WHERE event_types.event_type = 'ring_partner_late_event'
"""


@dataclass(frozen=True)
class PendingWebhook:
    """A webhook that is not delivered yet."""

    url: URL
    body: bytes
    headers: Mapping[str, str]


class WebhookShuffler:
    """Holds the webhooks that Ring sends and delivers them twice, in random order."""

    def __init__(self, home: LinkedHome, random: Random) -> None:
        self._home = home
        self._random = random
        self._pending: list[PendingWebhook] = []
        self._outbound = Outbound()
        self.statuses: Counter[int | None] = Counter()

    async def take(
        self, url: URL, body: bytes, headers: Mapping[str, str]
    ) -> int | None:
        """Accept a webhook from Ring."""
        self._pending += [PendingWebhook(url, body, headers)] * 2
        return 200

    async def deliver(self) -> None:
        """Deliver the pending webhooks, except for a few that wait for next time."""
        self._random.shuffle(self._pending)
        count = len(self._pending)
        kept = self._random.randrange(3) if count > 3 else 0
        self._pending, batch = self._pending[:kept], self._pending[kept:]
        for webhook in batch:
            self._home.freezer.tick(self._random.uniform(0.01, 0.4))
            status = await self._outbound.post(
                webhook.url, webhook.body, webhook.headers
            )
            self.statuses[status] += 1
            if status != 200:
                # Ring repeats a webhook that was not accepted.
                self._pending.append(webhook)
        await self._home.hass.async_block_till_done()

    async def close(self) -> None:
        """Deliver the remaining webhooks and close the connections."""
        while self._pending:
            await self.deliver()
        await self._outbound.close()


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Set up the recorder before Home Assistant."""


def rows(home: LinkedHome, sql: str) -> list[tuple[Any, ...]]:
    with session_scope(hass=home.hass, read_only=True) as session:
        return [tuple(row) for row in session.execute(text(sql))]


def recorded(home: LinkedHome) -> tuple[list[str], list[str]]:
    """Return the IDs of the events that fired and of the late events."""
    fired = []
    for entity_id, state, attributes in rows(home, FIRED):
        if state in ("unknown", "unavailable") or "_camera_" in entity_id:
            continue
        data = orjson.loads(attributes)
        happened, at = map(dt_util.parse_datetime, (data["time"], state))
        assert happened is not None
        assert at is not None
        assert (at - happened).total_seconds() <= 60, f"{entity_id} fired late"
        fired.append(data["event_id"])
    return fired, [orjson.loads(data)["event_id"] for (data,) in rows(home, LATE)]


def trigger_event(home: LinkedHome, random: Random) -> tuple[SimDevice, str, str]:
    """Trigger a random event; return the device, its webhook ID and its history ID."""
    device = home.simulator.device(random.choice(CAMERAS))
    if device is home.door and random.random() < 0.6:
        (delivery,) = home.simulator.press(device)
    else:
        sub_type = random.choice(("human", "vehicle", "motion"))
        (delivery,) = home.simulator.motion(device, sub_type)
    recording = home.simulator.history._events[-1]
    return device, delivery.event_id, recording.id


async def test_each_event_is_recorded_exactly_once(
    recorder_mock: Recorder, without_pictures: None, home: LinkedHome
) -> None:
    random = Random(2026)
    simulator = home.simulator
    shuffler = WebhookShuffler(home, random)
    simulator.outbound._post = shuffler.take
    simulator.settings.webhook_drop_share = 0.2
    happened = []
    outage = ""
    for number in range(ROUNDS):
        match number:
            case 15 | 45:
                # The webhooks of this round arrive while the account is unloaded.
                assert await home.hass.config_entries.async_unload(home.entry.entry_id)
            case 16 | 46:
                assert await home.hass.config_entries.async_setup(home.entry.entry_id)
            case 25:
                outage = simulator.faults.add(Fault(status=500))
            case 35:
                simulator.faults.remove(outage)
        for _ in range(EVENTS_PER_ROUND):
            await home.pass_time(random.uniform(1, 12))
            happened.append(trigger_event(home, random))
        await simulator.webhooks.wait_until_idle()
        await shuffler.deliver()
        await home.pass_time(random.choice((1, 20, 400)))
    await shuffler.close()
    for _ in range(130):
        await home.pass_time(60)
    await recorder_mock.async_block_till_done()

    fired, late = recorded(home)
    counts = Counter([*fired, *late])
    lost = sum(d.state == "dropped" for d in simulator.webhooks.deliveries)
    print(
        f"{len(happened)} events, {lost} deliveries lost, {shuffler.statuses}: "
        f"{len(fired)} fired, {len(late)} noted"
    )
    assert set(shuffler.statuses) <= {200, 503}
    assert lost >= len(happened) // 8
    for device, webhook_id, history_id in happened:
        assert counts[webhook_id] + counts[history_id] == 1, (device.name, webhook_id)
    assert counts.total() == len(happened)
    assert len(fired) >= len(happened) // 2
