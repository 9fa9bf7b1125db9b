"""The coordinator: polls, kept and outdated data, backoff, devices that change."""

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator

from .helpers import LIST_PATH, POLL, PassTime, poll_count, state_of, states
from .polling_driver import PollingDriver


async def test_polls_once_a_minute(polling: PollingDriver) -> None:
    before = poll_count(polling.simulator)
    await polling.poll(5)
    assert poll_count(polling.simulator) - before == 5


async def test_unchanged_objects_are_reused(polling: PollingDriver) -> None:
    coordinator = polling.coordinator
    before = coordinator.data
    await polling.poll()
    assert coordinator.data is before

    changed = polling.simulator.device("Garden")
    changed.online = False
    await polling.poll()

    after = coordinator.data
    assert after is not before
    assert {key for key in before if after[key] is not before[key]} == {changed.id}


async def test_only_the_offline_device_is_unavailable(
    polling: PollingDriver,
) -> None:
    polling.simulator.device("Driveway").online = False
    await polling.poll()

    assert polling.state("binary_sensor.driveway_connectivity") == "off"
    unavailable = {
        entity
        for entity, state in states(polling.hass, "").items()
        if state == "unavailable"
    }
    assert unavailable == {
        "binary_sensor.driveway_motion_detection",
        "camera.driveway",
        "event.driveway_motion",
        "sensor.driveway_last_report",
        "sensor.driveway_volume",
    }

    polling.simulator.device("Driveway").online = True
    await polling.poll()
    assert "unavailable" not in states(polling.hass, "").values()


async def test_device_added_renamed_and_removed(polling: PollingDriver) -> None:
    added = polling.simulator.add_device("camera", "Porch")
    await polling.poll()
    assert polling.state("binary_sensor.porch_connectivity") == "on"

    added.name = "Veranda"
    await polling.poll()
    registry = dr.async_get(polling.hass)
    device = registry.async_get_device_by_identifier(
        (DOMAIN, added.id), polling.entry.entry_id
    )
    assert device is not None
    assert (device.name, device.model) == ("Veranda", "Floodlight Cam Pro")

    added.image_url = None
    await polling.poll()
    assert registry.async_get(device.id) == device
    added.image_url = "https://a.com/square_device_images/StickUpCam/rsuc_3x.png"
    await polling.poll()
    updated = registry.async_get(device.id)
    assert updated is not None
    assert updated.model == "Stick Up Cam"

    polling.simulator.remove_device(added.id)
    await polling.poll()
    assert polling.hass.states.get("binary_sensor.porch_connectivity") is None
    assert registry.async_get(device.id) is None
    assert polling.state("binary_sensor.garden_connectivity") == "on"


async def test_device_that_returns_has_its_entities_again(
    polling: PollingDriver,
) -> None:
    device = polling.simulator.device("Garden")
    device.shared = False
    await polling.poll()
    assert polling.hass.states.get("binary_sensor.garden_connectivity") is None

    device.shared = True
    await polling.poll()
    assert polling.state("binary_sensor.garden_connectivity") == "on"


async def test_data_is_kept_for_ten_minutes(polling: PollingDriver) -> None:
    await polling.fail(Fault(status=500))
    assert polling.state("binary_sensor.garden_connectivity") == "on"

    await polling.pass_time(8 * 60)
    assert polling.state("binary_sensor.garden_connectivity") == "on"

    # Ten minutes after the last success, whenever the next poll may be.
    await polling.pass_time(61)
    assert polling.connectivity == {"unavailable"}
    assert polling.status == "outage"

    await polling.recover(polls=15)
    assert polling.connectivity == {"on"}
    assert polling.status == "ok"


