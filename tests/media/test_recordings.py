"""Recordings from the event history, read page by page."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from custom_components.ring_partner.api import (
    ForbiddenError,
    NotFoundError,
    RingError,
    RingSession,
    ServerError,
)
from custom_components.ring_partner.api.history import HistoryPage
from custom_components.ring_partner.api.media import MAX_AGE
from custom_components.ring_partner.media import history_list
from custom_components.ring_partner.media.history_list import SETTLED_AFTER
from custom_components.ring_partner.media.recordings import (
    MAX_LIST_AGE,
    Recording,
    Recordings,
)
from ring_simulator import Fault
from ring_simulator.history import HistoryEvent

from ..linked_home import LinkedHome
from .history_pages import page
from .recordings_driver import RecordingsDriver

HISTORY = "/v1/history/*"


@pytest.fixture
def driver(home: LinkedHome, monkeypatch: pytest.MonkeyPatch) -> RecordingsDriver:
    """Return the recordings of an account that was linked long ago."""
    simulator = home.simulator
    integration = simulator.linking.find(
        simulator.client.client_id, simulator.account.id
    )
    assert integration is not None
    integration.consented_at = simulator.clock() - 365 * 86_400
    session: RingSession = home.entry.runtime_data.session
    driver = RecordingsDriver(simulator, session, home.freezer)
    monkeypatch.setattr(history_list, "read_page", driver.read_page)
    return driver


async def test_list(driver: RecordingsDriver) -> None:
    ring = driver.add(100, "ding", duration=30)
    motion = driver.add(200)
    live_view = driver.add(300, "on_demand")
    first, second, third = await driver.read()
    assert first == Recording(
        driver.garden.id,
        ring.id,
        "button_press",
        None,
        dt_util.utc_from_timestamp(ring.start / 1000),
        dt_util.utc_from_timestamp(ring.end / 1000),
        None,
    )
    assert (second.event_id, second.type) == (motion.id, "motion_detected")
    assert (third.event_id, third.type) == (live_view.id, "on_demand")
    assert await driver.ids(types=("motion_detected",)) == [motion.id]
    assert await driver.ids(limit=2) == [ring.id, motion.id]
    assert await driver.ids(250, 150) == [motion.id]
    assert await driver.ids(200.5, 100.5) == [motion.id]
    assert driver.known(limit=1, types=("on_demand",)) == [live_view.id]


@pytest.mark.parametrize("last_page", ["no_next", "empty_with_next", "no_links"])
async def test_only_the_pages_that_are_needed_are_read(
    driver: RecordingsDriver, last_page: Any
) -> None:
    driver.simulator.settings.history_last_page = last_page
    ids = driver.add_many(60)
    assert await driver.ids(limit=10) == ids[:10]
    assert driver.reads == 1
    assert await driver.ids(limit=26) == ids[:26]
    assert driver.reads == 2  # the newest page again, and the second
    assert await driver.ids() == ids
    assert driver.reads == (3 if last_page == "empty_with_next" else 2)
    assert await driver.ids() == ids
    assert driver.reads == 1


async def test_what_is_settled_is_not_read_again(driver: RecordingsDriver) -> None:
    ids = driver.add_many(60)
    assert await driver.ids(40.5 * 3600, 20.5 * 3600) == ids[20:40]
    assert driver.reads == 2
    assert await driver.ids(30.5 * 3600, 20.5 * 3600) == ids[20:30]
    assert await driver.ids(30.5 * 3600, SETTLED_AFTER.total_seconds()) == ids[:30]
    assert driver.reads == 0
    assert await driver.ids(50.5 * 3600, 20.5 * 3600) == ids[20:50]
    assert driver.reads == 1


async def test_new_recordings(driver: RecordingsDriver) -> None:
    old = driver.add_many(60)
    assert await driver.ids() == old
    driver.freezer.tick(600)
    new = driver.add(1).id
    # A long recording is listed when it has ended, with the time at which it began.
    long = driver.add(900, duration=890).id
    assert driver.reads == 3
    assert await driver.ids() == [new, long, *old]
    assert driver.reads == 1


async def test_many_new_recordings(driver: RecordingsDriver) -> None:
    old = driver.add_many(30)
    assert await driver.ids() == old
    driver.freezer.tick(3000)
    new = driver.add_many(80, 30)
    assert driver.reads == 2
    # Pages are read until they reach what was settled.
    assert await driver.ids(limit=1) == new[:1]
    assert driver.reads == 4
    assert driver.known() == [*new, *old]
    assert await driver.ids() == [*new, *old]


async def test_gap_after_too_many_new_recordings(
    driver: RecordingsDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the pages in between, the earlier ones are forgotten."""
    old = driver.add_many(30)
    assert await driver.ids() == old
    driver.freezer.tick(3000)
    new = driver.add_many(80, 30)
    with monkeypatch.context() as context:
        context.setattr(history_list, "MAX_PAGES", 2)
        assert await driver.ids(limit=1) == new[:1]
    assert driver.known() == new[:50]
    assert await driver.ids() == [*new, *old]


