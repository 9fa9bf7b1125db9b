"""Storage files that cannot be used are ignored."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ring_partner.const import DOMAIN

from .helpers import states


@pytest.mark.parametrize(
    "stored",
    [
        {"version": 99, "data": {"anything": "else"}},
        {"version": 99, "data": ["x"]},
        {"version": 1, "data": 5},
        {"version": 1, "data": ["x"]},
        {"version": 1, "data": {"pages": 5, "ids": 5, "access_token": 5}},
        {"version": "1", "data": {}},
    ],
    ids=["newer", "newer list", "number", "list", "other types", "version as text"],
)
@pytest.mark.parametrize(
    "file",
    ["{entry_id}.devices", "{entry_id}.events", "{entry_id}.token", "public_urls"],
)
async def test_unusable_file_is_ignored(
    hass: HomeAssistant,
    linked: MockConfigEntry,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    file: str,
    stored: dict[str, Any],
) -> None:
    key = f"{DOMAIN}.{file.format(entry_id=linked.entry_id)}"
    hass_storage[key] = {"key": key, "minor_version": 1, **stored}

    assert await hass.config_entries.async_setup(linked.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert linked.state is ConfigEntryState.LOADED
    assert states(hass, "_connectivity")
    assert "unavailable" not in states(hass, "_connectivity").values()
    assert "Traceback" not in caplog.text
    assert (
        sum(
            record.levelname == "WARNING" and key in record.getMessage()
            for record in caplog.records
        )
        == 1
    )


async def test_usable_file_logs_no_warning(
    hass: HomeAssistant,
    linked: MockConfigEntry,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await hass.config_entries.async_setup(linked.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await hass.config_entries.async_reload(linked.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "Ignored the file" not in caplog.text
