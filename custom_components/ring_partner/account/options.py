"""The options of an account."""

from datetime import timedelta
from typing import Final, NamedTuple, Self

from homeassistant.config_entries import ConfigEntry

CONF_LATE_AFTER: Final = "late_after"
CONF_STALE_AFTER: Final = "stale_after"
CONF_MOTION_DURATION: Final = "motion_duration"
CONF_CLIP_CACHE_SIZE: Final = "clip_cache_size"
CONF_CLIP_CACHE_DAYS: Final = "clip_cache_days"
CONF_OFFLINE_AFTER: Final = "offline_after"
CONF_NOTIFICATIONS: Final = "notifications"

DEFAULT_LATE_AFTER: Final = 60
DEFAULT_STALE_AFTER: Final = 10
DEFAULT_MOTION_DURATION: Final = 30
DEFAULT_CLIP_CACHE_SIZE: Final = 500
DEFAULT_CLIP_CACHE_DAYS: Final = 7
DEFAULT_OFFLINE_AFTER: Final = 30
DEFAULT_NOTIFICATIONS: Final = (
    "outage",
    "rate_limited",
    "device_offline",
    "signed_out",
)

_MEGABYTE: Final = 1_000_000


class RingOptions(NamedTuple):
    """The options of an account.

    Attributes:
        late_after: how old an event may be to trigger automations; a late event is
            only recorded.
        stale_after: how long the last known state is shown without a successful
            poll, at least.
        motion_duration: how long a motion sensor stays on after the last motion.
        clip_cache_size: how many bytes of clips and pictures are kept on disk.
        clip_cache_age: how long a clip or a picture is kept on disk.
        offline_after: how long a device is offline until the person is notified.
        notifications: what the person is notified of.

    """

    late_after: timedelta
    stale_after: timedelta
    motion_duration: timedelta
    clip_cache_size: int
    clip_cache_age: timedelta
    offline_after: timedelta
    notifications: frozenset[str]

    @classmethod
    def from_entry(cls, entry: ConfigEntry) -> Self:
        """Return the options of an account, which is reloaded when they change."""
        options = entry.options
        return cls(
            late_after=timedelta(
                seconds=options.get(CONF_LATE_AFTER, DEFAULT_LATE_AFTER)
            ),
            stale_after=timedelta(
                minutes=options.get(CONF_STALE_AFTER, DEFAULT_STALE_AFTER)
            ),
            motion_duration=timedelta(
                seconds=options.get(CONF_MOTION_DURATION, DEFAULT_MOTION_DURATION)
            ),
            clip_cache_size=int(
                options.get(CONF_CLIP_CACHE_SIZE, DEFAULT_CLIP_CACHE_SIZE) * _MEGABYTE
            ),
            clip_cache_age=timedelta(
                days=options.get(CONF_CLIP_CACHE_DAYS, DEFAULT_CLIP_CACHE_DAYS)
            ),
            offline_after=timedelta(
                minutes=options.get(CONF_OFFLINE_AFTER, DEFAULT_OFFLINE_AFTER)
            ),
            notifications=frozenset(
                options.get(CONF_NOTIFICATIONS, DEFAULT_NOTIFICATIONS)
            ),
        )