async def test_backoff_doubles_to_fifteen_minutes(
    polling: PollingDriver,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Malformed responses are not retried, so each poll is one request."""
    polling.simulator.faults.add(Fault(body="truncated", path=LIST_PATH))
    before = poll_count(polling.simulator)
    minutes = []
    for minute in range(1, 66):
        await polling.pass_time(60)
        if poll_count(polling.simulator) > before:
            minutes.append(minute)
            before = poll_count(polling.simulator)

    assert minutes == [1, 2, 4, 8, 16, 31, 46, 61]


async def test_refreshes_during_an_outage_do_not_delay_the_next_poll(
    polling: PollingDriver,
) -> None:
    """The circuit breaker is open, so they cause no requests."""

    def next_try() -> datetime:
        status = polling.hass.states.get("sensor.alex_morgan_api_status")
        time: datetime = status.attributes["next_try"]
        return time

    await polling.fail(Fault(status=500), polls=2)
    assert polling.status == "outage"
    await polling.coordinator.async_refresh()
    before = len(polling.simulator.requests), next_try()
    for _ in range(5):
        await polling.coordinator.async_refresh()
    assert (len(polling.simulator.requests), next_try()) == before


async def test_poll_waits_for_the_end_of_a_rate_limit(
    polling: PollingDriver,
) -> None:
    await polling.fail(Fault(status=429, retry_after=77, path=LIST_PATH, count=1))
    before = poll_count(polling.simulator)
    assert polling.status == "rate_limited"

    for _ in range(75):
        await polling.pass_time(1)
    assert poll_count(polling.simulator) == before

    await polling.pass_time(3)
    assert poll_count(polling.simulator) == before + 1
    times = [
        record.time for record in polling.simulator.requests if record.path == LIST_PATH
    ]
    assert times[-1] - times[-2] >= 77
    assert times[-1] - times[-2] < 79
    assert polling.status == "ok"


async def test_poll_waits_for_the_retry_after_of_an_outage(
    polling: PollingDriver,
) -> None:
    """Ring asks for more time than the backoff, which would be a minute."""
    await polling.fail(Fault(status=503, retry_after=600, path=LIST_PATH, count=1))
    before = poll_count(polling.simulator)
    await polling.poll(9)
    assert poll_count(polling.simulator) == before

    await polling.poll(2)
    assert poll_count(polling.simulator) > before
    assert polling.status == "ok"


async def test_outage_of_two_hours_makes_few_requests(
    polling: PollingDriver,
    record_property: Any,
) -> None:
    before = len(polling.simulator.requests)
    fault = polling.simulator.faults.add(Fault(status=500))
    for _ in range(120):
        await polling.pass_time(60)
    sent = len(polling.simulator.requests) - before
    record_property("requests_in_two_hours", sent)
    print(f"requests in an outage of two hours: {sent}")
    assert 5 <= sent <= 20

    polling.simulator.faults.remove(fault)
    successes = 0
    for _ in range(15):
        await polling.pass_time(60)
        successes += polling.state("binary_sensor.garden_connectivity") == "on"
    assert successes
    # One poll was enough, and the interval is the usual one again.
    assert len(polling.simulator.requests) - before - sent >= successes - 1


async def test_restart_in_an_outage_keeps_the_devices(polling: PollingDriver) -> None:
    fault = polling.simulator.faults.add(Fault(status=503))
    await polling.hass.config_entries.async_reload(polling.entry.entry_id)
    await polling.hass.async_block_till_done()

    assert polling.entry.state is ConfigEntryState.LOADED
    assert len(polling.coordinator.data) == 11
    assert polling.connectivity == {"unavailable"}

    polling.simulator.faults.remove(fault)
    await polling.poll()
    assert polling.connectivity == {"on"}


async def test_damaged_cache_is_ignored(
    polling: PollingDriver,
    hass_storage: dict[str, Any],
) -> None:
    await polling.hass.config_entries.async_unload(polling.entry.entry_id)
    key = f"{DOMAIN}.{polling.entry.entry_id}.devices"
    for data in ({"pages": [{"data": 1}]}, {"pages": 5}, {"pages": [5]}, {}, [1]):
        hass_storage[key]["data"] = data
        await polling.hass.config_entries.async_setup(polling.entry.entry_id)
        await polling.hass.async_block_till_done()
        assert polling.entry.state is ConfigEntryState.LOADED
        assert polling.state("binary_sensor.garden_connectivity") == "on"
        await polling.hass.config_entries.async_unload(polling.entry.entry_id)


async def test_polling_goes_on_without_devices(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    simulator.devices.clear()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    simulator.add_device("contact_sensor", "Window")
    await pass_time(POLL)
    assert state_of(hass, "binary_sensor.window_connectivity") == "on"


async def test_token_revoked_while_running(polling: PollingDriver) -> None:
    polling.simulator.tokens.revoke_all(polling.simulator.account)
    await polling.poll()

    assert polling.connectivity == {"unavailable"}
    assert polling.status == "signed_out"
    (flow,) = polling.hass.config_entries.flow.async_progress_by_handler(DOMAIN)

    token = polling.simulator.tokens.issue_playground(polling.simulator.account)
    result = await polling.hass.config_entries.flow.async_configure(
        flow["flow_id"], {"access_token": token}
    )
    await polling.hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert polling.connectivity == {"on"}
    assert polling.status == "ok"


async def test_data_that_became_outdated_without_a_failure(
    polling: PollingDriver,
) -> None:
    """Polling is turned off, and the user requests an update."""
    coordinator = polling.coordinator
    coordinator.update_interval = None
    await coordinator.async_refresh()
    await polling.pass_time(10 * 60 + 1)
    assert polling.state("binary_sensor.garden_connectivity") == "unavailable"

    await coordinator.async_refresh()
    await polling.hass.async_block_till_done()
    assert polling.state("binary_sensor.garden_connectivity") == "on"
