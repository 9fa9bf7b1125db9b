"""Devices are polled, trusted for a while, and no longer."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator

from .helpers import LIST_PATH, POLL, poll_count, requested_paths, state_of, states


async def test_polls_once_a_minute(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    before = poll_count(simulator)
    for _ in range(5):
        await pass_time(POLL)
    assert poll_count(simulator) - before == 5


async def test_unchanged_objects_are_reused(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    coordinator = loaded_entry.runtime_data.coordinator
    before = coordinator.data
    await pass_time(POLL)
    assert coordinator.data is before

    changed = simulator.device("Garden")
    changed.online = False
    await pass_time(POLL)

    after = coordinator.data
    assert after is not before
    assert {key for key in before if after[key] is not before[key]} == {changed.id}


async def test_offline_device_is_unavailable_and_no_other(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.device("Driveway").online = False
    await pass_time(POLL)

    assert state_of(hass, "binary_sensor.driveway_connectivity") == "off"
    unavailable = {
        entity for entity, state in states(hass, "").items() if state == "unavailable"
    }
    assert unavailable == {
        "binary_sensor.driveway_motion_detection",
        "event.driveway_motion",
        "sensor.driveway_last_report",
    }

    simulator.device("Driveway").online = True
    await pass_time(POLL)
    assert "unavailable" not in states(hass, "").values()


async def test_device_added_renamed_and_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    added = simulator.add_device("camera", "Porch")
    await pass_time(POLL)
    assert state_of(hass, "binary_sensor.porch_connectivity") == "on"

    added.name = "Veranda"
    await pass_time(POLL)
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier(
        (DOMAIN, added.id), loaded_entry.entry_id
    )
    assert device is not None
    assert device.name == "Veranda"

    simulator.remove_device(added.id)
    await pass_time(POLL)
    assert hass.states.get("binary_sensor.porch_connectivity") is None
    assert registry.async_get(device.id) is None
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"


async def test_device_that_comes_back_has_its_entities_again(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    device = simulator.device("Garden")
    device.shared = False
    await pass_time(POLL)
    assert hass.states.get("binary_sensor.garden_connectivity") is None

    device.shared = True
    await pass_time(POLL)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"


async def test_device_missing_from_the_list_is_asked_for_before_it_is_removed(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    modify_device_list: Any,
) -> None:
    garden = simulator.device("Garden")

    def lose_garden(document: dict[str, Any]) -> None:
        document["data"] = [d for d in document["data"] if d["id"] != garden.id]

    modify_device_list(lose_garden)
    await pass_time(POLL)

    assert requested_paths(simulator)[-1] == f"{LIST_PATH}/{garden.id}"
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault(body="device_offline"), "off"),
        (Fault(status=500), "unknown"),
        (Fault(status=404), None),
        (Fault(status=403), None),
    ],
)
async def test_what_the_answer_about_a_missing_device_means(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    modify_device_list: Any,
    fault: Fault,
    state: str | None,
) -> None:
    garden = simulator.device("Garden")

    def lose_garden(document: dict[str, Any]) -> None:
        document["data"] = [d for d in document["data"] if d["id"] != garden.id]

    modify_device_list(lose_garden)
    simulator.faults.add(
        Fault(status=fault.status, body=fault.body, path=f"{LIST_PATH}/{garden.id}")
    )
    await pass_time(POLL)

    found = hass.states.get("binary_sensor.garden_connectivity")
    assert (found.state if found else None) == state
    assert state_of(hass, "binary_sensor.driveway_connectivity") == "on"


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (None, "on"),
        (Fault(body="device_offline"), "off"),
        (Fault(status=500), "unknown"),
        (Fault(status=403), "unknown"),
    ],
)
async def test_status_missing_from_the_list_is_asked_for(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    modify_device_list: Any,
    fault: Fault | None,
    state: str,
) -> None:
    garden = simulator.device("Garden")

    def lose_status(document: dict[str, Any]) -> None:
        document["included"] = [
            r for r in document["included"] if r["id"] != garden.status_id
        ]

    modify_device_list(lose_status)
    path = f"{LIST_PATH}/{garden.id}/status"
    if fault is not None:
        simulator.faults.add(Fault(status=fault.status, body=fault.body, path=path))
    await pass_time(POLL)

    assert requested_paths(simulator)[-1] == path
    assert state_of(hass, "binary_sensor.garden_connectivity") == state
    assert state_of(hass, "binary_sensor.driveway_connectivity") == "on"


async def test_parts_missing_from_the_list_are_kept(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    modify_device_list: Any,
) -> None:
    def lose_configurations(document: dict[str, Any]) -> None:
        document["included"] = [
            r for r in document["included"] if r["type"] != "device-configurations"
        ]

    modify_device_list(lose_configurations)
    await pass_time(POLL)

    assert state_of(hass, "binary_sensor.garden_motion_detection") == "on"


async def test_malformed_device_does_not_take_the_others_with_it(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    modify_device_list: Any,
) -> None:
    garden = simulator.device("Garden")

    def break_garden(document: dict[str, Any]) -> None:
        for device in document["data"]:
            if device["id"] == garden.id:
                device["attributes"] = "none"

    modify_device_list(break_garden)
    simulator.device("Driveway").online = False
    await pass_time(POLL)

    assert loaded_entry.runtime_data.coordinator.skipped == 1
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"
    assert state_of(hass, "binary_sensor.driveway_connectivity") == "off"


async def test_data_is_kept_until_stale(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=500))
    await pass_time(POLL)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"

    await pass_time(8 * 60)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"

    # Ten minutes after the last success, whenever the next poll may be.
    await pass_time(61)
    connectivity = states(hass, "_connectivity")
    assert set(connectivity.values()) == {"unavailable"}
    assert state_of(hass, "sensor.alex_morgan_api_status") == "outage"

    simulator.faults.clear()
    await pass_time(15 * 60)
    assert set(states(hass, "_connectivity").values()) == {"on"}
    assert state_of(hass, "sensor.alex_morgan_api_status") == "ok"


async def test_backoff_doubles_to_fifteen_minutes(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Damaged answers are no sign of an outage, so each poll is one request."""
    simulator.faults.add(Fault(body="truncated", path=LIST_PATH))
    before = poll_count(simulator)
    minutes = []
    for minute in range(1, 66):
        await pass_time(60)
        if poll_count(simulator) > before:
            minutes.append(minute)
            before = poll_count(simulator)

    assert minutes == [1, 2, 4, 8, 16, 31, 46, 61]


