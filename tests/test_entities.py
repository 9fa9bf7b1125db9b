"""Every entity of the default household: its state and registry entry."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.ring_partner import PLATFORMS
from custom_components.ring_partner.account.device_registry import (
    model_of,
    ring_device_info,
)
from custom_components.ring_partner.api import Device
from ring_simulator import Simulator


@pytest.fixture
def frozen(freezer: object) -> None:
    """Freeze the time before anything is set up."""
    freezer.move_to("2026-11-20T12:00:00+00:00")  # type: ignore[attr-defined]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_entities(
    frozen: None,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    platform: Platform,
) -> None:
    monkeypatch.setattr("custom_components.ring_partner.PLATFORMS", [platform])
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)
    # The access tokens of cameras and images are random.
    monkeypatch.setattr("random.SystemRandom.getrandbits", lambda *_: 1)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_devices(
    frozen: None,
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    devices = dr.async_entries_for_config_entry(device_registry, loaded_entry.entry_id)
    assert {
        device.name: (device.model, device.manufacturer, device.entry_type)
        for device in devices
    } == snapshot


async def test_devices_are_connected_via_the_account(
    loaded_entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    devices = dr.async_entries_for_config_entry(device_registry, loaded_entry.entry_id)
    (account,) = (device for device in devices if device.entry_type is not None)
    assert account.via_device_id is None
    assert {device.via_device_id for device in devices} == {None, account.id}
    assert len(devices) == 12


@pytest.mark.parametrize(
    ("image_url", "model"),
    [
        (None, None),
        ("https://example.com/else.png", None),
        ("https://x/square_device_images/DoorbellPro/rvdp_3x.png", "Doorbell Pro"),
        ("https://x/square_device_images/<b>/rvdp_3x.png", None),
    ],
)
def test_model_is_read_from_a_known_image_url(
    image_url: str | None, model: str | None
) -> None:
    assert model_of(Device("id", image_url=image_url)) == model


def test_device_without_a_name_is_named_ring() -> None:
    assert ring_device_info(Device("id"), "account")["name"] == "Ring"
