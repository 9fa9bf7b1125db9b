"""The sounds of chimes, and the sentence that a person sees when one does not play."""

from typing import Final

from homeassistant.exceptions import ServiceValidationError

from ..api import Device, RingError, RingSession
from ..api.chimes import play_sound
from ..api.configurations import ChimeSlot
from ..const import DOMAIN
from .errors import media_error, offline_error

# What is said of a sound in place of a video.
_KEYS: Final = {
    "media_forbidden": "chime_forbidden",
    "media_service_unavailable": "chime_service_unavailable",
    "media_failed": "chime_failed",
}


def is_chime(device: Device) -> bool:
    """Return whether a device can play sounds, as far as that is known."""
    return device.capabilities is not None and device.capabilities.plays_chime


def chime_slots(device: Device) -> tuple[ChimeSlot, ...]:
    """Return the sounds of a chime; other devices have none."""
    if not is_chime(device) or device.configurations is None:
        return ()
    return device.configurations.audio_slots


def is_playable(slot: ChimeSlot) -> bool:
    """Return whether a sound is turned on and has audio."""
    return not slot.disabled and slot.audio_ref is not None


def audio_ref(slot: ChimeSlot, name: str) -> str:
    """Return what to play.

    Args:
        slot: the sound.
        name: the name of the chime in Home Assistant.

    Raises:
        ServiceValidationError: the sound is turned off or has no audio.

    """
    if slot.disabled or slot.audio_ref is None:
        key = "chime_sound_disabled" if slot.disabled else "chime_sound_empty"
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"device": name, "sound": sound_name(slot)},
        )
    return slot.audio_ref


def sound_name(slot: ChimeSlot) -> str:
    """Return the name of a sound; without one, the ID of its event."""
    return slot.audio_name or slot.event


async def async_play_sound(
    session: RingSession, device: Device, ref: str, name: str
) -> None:
    """Play a sound on a chime, for a person.

    Args:
        session: requests of the account to Ring.
        device: the chime, as Ring last described it.
        ref: the sound; see `audio_ref`.
        name: the name of the chime in Home Assistant.

    Raises:
        HomeAssistantError: it did not play; the text tells why.

    """
    if device.is_offline:
        raise offline_error(name)
    try:
        await play_sound(session, device.id, ref)
    except RingError as error:
        raise media_error(error, name, _KEYS) from error
