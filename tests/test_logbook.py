"""Late events in Home Assistant's logbook."""

from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .linked_home import MOTION, RING, LinkedHome

LATE = "The event was late and triggered no automations"


@pytest.fixture
def mock_recorder_before_hass(
    async_test_recorder: Any, freezer: FrozenDateTimeFactory
) -> None:
    """Set up the recorder before Home Assistant, on a fixed day."""
    freezer.move_to("2026-11-20 12:00:00")


@pytest.fixture(autouse=True)
async def logbook(recorder_mock: Any, hass: HomeAssistant) -> None:
    """Set up the logbook, in UTC."""
    hass.config.components.add("frontend")  # a dependency that reading does not need
    assert await async_setup_component(hass, "logbook", {})
    await hass.config.async_set_time_zone("UTC")


async def entries(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    recorder: Any,
    *entity_ids: str,
) -> list[dict[str, Any]]:
    """Return the logbook entries of late events, or those of an entity."""
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


async def test_late_events_are_described(
    recorder_mock: Any,
    home: LinkedHome,
    hass_ws_client: WebSocketGenerator,
) -> None:
    hass = home.hass
    add = home.simulator.history.add
    at = home.simulator.clock()
    add(home.door, "ding", start=at)
    add(home.garden, "motion", start=at)
    add(home.garden, "on_demand", start=at + 1)
    home.simulator.settings.webhook_drop_share = 1.0
    await home.pass_time(180)
    await home.press()
    await home.pass_time(180)

    found = await entries(hass, hass_ws_client, recorder_mock)

    rung = ("Front Door", f"was rung at 12:00:05. {LATE}")
    moved = ("Garden", f"detected motion at 12:00:05. {LATE}")
    watched = ("Garden", "was watched live at 12:00:06")
    assert {(entry["name"], entry["message"]) for entry in found} >= {
        rung,
        moved,
        watched,
    }
    # They are also in the activity of the event entities.
    for entity_id, expected in ((RING, rung), (MOTION, moved)):
        of_entity = await entries(hass, hass_ws_client, recorder_mock, entity_id)
        assert expected in {(entry["name"], entry["message"]) for entry in of_entity}
        assert {entry["entity_id"] for entry in of_entity} == {entity_id}


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        ({}, "Ring", f"was rung at 11:59:00. {LATE}"),
        ({"name": "Gate"}, "Gate", f"was rung at 11:59:00. {LATE}"),
        ({"type": "teleported"}, "Ring", f"reported teleported at 11:59:00. {LATE}"),
        (
            {"time": "2026-11-19T21:55:05+00:00"},
            "Ring",
            f"was rung at 2026-11-19 21:55:05. {LATE}",
        ),
        # The day is that of the local time, not that of the event's time zone.
        (
            {"time": "2026-11-19T23:30:00-04:00"},
            "Ring",
            f"was rung at 03:30:00. {LATE}",
        ),
        # An invalid time is shown as it is.
        (
            {"time": "2026-02-30T12:00:00+00:00"},
            "Ring",
            f"was rung at 2026-02-30T12:00:00+00:00. {LATE}",
        ),
        ({"time": "some day"}, "Ring", f"was rung at some day. {LATE}"),
        (
            {"time": "0001-01-01T00:00:00+14:00"},
            "Ring",
            f"was rung at 0001-01-01T00:00:00+14:00. {LATE}",
        ),
    ],
)
async def test_incomplete_event_is_described(
    recorder_mock: Any,
    home: LinkedHome,
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
    home.hass.bus.async_fire("ring_partner_late_event", known | data)
    await home.pass_time(1)
    (entry,) = await entries(home.hass, hass_ws_client, recorder_mock)
    assert (entry["name"], entry["message"]) == (name, message)
    assert "entity_id" not in entry


async def test_time_is_shown_in_the_time_zone_of_home_assistant(
    recorder_mock: Any, home: LinkedHome, hass_ws_client: WebSocketGenerator
) -> None:
    """At noon in UTC it is already the next day in this time zone."""
    await home.hass.config.async_set_time_zone("Pacific/Kiritimati")
    data = {"name": None, "type": "button_press", "time": "2026-11-20T11:59:00+00:00"}
    home.hass.bus.async_fire("ring_partner_late_event", data)
    await home.pass_time(1)
    (entry,) = await entries(home.hass, hass_ws_client, recorder_mock)
    assert entry["message"] == f"was rung at 01:59:00. {LATE}"
