"""Whether Ring's webhooks arrive, and what the person is told about it."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..account.device_registry import async_get_device
from ..const import CONSOLE_URL, DOMAIN
from ..helpers.issues import async_unload_issue
from ..helpers.timer import Timer
from .delivery_tracker import DeliveryTracker, EventTopic

_LOGGER = logging.getLogger(__name__)

MIN_UPDATE_INTERVAL: Final = timedelta(seconds=30)
"""Between updates of listeners while the state stays the same."""
MAX_DELIVERY_DELAY: Final = timedelta(seconds=90)
"""How late a webhook may be; Ring repeats it after 1, 5 and 30 seconds."""

type Issues = dict[str, tuple[str, str]]
"""Translation key and device name of repair issues, by issue ID."""

_LOG_MESSAGES: Final = {
    "events_missing": "Ring's events do not arrive for %s",
    "events_wrong_signature": "Ring's events are signed with another key for %s",
    "events_not_sent": "Ring does not send all events of %s",
}


class DeliveryState(StrEnum):
    """Whether Ring's webhooks arrive."""

    UNUSED = "unused"
    """The account has no webhooks: events are read from the history every minute."""
    WAITING = "waiting"
    """No webhook has come yet."""
    WORKING = "working"
    MISSING = "missing"
    """The history has events for which no webhook came."""
    WRONG_SIGNATURE = "wrong_signature"


class DeliveryHealth:
    """The event delivery of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        tracker: DeliveryTracker,
        *,
        used: bool,
    ) -> None:
        self.used = used
        self.since = dt_util.utcnow()
        """From when on webhooks could be sent and received."""
        self.tracker = tracker
        self._hass = hass
        self._entry = entry
        self._issues: Issues = {}
        self._updated_for = self._summary()
        self._updated_at = self.since
        self._update_timer = Timer(hass, self._async_update)
        self._listeners: list[CALLBACK_TYPE] = []

    @property
    def state(self) -> DeliveryState:
        """The state of the event delivery."""
        if not self.used:
            return DeliveryState.UNUSED
        if self.tracker.has_wrong_key:
            return DeliveryState.WRONG_SIGNATURE
        if self.tracker.is_broken:
            return DeliveryState.MISSING
        if self.tracker.last_delivery is None:
            return DeliveryState.WAITING
        return DeliveryState.WORKING

    @property
    def is_reliable(self) -> bool:
        """Whether delivery works, so that Ring is polled less often."""
        return self.used and self.tracker.is_reliable

    @property
    def is_possible(self) -> bool:
        """Whether nothing is known that keeps events from arriving."""
        return self.state in (DeliveryState.WAITING, DeliveryState.WORKING)

    def is_reliable_for(self, device_id: str) -> bool:
        """Return whether delivery works for a device."""
        return self.used and self.tracker.is_reliable_for(device_id)

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after changes, until the result is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_delivered(self, topic: EventTopic | None, now: datetime) -> None:
        """Count a signed webhook."""
        self.tracker.add_delivery(topic, now)
        self._async_changed(now)

    @callback
    def async_missed(self, topic: EventTopic, at: datetime, now: datetime) -> None:
        """Count an event that only the history has."""
        if self.used:
            self.tracker.add_missed(topic, at)
            self._async_changed(now)

    @callback
    def async_signature_rejected(self) -> None:
        """Count a webhook with a wrong signature."""
        self.tracker.add_wrong_signature()
        self._async_changed(dt_util.utcnow())

    @callback
    def async_devices_removed(self) -> None:
        """Remove the repair issues of devices that were forgotten."""
        self._async_changed(dt_util.utcnow())

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Show what is known from before the start; the result removes all issues."""
        self._update_issues(self._current_issues())

        @callback
        def stop() -> None:
            self._update_timer.async_cancel()
            self._update_issues({}, stopping=True)

        return stop

    @callback
    def _async_changed(self, now: datetime) -> None:
        """Update at once if the state has changed, otherwise after an interval.

        Many webhooks in a short time, real or forged, lead to one update.
        """
        next_update = self._updated_at + MIN_UPDATE_INTERVAL
        if self._summary() != self._updated_for or now >= next_update:
            self._async_update(now)
        elif not self._update_timer.running:
            self._update_timer.async_start(next_update - now)

    @callback
    def _async_update(self, now: datetime) -> None:
        """Update repair issues and listeners."""
        self._update_timer.async_cancel()
        self._updated_for, self._updated_at = self._summary(), now
        self._update_issues(self._current_issues())
        for listener in tuple(self._listeners):
            listener()

    def _summary(self) -> tuple[DeliveryState, bool, frozenset[str]]:
        """Return what is updated at once when it changes."""
        return self.state, self.is_reliable, self._devices_not_sent

    @property
    def _devices_not_sent(self) -> frozenset[str]:
        """The devices whose events do not arrive although others do."""
        if self.state in (DeliveryState.MISSING, DeliveryState.WRONG_SIGNATURE):
            return frozenset()
        return frozenset(self.tracker.devices_not_sent)

    def _current_issues(self) -> Issues:
        entry_id = self._entry.entry_id
        match self.state:
            case DeliveryState.MISSING:
                key = "events_missing"
            case DeliveryState.WRONG_SIGNATURE:
                key = "events_wrong_signature"
            case _:
                return {
                    f"events_not_sent_{_hashed(device_id)}_{entry_id}": (
                        "events_not_sent",
                        self._name(device_id),
                    )
                    for device_id in self._devices_not_sent
                }
        return {f"{key}_{entry_id}": (key, "")}

    def _name(self, device_id: str) -> str:
        device = async_get_device(self._hass, self._entry, device_id)
        return (device and (device.name_by_user or device.name)) or device_id

    def _update_issues(self, issues: Issues, *, stopping: bool = False) -> None:
        """Show these repair issues and no others."""
        for issue_id in self._issues.keys() - issues.keys():
            if stopping:
                async_unload_issue(self._hass, issue_id)
            else:
                ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id in issues.keys() - self._issues.keys():
            key, device = issues[issue_id]
            _LOGGER.warning(_LOG_MESSAGES[key], device or self._entry.title)
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                data={"entry_id": self._entry.entry_id},
                is_fixable=key == "events_wrong_signature",
                learn_more_url=None if device else f"{CONSOLE_URL}/apps",
                severity=ir.IssueSeverity.WARNING if device else ir.IssueSeverity.ERROR,
                translation_key=key,
                translation_placeholders={
                    "account": self._entry.title,
                    "device": device,
                },
            )
        if _is_about_account(self._issues) and not (
            _is_about_account(issues) or stopping
        ):
            _LOGGER.info("Ring's events arrive again for %s", self._entry.title)
        self._issues = issues


def _is_about_account(issues: Issues) -> bool:
    """Return whether no events arrive, rather than those of one device."""
    return any(not device for _, device in issues.values())


def _hashed(device_id: str) -> str:
    """Return a device ID for issue IDs, which are part of Home Assistant's logs."""
    return sha256(device_id.encode()).hexdigest()[:12]