async def test_deleted_recordings(driver: RecordingsDriver) -> None:
    recent, settled, *others = driver.add_many(40, 900)
    assert len(await driver.ids()) == 40
    driver.delete(recent)
    driver.delete(settled)
    driver.delete(others[-1])
    driver.freezer.tick(60)
    assert await driver.ids() == others
    assert driver.reads == 3


async def test_list_is_read_again_after_a_while(driver: RecordingsDriver) -> None:
    *ids, deleted = driver.add_many(60)
    assert len(await driver.ids()) == 60
    driver.delete(deleted)
    driver.freezer.tick(MAX_LIST_AGE - timedelta(seconds=1))
    assert await driver.ids() == [*ids, deleted]
    driver.freezer.tick(2)
    driver.simulator.faults.add(Fault(status=500, path=HISTORY))
    with pytest.raises(ServerError):
        await driver.ids()
    assert driver.known() == [*ids, deleted]
    driver.simulator.faults.clear()
    driver.freezer.tick(300)  # until Ring is asked again
    assert await driver.ids() == ids


async def test_180_days_are_read(driver: RecordingsDriver) -> None:
    day = 86_400
    ids = [driver.add(number * day - 1).id for number in range(1, 200)]
    assert await driver.ids() == ids
    assert driver.reads == 8
    driver.recordings.forget_device(driver.garden.id)
    assert len(await driver.ids(MAX_AGE.total_seconds())) == 180
    assert driver.reads == 8


async def test_errors(driver: RecordingsDriver) -> None:
    first, second = driver.add_many(2)
    assert await driver.ids() == [first, second]
    for status, error in ((403, ForbiddenError), (404, NotFoundError)):
        fault = driver.simulator.faults.add(Fault(status=status, path=HISTORY))
        with pytest.raises(error):
            await driver.ids()
        driver.simulator.faults.remove(fault)
    assert driver.known() == [first, second]
    driver.recordings.forget_device(driver.garden.id)
    assert driver.known() == []
    driver.recordings.forget_device(driver.garden.id)


async def test_error_in_the_middle(driver: RecordingsDriver) -> None:
    """What was read before the error is not read again."""
    ids = driver.add_many(70)
    assert await driver.ids(limit=50) == ids[:50]
    assert driver.reads == 2
    driver.simulator.faults.add(Fault(status=403, path=HISTORY, every=(1, 1)))
    with pytest.raises(RingError):
        await driver.ids(100 * 3600, 4000)
    assert driver.known() == ids[:50]
    assert await driver.ids(100 * 3600, 4000) == ids[1:]
    assert driver.reads == 2


async def test_requests_of_a_device_wait_for_each_other(
    driver: RecordingsDriver,
) -> None:
    ids = driver.add_many(30)
    found = await asyncio.gather(*(driver.ids(100 * 3600, 3000) for _ in range(5)))
    assert found == [ids] * 5
    assert driver.reads == 2


