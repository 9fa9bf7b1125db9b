"""The options of an account and their effects."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ring_simulator import Fault

from ..helpers import state_of
from ..linked_home import RING, LinkedHome

SECTIONS: dict[str, dict[str, Any]] = {
    "events": {"late_after": 60, "motion_duration": 30},
    "outages": {
        "stale_after": 10,
        "offline_after": 30,
        "notifications": ["outage", "rate_limited", "device_offline", "signed_out"],
    },
    "recordings": {"clip_cache_size": 500, "clip_cache_days": 7},
}
DEFAULTS = {key: value for fields in SECTIONS.values() for key, value in fields.items()}


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **chosen: Any) -> Any:
    """Submit the form with some options; the others have their default values."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "init"
    submitted = {
        section: {key: chosen[key] for key in fields if key in chosen}
        for section, fields in SECTIONS.items()
    }
    if unknown := chosen.keys() - DEFAULTS.keys():
        submitted["events"] |= {key: chosen[key] for key in unknown}
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], submitted
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def test_form_saves_and_suggests_the_options(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    before = loaded_entry.runtime_data
    result = await choose(hass, loaded_entry)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded_entry.options == DEFAULTS

    chosen = {"late_after": 120, "notifications": []}
    await choose(hass, loaded_entry, **chosen)
    assert loaded_entry.options == DEFAULTS | chosen
    assert loaded_entry.runtime_data is not before

    # The form suggests the saved options, not the defaults.
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    suggested = {
        str(key): key.description["suggested_value"]
        for section in form["data_schema"].schema.values()
        for key in section.schema.schema
    }
    assert suggested == DEFAULTS | chosen


async def test_options_are_number_boxes_with_units(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    shown = {
        str(key): field
        for section in form["data_schema"].schema.values()
        for key, field in section.schema.schema.items()
    }
    del shown["notifications"]
    assert {
        key: (field.config["unit_of_measurement"], str(field.config["mode"]))
        for key, field in shown.items()
    } == {
        "late_after": ("s", "box"),
        "stale_after": ("min", "box"),
        "motion_duration": ("s", "box"),
        "offline_after": ("min", "box"),
        "clip_cache_size": ("MB", "box"),
        "clip_cache_days": ("d", "box"),
    }


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("late_after", 9),
        ("late_after", 3601),
        ("stale_after", 1),
        ("stale_after", 1441),
        ("motion_duration", 4),
        ("motion_duration", 3601),
        ("clip_cache_size", 49),
        ("clip_cache_size", 20_001),
        ("clip_cache_days", 0),
        ("clip_cache_days", 181),
        ("offline_after", 0),
        ("offline_after", 1441),
        ("notifications", ["weather"]),
        ("other", 1),
    ],
)
async def test_invalid_options_are_rejected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, option: str, value: Any
) -> None:
    with pytest.raises(InvalidData):
        await choose(hass, loaded_entry, **{option: value})
    assert loaded_entry.options == {}


async def test_late_after_option(home: LinkedHome) -> None:
    await home.pass_time(300)
    await home.deliver(home.envelope("button_press", ago=61))
    assert home.event_ids(RING) == []
    assert len(home.late) == 1

    await choose(home.hass, home.entry, late_after=180)
    for number, ago in enumerate((179, 181)):
        await home.deliver(
            home.envelope("button_press", request_id=f"late-{number}", ago=ago)
        )
    assert len(home.event_ids(RING)) == 1
    assert len(home.late) == 2


@pytest.mark.parametrize("minutes", [30, 2])
async def test_stale_after_option(
    hass: HomeAssistant, home: LinkedHome, minutes: int
) -> None:
    """Without event delivery, two polls are two minutes."""
    await choose(hass, home.entry, stale_after=minutes)
    home.simulator.faults.add(Fault(status=500))
    await home.pass_time((minutes - 1) * 60)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"
    await home.pass_time(2 * 60)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "unavailable"


async def test_stale_after_option_is_two_polls_at_least(
    hass: HomeAssistant, home: LinkedHome
) -> None:
    await choose(hass, home.entry, stale_after=2)
    await home.press()  # with event delivery, Ring is polled every 15 minutes
    await home.pass_time(15 * 60)
    home.simulator.faults.add(Fault(status=500))
    await home.pass_time(29 * 60)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "on"
    await home.pass_time(2 * 60)
    assert state_of(hass, "binary_sensor.garden_connectivity") == "unavailable"


async def test_motion_duration_option(hass: HomeAssistant, home: LinkedHome) -> None:
    sensor = "binary_sensor.garden_motion"
    er.async_get(hass).async_update_entity(sensor, disabled_by=None)
    await home.pass_time(31)  # until Home Assistant has reloaded the account
    await choose(hass, home.entry, motion_duration=90)
    await home.move()
    await home.pass_time(89)
    assert state_of(hass, sensor) == "on"
    await home.pass_time(2)
    assert state_of(hass, sensor) == "off"
