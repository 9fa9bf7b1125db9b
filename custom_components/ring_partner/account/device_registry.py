"""The devices of an account in Home Assistant's device registry."""

from collections.abc import Mapping
import re

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ..api import Device
from ..const import DOMAIN, MANUFACTURER, RING_ACCOUNT_URL

# Ring names no model, but the URL of a device's picture: …/DoorbellPro/rvdp_3x.png
_MODEL_IN_URL = re.compile(r"/square_device_images/([A-Za-z0-9]{2,40})/")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def account_device_info(entry: ConfigEntry) -> DeviceInfo:
    """Return the service device of an account, for entities of no single device."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.unique_id or entry.entry_id)},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer=MANUFACTURER,
        name=entry.title,
        configuration_url=RING_ACCOUNT_URL,
    )


@callback
def async_register_account(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Register the account's device, before those that are linked to it.

    Returns its ID in the device registry.
    """
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, **account_device_info(entry)
    )
    return device.id


def ring_device_info(device: Device, account_device_id: str) -> DeviceInfo:
    """Return the device info of a Ring device, which is linked to its account."""
    return DeviceInfo(
        identifiers={(DOMAIN, device.id)},
        manufacturer=MANUFACTURER,
        model=model_of(device),
        name=device.name or MANUFACTURER,
        configuration_url=RING_ACCOUNT_URL,
        via_device_id=account_device_id,
    )


def model_of(device: Device) -> str | None:
    """Return the model to display, taken from the URL of the device's picture."""
    if found := _MODEL_IN_URL.search(device.image_url or ""):
        return _WORD_START.sub(" ", found[1])
    return None


def has_doorbell_model(device: Device) -> bool:
    """Return whether the model is a doorbell; a button press is the only proof."""
    return "doorbell" in (model_of(device) or "").lower()


@callback
def async_get_device(
    hass: HomeAssistant, entry: ConfigEntry, device_id: str
) -> dr.DeviceEntry | None:
    """Return the registry entry of a Ring device."""
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, device_id), entry.entry_id
    )


@callback
def async_update_registry(
    hass: HomeAssistant, entry: ConfigEntry, devices: Mapping[str, Device]
) -> bool:
    """Remove devices that Ring no longer has, and update changed names and models.

    Returns whether a device was removed.
    """
    registry = dr.async_get(hass)
    is_removed = False
    for registered in dr.async_entries_for_config_entry(registry, entry.entry_id):
        ids = {key for domain, key in registered.identifiers if domain == DOMAIN}
        if entry.unique_id in ids:
            continue
        device = next((devices[key] for key in ids if key in devices), None)
        if device is None:
            registry.async_remove_device(registered.id)
            is_removed = True
        else:
            registry.async_update_device(
                registered.id,
                name=device.name or registered.name,
                model=model_of(device) or registered.model,
            )
    return is_removed
