"""Whether Ring's deliveries arrive, and what to tell the person if they don't.

Silence proves nothing: it may be a quiet day. What the history knows and no webhook
told does, and so do deliveries whose signature is wrong.
"""

from datetime import datetime, timedelta
from enum import StrEnum
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import CONSOLE_URL, DOMAIN

_LOGGER = logging.getLogger(__name__)

MISSED_TOO_MANY: Final = 2
"""Events in a row that the history told and no webhook."""
WRONG_TOO_MANY: Final = 3
"""Deliveries in a row with a wrong signature."""
TELL_EVERY: Final = timedelta(seconds=30)
GRACE: Final = timedelta(seconds=90)
"""How late a delivery may be; Ring repeats it after 1, 5 and 30 seconds."""


class WebhookState(StrEnum):
    """How Ring's deliveries are doing."""

    UNUSED = "unused"
    """The account has none: events come from the history, once a minute."""
    WAITING = "waiting"
    """None has come yet."""
    WORKING = "working"
    MISSING = "missing"
    """The history knows of events that were not delivered."""
    WRONG_SIGNATURE = "wrong_signature"


class WebhookHealth:
    """How Ring's deliveries are doing for one account."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, *, used: bool) -> None:
        self.used = used
        self.since = dt_util.utcnow()
        """From when on there was somebody to deliver to."""
        self.last_delivery: datetime | None = None
        self.missed_events = 0
        self.wrong_signatures = 0
        self._hass = hass
        self._entry = entry
        self._missed_in_a_row = 0
        self._wrong_in_a_row = 0
        self._reported: str | None = None
        self._told_state = self.state
        self._told_at = self.since
        self._listeners: list[CALLBACK_TYPE] = []

    @property
    def state(self) -> WebhookState:
        """How the deliveries are doing."""
        if not self.used:
            return WebhookState.UNUSED
        if self._wrong_in_a_row >= WRONG_TOO_MANY:
            return WebhookState.WRONG_SIGNATURE
        if self._missed_in_a_row >= MISSED_TOO_MANY:
            return WebhookState.MISSING
        if self.last_delivery is None:
            return WebhookState.WAITING
        return WebhookState.WORKING

    @property
    def proven(self) -> bool:
        """Deliveries can be relied on, so that polling may rest."""
        return self.state is WebhookState.WORKING

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after every change, until the result is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def delivered(self, now: datetime) -> None:
        """Note a genuine delivery."""
        self.last_delivery = now
        self._missed_in_a_row = self._wrong_in_a_row = 0
        self._changed(now)

    @callback
    def missed(self, at: datetime, now: datetime) -> None:
        """Note an event that only the history told."""
        if not self.used:
            return
        self.missed_events += 1
        if self.last_delivery is None or at > self.last_delivery:
            self._missed_in_a_row += 1
        self._changed(now)

    @callback
    def refused(self) -> None:
        """Note a delivery whose signature is wrong."""
        self.wrong_signatures += 1
        self._wrong_in_a_row += 1
        self._changed(dt_util.utcnow())

    @callback
    def async_stop(self) -> None:
        """Take the notice back."""
        self._report(None)

    def _changed(self, now: datetime) -> None:
        """Let everybody know, at once if the state changed, else now and then.

        A burst of deliveries, or of forgeries, must not become a burst of states.
        """
        state = self.state
        if state is self._told_state and now - self._told_at < TELL_EVERY:
            return
        self._told_state, self._told_at = state, now
        self._report(
            {
                WebhookState.MISSING: "webhooks_missing",
                WebhookState.WRONG_SIGNATURE: "webhooks_wrong_signature",
            }.get(state)
        )
        for listener in tuple(self._listeners):
            listener()

    def _report(self, problem: str | None) -> None:
        """Show the one repair notice that fits, or none."""
        if problem == self._reported:
            return
        if self._reported is not None:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue(self._reported))
        self._reported = problem
        if problem is not None:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._issue(problem),
                is_fixable=False,
                learn_more_url=f"{CONSOLE_URL}/apps",
                severity=ir.IssueSeverity.ERROR,
                translation_key=problem,
                translation_placeholders={"account": self._entry.title},
            )

    def _issue(self, problem: str) -> str:
        return f"{problem}_{self._entry.entry_id}"
