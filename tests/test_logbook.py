"""How events read in Home Assistant's logbook."""

from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .house import MOTION, RING, House


@pytest.fixture
def mock_recorder_before_hass(
    async_test_recorder: Any, freezer: FrozenDateTimeFactory
) -> None:
    """Let Home Assistant have a recorder, on a certain day."""
    freezer.move_to("2026-11-20 12:00:00")


@pytest.fixture(autouse=True)
async def logbook(recorder_mock: Any, hass: HomeAssistant) -> None:
    """Let Home Assistant have a logbook, in UTC."""
    hass.config.components.add("frontend")  # is not needed for reading
    assert await async_setup_component(hass, "logbook", {})
    await hass.config.async_set_time_zone("UTC")


async def entries(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    recorder: Any,
    *entity_ids: str,
) -> list[dict[str, Any]]:
    """Return what a person reads in the logbook of late events, or of an entity."""
    await recorder.async_block_till_done()
    client = await hass_ws_client()
    start = datetime(2026, 11, 20, tzinfo=UTC).isoformat()
    command = {"type": "logbook/get_events", "start_time": start}
    if entity_ids:
        command["entity_ids"] = list(entity_ids)
    await client.send_json_auto_id(command)
    answer = await client.receive_json()
    assert answer["success"], answer
    return [
        dict(entry)
        for entry in answer["result"]
        if entry.get("domain") == "ring_partner"
    ]


async def test_late_events_read_well(
    recorder_mock: Any,
    house: House,
    hass_ws_client: WebSocketGenerator,
) -> None:
    hass = house.hass
    add = house.simulator.history.add
    at = house.simulator.clock()
    add(house.door, "ding", start=at)
    add(house.garden, "motion", start=at)
    add(house.garden, "on_demand", start=at + 1)
    house.simulator.behaviour.webhook_drop_share = 1.0
    await house.pass_time(180)
    await house.press()
    await house.pass_time(180)

    found = await entries(hass, hass_ws_client, recorder_mock)

    rung = ("Front Door", "was rung at 12:00:05; too late to ring here")
    moved = ("Garden", "saw motion at 12:00:05; too late to set anything off")
    watched = ("Garden", "was watched live at 12:00:06")
    assert {(entry["name"], entry["message"]) for entry in found} >= {
        rung,
        moved,
        watched,
    }
    # and they are among the activity of what should have told of them
    for entity_id, expected in ((RING, rung), (MOTION, moved)):
        of_entity = await entries(hass, hass_ws_client, recorder_mock, entity_id)
        assert expected in {(entry["name"], entry["message"]) for entry in of_entity}
        assert {entry["entity_id"] for entry in of_entity} == {entity_id}


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        ({}, "Ring", "was rung at 11:59:00; too late to ring here"),
        ({"name": "Gate"}, "Gate", "was rung at 11:59:00; too late to ring here"),
        (
            {"type": "teleported"},
            "Ring",
            "reported teleported at 11:59:00; too late to set anything off",
        ),
        (
            {"time": "2026-11-19T21:55:05+00:00"},
            "Ring",
            "was rung at 2026-11-19 21:55:05; too late to ring here",
        ),
        # the day counts where Home Assistant is, not where the time was told
        (
            {"time": "2026-11-19T23:30:00-04:00"},
            "Ring",
            "was rung at 03:30:00; too late to ring here",
        ),
        # what makes no sense is shown as it is
        (
            {"time": "2026-02-30T12:00:00+00:00"},
            "Ring",
            "was rung at 2026-02-30T12:00:00+00:00; too late to ring here",
        ),
        (
            {"time": "some day"},
            "Ring",
            "was rung at some day; too late to ring here",
        ),
        (
            {"time": "0001-01-01T00:00:00+14:00"},
            "Ring",
            "was rung at 0001-01-01T00:00:00+14:00; too late to ring here",
        ),
    ],
)
async def test_what_is_missing_is_made_up_for(
    recorder_mock: Any,
    house: House,
    hass_ws_client: WebSocketGenerator,
    data: dict[str, Any],
    name: str,
    message: str,
) -> None:
    known = {
        "name": None,
        "type": "button_press",
        "time": "2026-11-20T11:59:00+00:00",
        "device_id": None,
        "entity_id": None,
    }
    house.hass.bus.async_fire("ring_partner_late_event", known | data)
    await house.pass_time(1)
    (entry,) = await entries(house.hass, hass_ws_client, recorder_mock)
    assert (entry["name"], entry["message"]) == (name, message)
    assert "entity_id" not in entry


async def test_today_is_where_home_assistant_is(
    recorder_mock: Any, house: House, hass_ws_client: WebSocketGenerator
) -> None:
    """At noon in London it is the next day already on the Line Islands."""
    await house.hass.config.async_set_time_zone("Pacific/Kiritimati")
    data = {"name": None, "type": "button_press", "time": "2026-11-20T11:59:00+00:00"}
    house.hass.bus.async_fire("ring_partner_late_event", data)
    await house.pass_time(1)
    (entry,) = await entries(house.hass, hass_ws_client, recorder_mock)
    assert entry["message"] == "was rung at 01:59:00; too late to ring here"
