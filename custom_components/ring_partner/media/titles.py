"""Titles of days and recordings in the media browser, in Home Assistant's language."""

from datetime import date, timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..api.events import RingEventType
from ..helpers.translations import translate
from .recordings import Recording

_MOTION_KEYS: Final = {
    "human": "media_motion_person",
    "vehicle": "media_motion_vehicle",
    "animal": "media_motion_animal",
    "package": "media_motion_package",
    "package_delivery": "media_motion_package",
}


def recording_title(hass: HomeAssistant, recording: Recording) -> str:
    """Return the title of a recording: when it starts and what happened."""
    time = dt_util.as_local(recording.start).strftime("%H:%M")
    if recording.type == RingEventType.BUTTON_PRESS:
        return translate(hass, "media_ring", time=time)
    key = _MOTION_KEYS.get(recording.sub_type or "", "media_motion")
    return translate(hass, key, time=time)


def day_title(hass: HomeAssistant, day: date) -> str:
    """Return the title of a day: its date, or what it is called."""
    today = dt_util.now().date()
    text = day.isoformat()
    if day == today:
        return translate(hass, "media_today", date=text)
    if day == today - timedelta(days=1):
        return translate(hass, "media_yesterday", date=text)
    return text
