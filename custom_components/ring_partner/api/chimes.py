"""Sounds of chimes (Ring Partner API reference, 2.12)."""

from typing import Final

from .errors import BadRequestError
from .fields import Json
from .limiter import Priority
from .paths import device_path
from .session import Request, RingSession

_UNKNOWN_BODY: Final = 400


async def play_sound(session: RingSession, device_id: str, audio_ref: str) -> None:
    """Play a sound on a chime.

    Ring documents two bodies. The second one is sent if Ring answers the first one with
    a 400, and then has played nothing. After other failures, the request is not
    repeated, as the sound could play twice.

    Args:
        session: Session of the account.
        device_id: ID of the chime.
        audio_ref: The sound; see `ChimeSlot.audio_ref`.

    Raises:
        BadRequestError: Ring accepts neither body, or no longer has the sound.
        DeviceOfflineError: The chime is offline.
        ForbiddenError: The app lacks the permission Chime Controls.
        RingError: The request failed in another way; the subclass tells why.
    """
    try:
        await _play(
            session,
            device_id,
            {"data": {"type": "audio", "attributes": {"audio_ref": audio_ref}}},
        )
    except BadRequestError as error:
        if error.status != _UNKNOWN_BODY:
            raise
        await _play(session, device_id, {"audio_ref": audio_ref, "components": [0]})


async def _play(session: RingSession, device_id: str, body: Json) -> None:
    request = Request(
        "POST",
        device_path(device_id, "media/audio/playback"),
        json=body,
        about_device=True,
    )
    await session.request(request, priority=Priority.USER)
