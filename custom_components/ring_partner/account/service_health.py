"""How Ring's service works for one account, and what the person is told about it.

A state machine that gets the outcome of every request and every poll. It drives the
API status sensor, the notification, the repair issues and two log messages.
"""

from datetime import datetime, timedelta
from enum import StrEnum
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..api import (
    SERVICE_FAILURES,
    AuthenticationError,
    CircuitOpenError,
    ForbiddenError,
    NetworkRefusedError,
    RateLimitError,
    Resilience,
    RingError,
)
from ..api.breaker import BreakerState
from ..const import DOMAIN
from ..helpers.translations import local_minute, translate
from .notifications import NotificationKind, Notifications
from .permission_issues import Permission, PermissionIssues

_LOGGER = logging.getLogger(__name__)

MAX_FAILED_POLLS: Final = 3
"""Failed polls in a row after which the service counts as lost."""

# Errors that concern the service rather than one request.
_SERVICE_ERRORS: Final = (
    *SERVICE_FAILURES,
    AuthenticationError,
    CircuitOpenError,
    NetworkRefusedError,
    RateLimitError,
)
# Any successful request ends these; the others last until a poll succeeds.
_ENDED_BY_ANY_SUCCESS: Final = (
    AuthenticationError,
    NetworkRefusedError,
    RateLimitError,
)


class ServiceState(StrEnum):
    """How the service works, worst last."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    DEGRADED = "degraded"
    OUTAGE = "outage"
    REFUSED = "refused"
    SIGNED_OUT = "signed_out"


# Logged once, on entering a state in which nothing comes from Ring.
_LOST_MESSAGES: Final = {
    ServiceState.OUTAGE: "Ring's service is unavailable for %s: %s",
    ServiceState.REFUSED: "Ring refuses connections from this network for %s: %s",
    ServiceState.SIGNED_OUT: "Ring no longer accepts the sign-in of %s: %s",
}


_NOTIFICATIONS: Final = (
    NotificationKind.OUTAGE,
    NotificationKind.RATE_LIMITED,
    NotificationKind.SIGNED_OUT,
)
"""What is notified of here, each with a notification of its own: what a person has
dismissed or not selected must not hide the others."""


class ServiceHealth:
    """The health of Ring's service for one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        resilience: Resilience,
        notifications: Notifications,
    ) -> None:
        self.state = ServiceState.OK
        self.since = dt_util.utcnow()
        self.next_try: datetime | None = None
        self.failed_polls = 0
        self.permissions = PermissionIssues(hass, entry)
        self._hass = hass
        self._entry = entry
        self._breaker = resilience.breaker
        self._limiter = resilience.limiter
        self._last_error: RingError | None = None
        self._notifications = notifications
        self._lost = False
        self._updated_for: object = None
        self._listeners: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Start; the result stops it and removes notification and repair issues."""
        unsubscribe = self._breaker.subscribe(self._breaker_changed)

        @callback
        def stop() -> None:
            unsubscribe()
            ir.async_delete_issue(self._hass, DOMAIN, self._id("network_refused"))
            self.permissions.clear()

        return stop

    @property
    def reason(self) -> str | None:
        """The last error; None while the service works."""
        return None if self._last_error is None else str(self._last_error)

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after every change, until the result is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def request_finished(self, error: RingError | None) -> None:
        """Take the outcome of one request; None for success."""
        if error is None:
            if isinstance(self._last_error, RateLimitError) and (
                self._limiter.paused_for
            ):
                # This request was sent before Ring asked for the pause.
                return
            if not self.failed_polls or isinstance(
                self._last_error, _ENDED_BY_ANY_SUCCESS
            ):
                self._last_error = None
        elif isinstance(error, _SERVICE_ERRORS):
            self._set_error(error)
        else:
            return
        self._update()

    def poll_succeeded(self) -> None:
        """Take that the devices were read."""
        self.failed_polls = 0
        self.next_try = None
        self._last_error = None
        self.permissions.set_granted(Permission.ACCOUNT)
        self._update()

    def poll_failed(self, error: RingError, retry_in: timedelta | None) -> None:
        """Take that the devices could not be read, and when the next try is."""
        self.failed_polls += 1
        self.next_try = None if retry_in is None else dt_util.utcnow() + retry_in
        self._set_error(error)
        if isinstance(error, ForbiddenError):
            self.permissions.set_missing(Permission.ACCOUNT)
        self._update()

    def _set_error(self, error: RingError) -> None:
        # The error that opened the circuit breaker says more than that it is open.
        if not (isinstance(error, CircuitOpenError) and self._last_error is not None):
            self._last_error = error

    def _breaker_changed(self, _state: BreakerState) -> None:
        self._update()

    def _current_state(self) -> ServiceState:
        error = self._last_error
        if isinstance(error, AuthenticationError):
            return ServiceState.SIGNED_OUT
        if isinstance(error, NetworkRefusedError):
            return ServiceState.REFUSED
        if self._breaker.state is not BreakerState.CLOSED:
            return ServiceState.OUTAGE
        if isinstance(error, RateLimitError):
            return ServiceState.RATE_LIMITED
        if error is None:
            return ServiceState.OK
        if isinstance(error, ForbiddenError) or self.failed_polls < MAX_FAILED_POLLS:
            return ServiceState.DEGRADED
        return ServiceState.OUTAGE

    def _update(self) -> None:
        """Update the state and everything that depends on it, after a change.

        Most requests succeed and change nothing.
        """
        state = self._current_state()
        current = (state, self._last_error, self.next_try, self.failed_polls)
        if current == self._updated_for:
            return
        self._updated_for = current
        if state is not self.state:
            self.state, self.since = state, dt_util.utcnow()
            self._log()
        self._update_notification()
        self._update_network_issue()
        for listener in tuple(self._listeners):
            listener()

    def _log(self) -> None:
        if (message := _LOST_MESSAGES.get(self.state)) is not None and not self._lost:
            self._lost = True
            _LOGGER.info(message, self._entry.title, self.reason)
        elif self.state is ServiceState.OK and self._lost:
            self._lost = False
            _LOGGER.info("Ring's service is available again for %s", self._entry.title)

    def _update_notification(self) -> None:
        """Show the notification of the state, and dismiss those of other states."""
        kind = self._notification_kind()
        for other in _NOTIFICATIONS:
            if other is not kind:
                self._notifications.async_dismiss(other)
        if kind is None:
            return
        self._notifications.async_show(
            kind,
            kind,
            translate(
                self._hass,
                f"notification_{kind}_message",
                account=self._entry.title,
                reason=self.reason or "",
                since=local_minute(self.since),
            ),
            translate(self._hass, f"notification_{kind}_title"),
        )

    def _notification_kind(self) -> NotificationKind | None:
        match self.state:
            case ServiceState.OUTAGE:
                return NotificationKind.OUTAGE
            case ServiceState.RATE_LIMITED if self.failed_polls >= MAX_FAILED_POLLS:
                return NotificationKind.RATE_LIMITED
            case ServiceState.SIGNED_OUT:
                return NotificationKind.SIGNED_OUT
        return None

    def _update_network_issue(self) -> None:
        issue_id = self._id("network_refused")
        if self.state is not ServiceState.REFUSED:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"entry_id": self._entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="network_refused",
            translation_placeholders={"account": self._entry.title},
        )

    def _id(self, name: str) -> str:
        return f"{name}_{self._entry.entry_id}"
