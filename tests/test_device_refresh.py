"""Refreshing one device when the user asks for it."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Fault, Simulator

from .helpers import LIST_PATH, requested_paths, state_of, states

UPDATE = ("homeassistant", "update_entity")


async def update_now(hass: HomeAssistant, *entity_ids: str) -> None:
    """Call the action that updates entities."""
    await hass.services.async_call(*UPDATE, {"entity_id": entity_ids}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def update_action(hass: HomeAssistant) -> None:
    """Set up Home Assistant's own actions."""
    from homeassistant.setup import async_setup_component  # noqa: PLC0415

    assert await async_setup_component(hass, "homeassistant", {})


@pytest.mark.usefixtures("update_action")
class TestOneDevice:
    """Tests of the action `homeassistant.update_entity`."""

    async def test_requests_that_device_only(
        self, hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
    ) -> None:
        garden = simulator.device("Garden")
        garden.online = False
        before = len(simulator.requests)
        await update_now(hass, "binary_sensor.garden_connectivity")

        assert requested_paths(simulator, before) == [f"{LIST_PATH}/{garden.id}"]
        assert state_of(hass, "binary_sensor.garden_connectivity") == "off"
        assert state_of(hass, "sensor.garden_last_report") == "unavailable"

    async def test_all_entities_of_a_device_share_the_requests(
        self, hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
    ) -> None:
        garden = simulator.device("Garden")
        before = len(simulator.requests)
        all_of_garden = [k for k in states(hass, "") if ".garden" in k]
        assert len(all_of_garden) > 5
        await update_now(hass, *all_of_garden)

        assert {record.path for record in list(simulator.requests)[before:]} == {
            f"{LIST_PATH}/{garden.id}",
            f"/v1/history/devices/{garden.id}/events",
        }
        assert len(simulator.requests) == before + 2

    async def test_account_that_is_unloaded_meanwhile(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        loaded_entry: MockConfigEntry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        requested, answer = asyncio.Event(), asyncio.Event()

        async def pause(_seconds: float) -> None:
            requested.set()
            await answer.wait()

        monkeypatch.setattr(simulator, "_sleep", pause)
        simulator.faults.add(Fault(delay=1))
        update = hass.async_create_task(
            update_now(hass, "binary_sensor.garden_connectivity", "event.garden_motion")
        )
        await requested.wait()
        assert await hass.config_entries.async_unload(loaded_entry.entry_id)
        answer.set()
        await update

    async def test_offline_device(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        loaded_entry: MockConfigEntry,
        pass_time: Any,
    ) -> None:
        garden = simulator.device("Garden")
        simulator.faults.add(
            Fault(body="device_offline", path=f"{LIST_PATH}/{garden.id}*")
        )
        await update_now(hass, "binary_sensor.garden_motion_detection")

        assert state_of(hass, "binary_sensor.garden_connectivity") == "off"
        unavailable = [k for k, v in states(hass, "").items() if v == "unavailable"]
        assert set(unavailable) == {
            "binary_sensor.garden_motion_detection",
            "camera.garden",
            "event.garden_motion",
            "sensor.garden_last_report",
            "sensor.garden_volume",
        }
        assert state_of(hass, "sensor.alex_morgan_api_status") == "ok"

    async def test_removed_device(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        loaded_entry: MockConfigEntry,
        pass_time: Any,
    ) -> None:
        simulator.remove_device(simulator.device("Garden").id)
        await update_now(hass, "binary_sensor.garden_connectivity")
        assert hass.states.get("binary_sensor.garden_connectivity") is None

    async def test_rejected_token(
        self, hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
    ) -> None:
        simulator.tokens.revoke_all(simulator.account)
        await update_now(hass, "binary_sensor.garden_connectivity")

        assert state_of(hass, "binary_sensor.garden_connectivity") == "unavailable"
        assert state_of(hass, "sensor.alex_morgan_api_status") == "signed_out"
        assert hass.config_entries.flow.async_progress_by_handler(DOMAIN)

    async def test_failure_changes_nothing(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        loaded_entry: MockConfigEntry,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        simulator.faults.add(Fault(status=400))
        caplog.clear()
        await update_now(hass, "binary_sensor.garden_connectivity")

        assert state_of(hass, "binary_sensor.garden_connectivity") == "on"
        assert not [
            record
            for record in caplog.records
            if record.name.startswith("custom_components") and record.levelno > 20
        ]

    async def test_unknown_device_is_not_requested(
        self, hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
    ) -> None:
        before = len(simulator.requests)
        await loaded_entry.runtime_data.coordinator.async_refresh_device("gone")
        assert len(simulator.requests) == before
