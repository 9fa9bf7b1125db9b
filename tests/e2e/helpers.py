"""Steps and checks that several tests use."""

from script.harness.const import DOMAIN
from script.harness.devices import get_devices
from script.harness.home_assistant import RealHomeAssistant
from script.harness.log import LogRecord


async def poll_ring(home_assistant: RealHomeAssistant) -> None:
    """Make Home Assistant request the devices from Ring now."""
    await home_assistant.api.perform_action(
        "homeassistant.update_entity", entity_id="binary_sensor.garden_connectivity"
    )


async def all_available(home_assistant: RealHomeAssistant, entry_id: str) -> bool:
    """Return whether the account has devices and all of them are available."""
    devices = await get_devices(home_assistant.api, entry_id)
    return bool(devices) and all(device.available for device in devices)


async def garden_available(home_assistant: RealHomeAssistant, entry_id: str) -> bool:
    """Return whether the camera "Garden" is available."""
    devices = await get_devices(home_assistant.api, entry_id)
    return any(device.name == "Garden" and device.available for device in devices)


async def api_status_is(home_assistant: RealHomeAssistant, status: str) -> bool:
    """Poll Ring and return whether the API status has this state."""
    await poll_ring(home_assistant)
    states = await home_assistant.api.states()
    return states["sensor.alex_morgan_api_status"].state == status


def warnings(home_assistant: RealHomeAssistant) -> list[LogRecord]:
    """Return warnings and errors about the integration."""
    return [
        record
        for record in home_assistant.log("WARNING", "ERROR", "CRITICAL")
        if DOMAIN in f"{record.logger} {record.message}"
        # Home Assistant logs this for every custom integration.
        and not (record.logger == "homeassistant.loader" and "tested" in record.message)
        # The integration logs that the simulator's URLs are set in the environment.
        and not record.message.startswith("RING_PARTNER_")
    ]
