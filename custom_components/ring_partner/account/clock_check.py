"""Whether the clock of this machine is right.

With a wrong clock, all events count as late and trigger no automations. Ring's
responses tell Ring's time (`meta.time`; Ring Partner API reference, 2).
"""

from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .options import RingOptions

_LOGGER = logging.getLogger(__name__)

WRONG_POLLS: Final = 2
"""Polls in a row with a wrong time, after which the person is told."""

_SECOND: Final = timedelta(seconds=1)


class ClockCheck:
    """Compares the clock with Ring's at each poll of one account."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._max_difference = RingOptions.from_entry(entry).late_after
        self._wrong_polls = 0

    @callback
    def async_check(
        self, ring_time: datetime | None, requested_at: datetime, received_at: datetime
    ) -> None:
        """Show or remove the repair issue.

        Args:
            ring_time: the time in Ring's response; None if it has none.
            requested_at: when the request was sent, by this clock.
            received_at: when the response was received, by this clock.

        """
        if ring_time is None:
            return
        difference = max(
            requested_at - ring_time, ring_time - received_at, timedelta(0)
        )
        if difference <= self._max_difference:
            self._wrong_polls = 0
            self.async_remove_issue()
            return
        self._wrong_polls += 1
        if self._wrong_polls == WRONG_POLLS:
            _LOGGER.warning("The clock differs from Ring's by %s", difference)
        if self._wrong_polls >= WRONG_POLLS:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._issue_id,
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key="clock_wrong",
                translation_placeholders={
                    "account": self._entry.title,
                    # Without fractions of a second.
                    "difference": str(timedelta(seconds=difference // _SECOND)),
                },
            )

    @callback
    def async_remove_issue(self) -> None:
        """Remove the repair issue."""
        ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)

    @property
    def _issue_id(self) -> str:
        return f"clock_wrong_{self._entry.entry_id}"
