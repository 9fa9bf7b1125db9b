"""What the person is told of Ring's deliveries, and how far one can rely on them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import CONSOLE_URL, DOMAIN
from .deliveries import Deliveries, Subject
from .registry import async_registered

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

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        deliveries: Deliveries,
        *,
        used: bool,
    ) -> None:
        self.used = used
        self.since = dt_util.utcnow()
        """From when on there was somebody to deliver to."""
        self.deliveries = deliveries
        self._hass = hass
        self._entry = entry
        self._reported: set[str] = set()
        self._told = (self.state, self.proven, self._unsent)
        self._told_at = self.since
        self._listeners: list[CALLBACK_TYPE] = []

    @property
    def state(self) -> WebhookState:
        """How the deliveries are doing."""
        if not self.used:
            return WebhookState.UNUSED
        if self.deliveries.are_signed_wrong:
            return WebhookState.WRONG_SIGNATURE
        if self.deliveries.are_missing:
            return WebhookState.MISSING
        if self.deliveries.last is None:
            return WebhookState.WAITING
        return WebhookState.WORKING

    @property
    def proven(self) -> bool:
        """Deliveries can be relied on, so that polling may rest."""
        return self.state is WebhookState.WORKING and not self.deliveries.in_doubt

    def proven_for(self, device_id: str) -> bool:
        """Tell whether the deliveries of a device can be relied on."""
        return self.proven and device_id not in self.deliveries.doubtful_devices

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after every change, until the result is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def delivered(self, subject: Subject | None, now: datetime) -> None:
        """Note a genuine delivery."""
        self.deliveries.came(subject, now)
        self._changed(now)

    @callback
    def missed(self, subject: Subject, at: datetime, now: datetime) -> None:
        """Note an event that only the history told."""
        if self.used:
            self.deliveries.was_missed(subject, at)
            self._changed(now)

    @callback
    def refused(self) -> None:
        """Note a delivery whose signature is wrong."""
        self.deliveries.was_refused()
        self._changed(dt_util.utcnow())

    @callback
    def forget_device(self, device_id: str, now: datetime) -> None:
        """Forget a device that is gone."""
        self.deliveries.forget(device_id)
        self._changed(now)

    @callback
    def async_stop(self) -> None:
        """Take the notices back."""
        self._report({})

    def _changed(self, now: datetime) -> None:
        """Let everybody know, at once if the state changed, else now and then.

        A burst of deliveries, or of forgeries, must not become a burst of states.
        """
        told = (self.state, self.proven, self._unsent)
        if told == self._told and now - self._told_at < TELL_EVERY:
            return
        self._told, self._told_at = told, now
        self._report(self._notices())
        for listener in tuple(self._listeners):
            listener()

    @property
    def _unsent(self) -> frozenset[str]:
        """The devices whose events do not come although others do."""
        broken = self.state in (WebhookState.MISSING, WebhookState.WRONG_SIGNATURE)
        return frozenset() if broken else frozenset(self.deliveries.unsent_devices)

    def _notices(self) -> dict[str, tuple[str, str]]:
        """Return what to tell: the text and the device of each notice, by its id."""
        entry_id = self._entry.entry_id
        match self.state:
            case WebhookState.MISSING:
                key = "webhooks_missing"
            case WebhookState.WRONG_SIGNATURE:
                key = "webhooks_wrong_signature"
            case _:
                return {
                    f"webhooks_unsent_{device_id}_{entry_id}": (
                        "webhooks_unsent",
                        self._name(device_id),
                    )
                    for device_id in self._unsent
                }
        return {f"{key}_{entry_id}": (key, "")}

    def _name(self, device_id: str) -> str:
        device = async_registered(self._hass, self._entry, device_id)
        return (device and (device.name_by_user or device.name)) or device_id

    def _report(self, notices: dict[str, tuple[str, str]]) -> None:
        """Show these repair notices and no others."""
        for issue_id in self._reported - notices.keys():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id in notices.keys() - self._reported:
            key, device = notices[issue_id]
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                learn_more_url=None if device else f"{CONSOLE_URL}/apps",
                severity=ir.IssueSeverity.WARNING if device else ir.IssueSeverity.ERROR,
                translation_key=key,
                translation_placeholders={
                    "account": self._entry.title,
                    "device": device,
                },
            )
        self._reported = set(notices)