async def test_rate_limit_is_waited_for_exactly(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.faults.add(Fault(status=429, retry_after=77, path=LIST_PATH, count=1))
    await pass_time(POLL)
    before = poll_count(simulator)
    assert state_of(hass, "sensor.alex_morgan_api_status") == "rate_limited"

    for _ in range(75):
        await pass_time(1)
    assert poll_count(simulator) == before

    await pass_time(3)
    assert poll_count(simulator) == before + 1
    times = [record.time for record in simulator.requests if record.path == LIST_PATH]
    assert times[-1] - times[-2] >= 77
    assert times[-1] - times[-2] < 79
    assert state_of(hass, "sensor.alex_morgan_api_status") == "ok"


async def test_outage_of_two_hours_costs_few_requests(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
    record_property: Any,
) -> None:
    before = len(simulator.requests)
    fault = simulator.faults.add(Fault(status=500))
    for _ in range(120):
        await pass_time(60)
    sent = len(simulator.requests) - before
    record_property("requests_in_two_hours", sent)
    print(f"requests in an outage of two hours: {sent}")
    assert 5 <= sent <= 20

    simulator.faults.remove(fault)
    successes = 0
    for _ in range(15):
        await pass_time(60)
        successes += state_of(hass, "binary_sensor.garden_connectivity") == "on"
    assert successes
    # One poll was enough, and polling is back to its pace.
    assert len(simulator.requests) - before - sent >= successes - 1


async def test_restart_in_an_outage_keeps_the_devices(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    fault = simulator.faults.add(Fault(status=503))
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await hass.async_block_till_done()

    assert loaded_entry.state is ConfigEntryState.LOADED
    assert len(loaded_entry.runtime_data.coordinator.data) == 11
    assert set(states(hass, "_connectivity").values()) == {"unavailable"}

    simulator.faults.remove(fault)
    await pass_time(POLL)
    assert set(states(hass, "_connectivity").values()) == {"on"}


async def test_damaged_cache_is_no_cache(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    key = f"{DOMAIN}.{loaded_entry.entry_id}.devices"
    for data in ({"pages": [{"data": 1}]}, {"pages": 5}, {"pages": [5]}, {}, [1]):
        hass_storage[key]["data"] = data
        await hass.config_entries.async_setup(loaded_entry.entry_id)
        await hass.async_block_till_done()
        assert loaded_entry.state is ConfigEntryState.LOADED
        assert state_of(hass, "binary_sensor.garden_connectivity") == "on"
        await hass.config_entries.async_unload(loaded_entry.entry_id)


async def test_polling_goes_on_without_devices(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, pass_time: Any
) -> None:
    simulator.devices.clear()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    simulator.add_device("contact_sensor", "Window")
    await pass_time(POLL)
    assert state_of(hass, "binary_sensor.window_connectivity") == "on"


async def test_token_revoked_while_running(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    simulator.tokens.revoke_all(simulator.account)
    await pass_time(POLL)

    assert set(states(hass, "_connectivity").values()) == {"unavailable"}
    assert state_of(hass, "sensor.alex_morgan_api_status") == "signed_out"
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)

    token = simulator.tokens.issue_playground(simulator.account)
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"access_token": token}
    )
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert set(states(hass, "_connectivity").values()) == {"on"}
    assert state_of(hass, "sensor.alex_morgan_api_status") == "ok"


async def test_data_that_grew_stale_without_a_failure_comes_back(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: Any,
) -> None:
    """As when polling is switched off, and a person asks for an update."""
    coordinator = loaded_entry.runtime_data.coordinator
    coordinator.update_interval = None
    await coordinator.async_refresh()
    await pass_time(10 * 60 + 1)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "unavailable"

    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"
