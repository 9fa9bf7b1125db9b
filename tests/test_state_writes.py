"""Which states a poll writes; unchanged ones are not reported either."""

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, callback
import pytest

from .helpers import poll_count
from .polling_driver import PollingDriver


@pytest.fixture
def written(polling: PollingDriver) -> list[str]:
    """Return the entity IDs of the states that are written from now on."""
    entity_ids: list[str] = []

    @callback
    def state_written(event: Event) -> None:
        entity_ids.append(event.data["entity_id"])

    for event_type in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
        polling.hass.bus.async_listen(
            event_type, state_written, event_filter=callback(lambda _: True)
        )
    return entity_ids


async def test_poll_without_a_change_writes_no_state(
    polling: PollingDriver, written: list[str]
) -> None:
    before = poll_count(polling.simulator)
    await polling.poll(3)
    assert poll_count(polling.simulator) - before == 3
    assert written == []


async def test_poll_with_a_change_writes_it(
    polling: PollingDriver, written: list[str]
) -> None:
    polling.simulator.device("Driveway").configurations["audio"]["volume"] = 3
    await polling.poll()
    assert "sensor.driveway_volume" in written
