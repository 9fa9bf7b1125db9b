"""Through thick and thin, each event counts exactly once, and none rings late.

Ring repeats every delivery, mixes up their order and loses one in five. Home Assistant
is restarted twice, and in the middle Ring's API answers nothing for half an hour. What
counts in the end is what Home Assistant's recorder has.
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
A_ROUND = 5  # events
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
class Letter:
    """A delivery on its way."""

    url: URL
    body: bytes
    headers: Mapping[str, str]


class Post:
    """Keeps what Ring sends and delivers it twice, in any order."""

    def __init__(self, home: LinkedHome, random: Random) -> None:
        self._house = home
        self._random = random
        self._letters: list[Letter] = []
        self._outbound = Outbound()
        self.statuses: Counter[int | None] = Counter()

    async def take(
        self, url: URL, body: bytes, headers: Mapping[str, str]
    ) -> int | None:
        """Take a delivery from Ring."""
        self._letters += [Letter(url, body, headers)] * 2
        return 200

    async def deliver(self) -> None:
        """Deliver what is here, except for a few letters that lie until next time."""
        self._random.shuffle(self._letters)
        count = len(self._letters)
        kept = self._random.randrange(3) if count > 3 else 0
        self._letters, letters = self._letters[:kept], self._letters[kept:]
        for letter in letters:
            self._house.freezer.tick(self._random.uniform(0.01, 0.4))
            status = await self._outbound.post(letter.url, letter.body, letter.headers)
            self.statuses[status] += 1
            if status != 200:
                # Ring repeats what an app could not take.
                self._letters.append(letter)
        await self._house.hass.async_block_till_done()

    async def close(self) -> None:
        """Deliver the rest, and close."""
        while self._letters:
            await self.deliver()
        await self._outbound.close()


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Let Home Assistant have a recorder."""


def rows(home: LinkedHome, sql: str) -> list[tuple[Any, ...]]:
    with session_scope(hass=home.hass, read_only=True) as session:
        return [tuple(row) for row in session.execute(text(sql))]


def recorded(home: LinkedHome) -> tuple[list[str], list[str]]:
    """Return the ids of the events that were fired and of those that were noted."""
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


def happen(home: LinkedHome, random: Random) -> tuple[SimDevice, str, str]:
    """Let something happen; return both ids that Ring gives to it."""
    device = home.simulator.device(random.choice(CAMERAS))
    if device is home.door and random.random() < 0.6:
        (delivery,) = home.simulator.press(device)
    else:
        sub_type = random.choice(("human", "vehicle", "motion"))
        (delivery,) = home.simulator.motion(device, sub_type)
    recording = home.simulator.history._events[-1]
    return device, delivery.event_id, recording.id


async def test_exactly_once(recorder_mock: Recorder, home: LinkedHome) -> None:
    random = Random(2026)
    simulator = home.simulator
    post = Post(home, random)
    simulator.outbound._post = post.take
    simulator.settings.webhook_drop_share = 0.2
    happened = []
    outage = ""
    for number in range(ROUNDS):
        match number:
            case 15 | 45:
                # what comes meanwhile finds Home Assistant without the account
                assert await home.hass.config_entries.async_unload(home.entry.entry_id)
            case 16 | 46:
                assert await home.hass.config_entries.async_setup(home.entry.entry_id)
            case 25:
                outage = simulator.faults.add(Fault(status=500))
            case 35:
                simulator.faults.remove(outage)
        for _ in range(A_ROUND):
            await home.pass_time(random.uniform(1, 12))
            happened.append(happen(home, random))
        await simulator.webhooks.wait_until_idle()
        await post.deliver()
        await home.pass_time(random.choice((1, 20, 400)))
    await post.close()
    for _ in range(130):
        await home.pass_time(60)
    await recorder_mock.async_block_till_done()

    fired, late = recorded(home)
    counts = Counter([*fired, *late])
    lost = sum(d.state == "dropped" for d in simulator.webhooks.deliveries)
    print(
        f"{len(happened)} events, {lost} deliveries lost, {post.statuses}: "
        f"{len(fired)} fired, {len(late)} noted"
    )
    assert set(post.statuses) <= {200, 503}
    assert lost >= len(happened) // 8
    for device, webhook_id, history_id in happened:
        assert counts[webhook_id] + counts[history_id] == 1, (device.name, webhook_id)
    assert counts.total() == len(happened)
    assert len(fired) >= len(happened) // 2
