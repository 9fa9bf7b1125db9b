"""The time after which Ring ends a live view."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ring_partner.media.live_view import END_MARGIN
from custom_components.ring_partner.media.live_view_limits import (
    BATTERY_LIMIT,
    LINE_LIMIT,
)
from ring_simulator import Fault, Simulator

from .viewer import Viewer, settle

WHEP = "*/whep/sessions"


async def test_end_after_the_limit_is_shown(
    hass: HomeAssistant, simulator: Simulator, viewer: Viewer, pass_time: Any
) -> None:
    await viewer.start()
    await viewer.answer()
    await pass_time(BATTERY_LIMIT - 2)
    assert simulator.live_view.deleted == 0
    await pass_time(2 + END_MARGIN)
    assert "The live view of Garden has ended" in await viewer.error()
    await settle(hass, simulator)


@pytest.mark.parametrize("fault", [None, Fault(status=403, method="DELETE")])
async def test_limit_of_a_battery(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    viewer: Viewer,
    pass_time: Any,
    hass_storage: dict[str, Any],
    fault: Fault | None,
) -> None:
    """Ring ends the live view itself, or does not tell whether it was running."""
    await viewer.start()
    await viewer.answer()
    if fault is not None:
        simulator.faults.add(fault)
    await pass_time(BATTERY_LIMIT + END_MARGIN)
    await viewer.error()
    await hass.async_block_till_done()
    assert f"ring_partner.{loaded_entry.entry_id}.live_view" not in hass_storage


async def test_limit_of_a_line_powered_device(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    viewer: Viewer,
    pass_time: Any,
    hass_storage: dict[str, Any],
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The first live view shows that Ring would have let it last longer."""
    simulator.device("Garden").power = "line"
    await viewer.start()
    await viewer.answer()
    await pass_time(BATTERY_LIMIT + END_MARGIN)
    await viewer.error()
    await settle(hass, simulator)
    store = f"ring_partner.{loaded_entry.entry_id}.live_view"
    assert hass_storage[store]["data"] == {
        "line_powered": [simulator.device("Garden").id]
    }

    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    second = Viewer(await hass_ws_client())
    await second.start()
    await second.answer()
    await pass_time(LINE_LIMIT - 2)
    assert simulator.live_view.deleted == 1
    await pass_time(2 + END_MARGIN)
    await second.error()
    await settle(hass, simulator, deleted=2)
    await second.peer.close()

    await hass.config_entries.async_remove(loaded_entry.entry_id)
    assert store not in hass_storage
