"""Action: play a sound on chimes."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.const import ATTR_DEVICE_ID, Platform
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
import voluptuous as vol

from .api import NotFoundError
from .api.configurations import ChimeSlot
from .const import DOMAIN
from .media.action_input import async_has_permission
from .media.action_target import async_find_device
from .media.chime_sounds import (
    async_play_sound,
    audio_ref,
    chime_slots,
    is_chime,
    is_playable,
    sound_name,
)
from .media.errors import media_error

SERVICE_PLAY_CHIME: Final = "play_chime"

ATTR_SOUND: Final = "sound"

_PLAY_CHIME_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): vol.All(
            cv.ensure_list, vol.Length(min=1), [cv.string]
        ),
        vol.Optional(ATTR_SOUND): cv.string,
    }
)


@callback
def async_setup_chime_services(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN, SERVICE_PLAY_CHIME, _async_play_chime, _PLAY_CHIME_SCHEMA
    )


async def _async_play_chime(call: ServiceCall) -> None:
    """Play a sound on all chimes at the same time."""
    sounds = [
        await _async_get_sound(call, device_id)
        for device_id in dict.fromkeys(call.data[ATTR_DEVICE_ID])
    ]
    # If one chime fails, the others play nevertheless.
    results = await asyncio.gather(*(play() for play in sounds), return_exceptions=True)
    for result in results:
        if result is not None:
            raise result


async def _async_get_sound(
    call: ServiceCall, device_id: str
) -> Callable[[], Awaitable[None]]:
    """Return a function that plays the sound on one chime.

    Raises:
        HomeAssistantError: the chime has no such sound, or the user may not play it.

    """
    registered, entry, device, name = async_find_device(call.hass, device_id)
    if not await async_has_permission(
        call.hass, call.context, registered, POLICY_CONTROL, Platform.BUTTON
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="chime_no_permission",
            translation_placeholders={"device": name},
        )
    if device is None and registered.entry_type is not dr.DeviceEntryType.SERVICE:
        raise media_error(NotFoundError(), name)
    if device is None or not is_chime(device):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_a_chime",
            translation_placeholders={"device": name},
        )
    slot = _find_slot(chime_slots(device), call.data.get(ATTR_SOUND), name)
    return partial(
        async_play_sound,
        entry.runtime_data.session,
        device,
        audio_ref(slot, name),
        name,
    )


def _find_slot(slots: tuple[ChimeSlot, ...], sound: str | None, name: str) -> ChimeSlot:
    """Return a sound of a chime.

    Args:
        slots: the sounds of the chime.
        sound: event or name of a sound; without it, the only one that can be played.
        name: the name of the chime in Home Assistant.

    Raises:
        ServiceValidationError: there is no such sound, or several.

    """
    if not slots:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="chime_no_sounds",
            translation_placeholders={"device": name},
        )
    sounds = ", ".join(map(sound_name, slots))
    if sound is None:
        found = [slot for slot in slots if is_playable(slot)] or slots
        if len(found) > 1:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="chime_sound_required",
                translation_placeholders={"device": name, "sounds": sounds},
            )
        return found[0]
    wanted = sound.casefold()
    found = [slot for slot in slots if slot.event.casefold() == wanted] or [
        slot for slot in slots if sound_name(slot).casefold() == wanted
    ]
    if not found:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="chime_sound_unknown",
            translation_placeholders={
                "device": name,
                "sound": sound,
                "sounds": sounds,
            },
        )
    return next(filter(is_playable, found), found[0])
