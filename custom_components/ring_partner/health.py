"""How Ring's service is doing for one account, and who is told.

One state machine, fed with the outcome of every request and every poll. It drives
the status sensor, the notification, the repair notices and two log lines.
"""

from datetime import datetime, timedelta
from enum import StrEnum
import logging

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .api import (
    SERVICE_FAILURES,
    AuthenticationError,
    CircuitOpenError,
    ForbiddenError,
    NetworkRefusedError,
    RateLimitError,
    Resilience,
    RingError,
)
from .api.resilience import BreakerState
from .const import DOMAIN, RING_ACCOUNT_URL
from .texts import text

_LOGGER = logging.getLogger(__name__)

LOST_AFTER_POLLS = 3
"""Failed polls in a row after which the service counts as lost."""

# Errors that say something about the service rather than about one request.
_TELLING = (
    *SERVICE_FAILURES,
    AuthenticationError,
    CircuitOpenError,
    NetworkRefusedError,
    RateLimitError,
)
# Of these, any success is the disproof; the others wait for a poll to succeed.
_DISPROVED_BY_ANY = (AuthenticationError, NetworkRefusedError, RateLimitError)


class HealthState(StrEnum):
    """How the service is doing, worst last."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    DEGRADED = "degraded"
    OUTAGE = "outage"
    REFUSED = "refused"
    SIGNED_OUT = "signed_out"


class Permission(StrEnum):
    """What a person can permit in Ring, or not."""

    ACCOUNT = "account"
    """To see the devices at all."""
    DEVICE = "device"
    HISTORY = "history"


# What is logged, once, on entering a state in which nothing comes from Ring.
_LOST = {
    HealthState.OUTAGE: "Ring's service is lost for %s: %s",
    HealthState.REFUSED: "Ring refuses this network for %s: %s",
    HealthState.SIGNED_OUT: "Ring no longer accepts the sign-in of %s: %s",
}


class RingHealth:
    """The state of Ring's service, as one account meets it."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, resilience: Resilience
    ) -> None:
        self.state = HealthState.OK
        self.since = dt_util.utcnow()
        self.next_try: datetime | None = None
        self.failed_polls = 0
        self._hass = hass
        self._entry = entry
        self._breaker = resilience.breaker
        self._trouble: RingError | None = None
        self._forbidden: dict[Permission, dict[str, str]] = {
            permission: {} for permission in Permission
        }
        """The names of the devices that lack a permission, by their ids."""
        self._notified = False
        self._lost = False
        self._listeners: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Begin to watch; the result ends it and takes every notice back."""
        unsubscribe = self._breaker.subscribe(self._breaker_changed)

        @callback
        def stop() -> None:
            unsubscribe()
            self._notify(wanted=False)
            ir.async_delete_issue(self._hass, DOMAIN, self._issue("network_refused"))
            for permission, devices in self._forbidden.items():
                devices.clear()
                self._show_forbidden(permission)

        return stop

    @property
    def reason(self) -> str | None:
        """What Ring, or the network, said last; None when all is well."""
        return None if self._trouble is None else str(self._trouble)

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after every change, until the result is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def heard(self, outcome: RingError | None) -> None:
        """Take in the outcome of one request."""
        if outcome is None:
            if not self.failed_polls or isinstance(self._trouble, _DISPROVED_BY_ANY):
                self._trouble = None
        elif isinstance(outcome, _TELLING):
            self._remember(outcome)
        else:
            return
        self._update()

    def poll_succeeded(self) -> None:
        """Take in that the devices were read."""
        self.failed_polls = 0
        self.next_try = None
        self._trouble = None
        self.permission_given(Permission.ACCOUNT)
        self._update()

    def poll_failed(self, error: RingError, again_in: timedelta | None) -> None:
        """Take in that the devices could not be read, and when the next try is."""
        self.failed_polls += 1
        self.next_try = None if again_in is None else dt_util.utcnow() + again_in
        self._remember(error)
        if isinstance(error, ForbiddenError):
            self.permission_missing(Permission.ACCOUNT)
        self._update()

    def permission_missing(
        self, permission: Permission, device_id: str = "", name: str | None = None
    ) -> None:
        """Show a repair notice that names what the person has not permitted."""
        if device_id not in self._forbidden[permission]:
            self._forbidden[permission][device_id] = name or "Ring"
            self._show_forbidden(permission)

    def permission_given(self, permission: Permission, device_id: str = "") -> None:
        """Take the notice back, or the device out of it."""
        if self._forbidden[permission].pop(device_id, None) is not None:
            self._show_forbidden(permission)

    def forget_device(self, device_id: str) -> None:
        """Forget a device that is gone."""
        for permission in Permission:
            self.permission_given(permission, device_id)

    def _show_forbidden(self, permission: Permission) -> None:
        """Show one notice for all devices that lack a permission, or none."""
        issue_id = self._issue("missing_permission", permission)
        if not (names := self._forbidden[permission].values()):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            learn_more_url=RING_ACCOUNT_URL,
            severity=ir.IssueSeverity.WARNING,
            translation_key=f"missing_permission_{permission}",
            translation_placeholders={
                "account": self._entry.title,
                "devices": ", ".join(sorted(names)),
            },
        )

    def _remember(self, error: RingError) -> None:
        # That requests are held back says less than why they are.
        if not (isinstance(error, CircuitOpenError) and self._trouble is not None):
            self._trouble = error

    def _breaker_changed(self, _state: BreakerState) -> None:
        self._update()

    def _judge(self) -> HealthState:
        trouble = self._trouble
        if isinstance(trouble, AuthenticationError):
            return HealthState.SIGNED_OUT
        if isinstance(trouble, NetworkRefusedError):
            return HealthState.REFUSED
        if self._breaker.state is not BreakerState.CLOSED:
            return HealthState.OUTAGE
        if isinstance(trouble, RateLimitError):
            return HealthState.RATE_LIMITED
        if trouble is None:
            return HealthState.OK
        if isinstance(trouble, ForbiddenError) or self.failed_polls < LOST_AFTER_POLLS:
            return HealthState.DEGRADED
        return HealthState.OUTAGE

    def _update(self) -> None:
        """Bring the state, and everybody who is told, up to date."""
        state = self._judge()
        if state is not self.state:
            self.state, self.since = state, dt_util.utcnow()
            self._log()
        self._notify(
            wanted=state is HealthState.OUTAGE
            or (
                state is HealthState.RATE_LIMITED
                and self.failed_polls >= LOST_AFTER_POLLS
            )
        )
        self._raise_issue_when_refused()
        for listener in tuple(self._listeners):
            listener()

    def _log(self) -> None:
        if (message := _LOST.get(self.state)) is not None and not self._lost:
            self._lost = True
            _LOGGER.info(message, self._entry.title, self.reason)
        elif self.state is HealthState.OK and self._lost:
            self._lost = False
            _LOGGER.info("Ring's service is back for %s", self._entry.title)

    def _notify(self, *, wanted: bool) -> None:
        """Show the notification once, or take it back.

        A person who closes it is not shown it again for the same trouble.
        """
        if wanted == self._notified:
            return
        self._notified = wanted
        notification_id = self._issue("service")
        if not wanted:
            persistent_notification.async_dismiss(self._hass, notification_id)
            return
        key = (
            "notification_rate_limited"
            if self.state is HealthState.RATE_LIMITED
            else "notification_outage"
        )
        persistent_notification.async_create(
            self._hass,
            text(
                self._hass,
                f"{key}_message",
                account=self._entry.title,
                reason=self.reason or "",
            ),
            text(self._hass, f"{key}_title"),
            notification_id,
        )

    def _raise_issue_when_refused(self) -> None:
        issue = self._issue("network_refused")
        if self.state is not HealthState.REFUSED:
            ir.async_delete_issue(self._hass, DOMAIN, issue)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key="network_refused",
            translation_placeholders={"account": self._entry.title},
        )

    def _issue(self, *parts: str) -> str:
        return "_".join((*parts, self._entry.entry_id))
