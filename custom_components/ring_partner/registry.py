"""Keeps Home Assistant's device registry as Ring describes the devices."""

from collections.abc import Mapping
import re

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .api import Device
from .const import DOMAIN, MANUFACTURER, RING_ACCOUNT_URL

# The one hint at a model that Ring gives, for show only: …/DoorbellPro/rvdp_3x.png
_MODEL = re.compile(r"/square_device_images/([A-Za-z0-9]{2,40})/")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def account_device(account_id: str, name: str) -> DeviceInfo:
    """Describe the account, which carries what belongs to no single device."""
    return DeviceInfo(
        identifiers={(DOMAIN, account_id)},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer=MANUFACTURER,
        name=name,
        configuration_url=RING_ACCOUNT_URL,
    )


def ring_device(device: Device) -> DeviceInfo:
    """Describe a device of Ring's."""
    return DeviceInfo(
        identifiers={(DOMAIN, device.id)},
        manufacturer=MANUFACTURER,
        model=model_of(device),
        name=device.name or MANUFACTURER,
        configuration_url=RING_ACCOUNT_URL,
    )


def model_of(device: Device) -> str | None:
    """Return a model to show; Ring names none, so its picture's address must do."""
    if found := _MODEL.search(device.image_url or ""):
        return _WORDS.sub(" ", found[1])
    return None


def looks_like_a_doorbell(device: Device) -> bool:
    """Tell whether the picture shows a doorbell, before its first press proves it."""
    return "doorbell" in (model_of(device) or "").lower()


@callback
def async_registered(
    hass: HomeAssistant, entry: ConfigEntry, device_id: str
) -> dr.DeviceEntry | None:
    """Return a device of Ring's as it is registered, if it is."""
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, device_id), entry.entry_id
    )


@callback
def async_sync_registry(
    hass: HomeAssistant, entry: ConfigEntry, devices: Mapping[str, Device]
) -> None:
    """Remove devices that are gone and take over new names."""
    registry = dr.async_get(hass)
    for registered in dr.async_entries_for_config_entry(registry, entry.entry_id):
        ids = {key for domain, key in registered.identifiers if domain == DOMAIN}
        if entry.unique_id in ids:
            continue
        device = next((devices[key] for key in ids if key in devices), None)
        if device is None:
            registry.async_remove_device(registered.id)
        elif device.name and device.name != registered.name:
            registry.async_update_device(registered.id, name=device.name)
