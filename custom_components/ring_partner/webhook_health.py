"""What the person is told of Ring's deliveries, and how far one can rely on them."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .const import CONSOLE_URL, DOMAIN
from .deliveries import Deliveries, Subject
from .registry import async_registered

_LOGGER = logging.getLogger(__name__)

TELL_EVERY: Final = timedelta(seconds=30)
GRACE: Final = timedelta(seconds=90)
"""How late a delivery may be; Ring repeats it after 1, 5 and 30 seconds."""


_LOGGED: Final = {
    "webhooks_missing": "Ring's events do not arrive for %s",
    "webhooks_wrong_signature": "Ring's events are signed with another key for %s",
    "webhooks_unsent": "Ring does not send all events of %s",
}


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
        """From when on there was somebody to deliver to, and Ring able to."""
        self.deliveries = deliveries
        self._hass = hass
        self._entry = entry
        self._reported: dict[str, tuple[str, str]] = {}
        self._told = self._news()
        self._told_at = self.since
        self._cancel_tell: CALLBACK_TYPE | None = None
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

    @property
    def may_come(self) -> bool:
        """Nothing is known to keep events away."""
        return self.state in (WebhookState.WAITING, WebhookState.WORKING)

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
    def async_devices_gone(self) -> None:
        """Take the notices of devices back that are forgotten."""
        self._changed(dt_util.utcnow())

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Tell what is known from before the start; the result takes notices back."""
        self._report(self._notices())

        @callback
        def stop() -> None:
            self._stop_waiting()
            self._report({}, stopping=True)

        return stop

    def _changed(self, now: datetime) -> None:
        """Let everybody know, at once if the state changed, else now and then.

        A burst of deliveries, or of forgeries, must not become a burst of states.
        """
        again_at = self._told_at + TELL_EVERY
        if self._news() != self._told or now >= again_at:
            self._tell(now)
        elif self._cancel_tell is None:
            self._cancel_tell = async_call_later(self._hass, again_at - now, self._tell)

    @callback
    def _tell(self, now: datetime) -> None:
        self._stop_waiting()
        self._told, self._told_at = self._news(), now
        self._report(self._notices())
        for listener in tuple(self._listeners):
            listener()

    def _stop_waiting(self) -> None:
        if self._cancel_tell is not None:
            self._cancel_tell()
            self._cancel_tell = None

    def _news(self) -> tuple[WebhookState, bool, frozenset[str]]:
        """Return what everybody is to know at once."""
        return self.state, self.proven, self._unsent

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
                    f"webhooks_unsent_{_short(device_id)}_{entry_id}": (
                        "webhooks_unsent",
                        self._name(device_id),
                    )
                    for device_id in self._unsent
                }
        return {f"{key}_{entry_id}": (key, "")}

    def _name(self, device_id: str) -> str:
        device = async_registered(self._hass, self._entry, device_id)
        return (device and (device.name_by_user or device.name)) or device_id

    def _report(
        self, notices: dict[str, tuple[str, str]], *, stopping: bool = False
    ) -> None:
        """Show these repair notices and no others."""
        for issue_id in self._reported.keys() - notices.keys():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id in notices.keys() - self._reported.keys():
            key, device = notices[issue_id]
            subject = device or self._entry.title
            _LOGGER.warning(_LOGGED[key], subject)
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
        if _broken(self._reported) and not _broken(notices) and not stopping:
            _LOGGER.info("Ring's events arrive again for %s", self._entry.title)
        self._reported = notices


def _broken(notices: dict[str, tuple[str, str]]) -> bool:
    """Tell whether notices say that nothing arrives."""
    return any(not device for _, device in notices.values())


def _short(device_id: str) -> str:
    """Return what stands for a device in an id that diagnostics show."""
    return sha256(device_id.encode()).hexdigest()[:12]
