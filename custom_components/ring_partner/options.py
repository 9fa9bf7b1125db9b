"""What a person can set for an account, besides how it is linked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from homeassistant.config_entries import ConfigEntry

CONF_LATE_AFTER: Final = "late_after"
CONF_STALE_AFTER: Final = "stale_after"
CONF_MOTION_LASTS: Final = "motion_lasts"

DEFAULT_LATE_AFTER: Final = 60
DEFAULT_STALE_AFTER: Final = 10
DEFAULT_MOTION_LASTS: Final = 30


@dataclass(frozen=True, slots=True)
class RingOptions:
    """The options of an account.

    Attributes:
        late_after: how old an event may be to set anything off; an older one is only
            noted.
        stale_after: how old the list of devices may get, at least, before it is no
            longer shown.
        motion_lasts: how long the motion sensor stays on after the last motion.

    """

    late_after: timedelta
    stale_after: timedelta
    motion_lasts: timedelta

    @classmethod
    def of(cls, entry: ConfigEntry) -> Self:
        """Return an account's options; the account is reloaded when they change."""
        options = entry.options
        return cls(
            late_after=timedelta(
                seconds=options.get(CONF_LATE_AFTER, DEFAULT_LATE_AFTER)
            ),
            stale_after=timedelta(
                minutes=options.get(CONF_STALE_AFTER, DEFAULT_STALE_AFTER)
            ),
            motion_lasts=timedelta(
                seconds=options.get(CONF_MOTION_LASTS, DEFAULT_MOTION_LASTS)
            ),
        )
