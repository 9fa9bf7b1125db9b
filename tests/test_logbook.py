"""How events read in Home Assistant's logbook."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .house import House


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Let Home Assistant have a recorder."""


@pytest.fixture(autouse=True)
async def logbook(recorder_mock: Any, hass: HomeAssistant) -> None:
    """Let Home Assistant have a logbook, in UTC."""
    hass.config.components.add("frontend")  # is not needed for reading
    assert await async_setup_component(hass, "logbook", {})
    await hass.config.async_set_time_zone("UTC")


async def entries(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, recorder: Any
) -> list[dict[str, Any]]:
    """Return what a person reads in the logbook."""
    await recorder.async_block_till_done()
    client = await hass_ws_client()
    start = datetime(2026, 11, 20, tzinfo=UTC).isoformat()
    await client.send_json_auto_id({"type": "logbook/get_events", "start_time": start})
    answer = await client.receive_json()
    assert answer["success"], answer
    return [dict(entry) for entry in answer["result"]]


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

    clock = datetime.fromtimestamp(at, UTC).strftime("%X")
    live = datetime.fromtimestamp(at + 1, UTC).strftime("%X")
    messages = {
        (entry["name"], entry["message"])
        for entry in found
        if entry.get("domain") == "ring_partner"
    }
    assert messages >= {
        ("Front Door", f"was rung at {clock}; this was learned late"),
        ("Garden", f"saw motion at {clock}; this was learned late"),
        ("Garden", f"was watched live at {live}"),
    }


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        ({}, "Ring", "was rung at 12:00:00; this was learned late"),
        ({"name": "Gate"}, "Gate", "was rung at 12:00:00; this was learned late"),
        (
            {"type": "teleported"},
            "Ring",
            "reported teleported at 12:00:00; this was learned late",
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
        "time": "2026-11-20T12:00:00+00:00",
        "device_id": None,
    }
    house.hass.bus.async_fire("ring_partner_late_event", known | data)
    await house.pass_time(1)
    found = await entries(house.hass, hass_ws_client, recorder_mock)
    (entry,) = [e for e in found if e.get("domain") == "ring_partner"]
    assert (entry["name"], entry["message"]) == (name, message)