async def test_number_of_recordings_in_memory_is_limited(
    driver: RecordingsDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = driver.add_many(80)
    monkeypatch.setattr(history_list, "MAX_EVENTS", 60)
    assert await driver.ids() == ids
    assert driver.known() == ids[:50]
    assert await driver.ids(100 * 3600, 4000) == ids[1:]
    monkeypatch.setattr(history_list, "MAX_EVENTS", 10)
    assert await driver.get(ids[79]) is not None
    assert driver.known() == ids[:25]


async def test_get(driver: RecordingsDriver) -> None:
    ids = driver.add_many(60)
    found = await driver.get(ids[30])
    assert found is not None
    assert found.event_id == ids[30]
    assert driver.reads == 2
    assert await driver.get(ids[0]) is not None
    assert driver.reads == 0
    new = driver.add(1).id
    assert await driver.get(new) is not None
    assert driver.reads == 1
    assert await driver.get("unknown") is None
    assert driver.reads == 2


async def test_what_moved(driver: RecordingsDriver) -> None:
    types = ["human", "vehicle", "animal", "other_motion", None]
    for number, sub_type in enumerate(types):
        driver.add(3600 * (number + 1), sub_type=sub_type)
    driver.add(10 * 3600, "ding")
    assert [each.sub_type for each in await driver.read()] == [None] * 6
    assert driver.reads == 1
    expected = ["human", "vehicle", "animal", None, None, None]
    assert await driver.sub_types() == expected
    assert driver.reads == 4
    # The filtered lists are settled, as far as they are needed.
    assert await driver.sub_types() == expected
    assert driver.reads == 1
    known = driver.recordings.known(driver.garden.id, driver.ago(8e4), driver.ago(0))
    assert [each.sub_type for each in known] == expected
    assert await driver.sub_types(types=("button_press",)) == [None]
    assert driver.reads == 1


async def test_what_moved_without_an_answer(driver: RecordingsDriver) -> None:
    driver.add(3600, sub_type="human")
    assert len(await driver.read()) == 1
    driver.simulator.faults.add(Fault(status=403, path=HISTORY))
    found = await driver.read(7200, 3000, with_sub_types=True)
    assert [each.sub_type for each in found] == [None]


async def test_what_moved_with_an_unexpected_error(
    driver: RecordingsDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.add(3600, sub_type="human")
    assert len(await driver.read()) == 1

    async def fail(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr(history_list, "read_page", fail)
    with pytest.raises(RuntimeError, match="bug"):
        await driver.read(7200, 3000, with_sub_types=True)


async def test_filter_that_ring_ignores(
    driver: RecordingsDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the Playground: a recording is then on every list."""
    driver.add(3600, sub_type="human")
    monkeypatch.setattr(HistoryEvent, "matches", lambda *_args: True)
    assert await driver.sub_types() == [None]


@pytest.mark.parametrize(
    ("component_ids", "expected"), [((), None), (("2",), "2"), (("1", "2"), None)]
)
def test_camera_of_a_recording(
    component_ids: tuple[str, ...], expected: str | None
) -> None:
    event = replace(page("a").events[0], component_ids=component_ids)
    recording = Recording.from_event(event)
    assert recording is not None
    assert recording.component_id == expected
    for incomplete in (
        replace(event, device_id=None),
        replace(event, event_id=None),
        replace(event, time=None),
    ):
        assert Recording.from_event(incomplete) is None


async def test_recordings_of_one_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording is left out if it is known to be of another camera."""
    first, second, unknown = page("first", "second", "unknown").events
    events = (
        replace(first, component_ids=("1",)),
        replace(second, component_ids=("2", "3")),
        unknown,
    )

    async def read(*_args: Any, **_options: Any) -> HistoryPage:
        return HistoryPage(events, None)

    monkeypatch.setattr(history_list, "read_page", read)
    recordings = Recordings(None)  # type: ignore[arg-type]
    now = dt_util.utcnow()
    for component_id, expected in (
        ("1", ["first", "unknown"]),
        ("3", ["second", "unknown"]),
        (None, ["first", "second", "unknown"]),
    ):
        found = await recordings.async_list(
            "garden", now - timedelta(days=1), now, component_id=component_id
        )
        assert [each.event_id for each in found] == expected
