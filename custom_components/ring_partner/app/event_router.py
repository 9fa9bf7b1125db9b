"""Routes events from webhooks to the account they belong to."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..api.clock import Clock
from ..api.events import RingEvent

_LOGGER = logging.getLogger(__name__)

MAX_UNROUTED_EVENTS: Final = 64
"""Events that are kept for accounts that are not linked yet."""
KEEP_UNROUTED: Final = 3600.0
"""Seconds for which they are kept."""

type EventHandler = Callable[[RingEvent], None]


@dataclass(slots=True, eq=False)
class WebhookSubscriber:
    """An account or a config flow that needs the webhooks.

    Attributes:
        hmac_key: the key it expects signatures and nonces to be made with.
        account_id: the account whose events it gets, if it has one.
        has_device: tells whether a device ID is one of its devices, for events that
            name no account.
        handle_event: gets the events; None while the account cannot take any.
        signature_rejected: called for each webhook with a wrong signature.

    """

    hmac_key: str | None = field(default=None, repr=False)
    account_id: str | None = None
    has_device: Callable[[str], bool] = lambda _device_id: False
    handle_event: EventHandler | None = None
    signature_rejected: CALLBACK_TYPE | None = None

    def owns(self, event: RingEvent) -> bool:
        """Return whether an event belongs to this account."""
        if event.account_id is not None and event.account_id == self.account_id:
            return True
        return event.device_id is not None and self.has_device(event.device_id)


class EventRouter:
    """The subscribers of one client ID, and the events that wait for one."""

    def __init__(self, clock: Clock) -> None:
        """Set up a router without subscribers; `clock` counts seconds."""
        self.last_link_key: str | None = None
        """The HMAC key of the last subscriber, for a link whose dialog was closed."""
        self.unusable_webhooks = 0
        """Signed webhooks that are not events."""
        self._clock = clock
        self._subscribers: dict[str, WebhookSubscriber] = {}
        self._unrouted: deque[tuple[RingEvent, float]] = deque(
            maxlen=MAX_UNROUTED_EVENTS
        )

    @property
    def has_subscribers(self) -> bool:
        """Whether anything needs the webhooks."""
        return bool(self._subscribers)

    def hmac_keys(self) -> list[str]:
        """Return the keys that Ring may sign with, each once."""
        keys = (subscriber.hmac_key for subscriber in self._subscribers.values())
        return list(dict.fromkeys(key for key in keys if key))

    def link_keys(self) -> list[str]:
        """Return the keys that the nonce of a link may be made with."""
        return self.hmac_keys() or list(filter(None, [self.last_link_key]))

    @callback
    def async_add(self, subscriber_id: str, subscriber: WebhookSubscriber) -> None:
        """Add or replace a subscriber and hand it the events that wait for it."""
        self._subscribers[subscriber_id] = subscriber
        if subscriber.handle_event is None:
            return
        oldest = self._clock() - KEEP_UNROUTED
        waiting = tuple(self._unrouted)
        self._unrouted.clear()
        for event, received_at in waiting:
            if received_at < oldest:
                continue
            if subscriber.owns(event):
                subscriber.handle_event(event)
            else:
                self._unrouted.append((event, received_at))

    @callback
    def async_remove(self, subscriber_id: str) -> bool:
        """Remove a subscriber; return False if there was none."""
        subscriber = self._subscribers.pop(subscriber_id, None)
        if subscriber is None:
            return False
        if not self._subscribers:
            self.last_link_key = subscriber.hmac_key
        return True

    @callback
    def async_route(self, event: RingEvent) -> bool:
        """Hand an event to its account; return False if that cannot take it now.

        Events of accounts that are not set up are kept for a while: Ring reports
        devices before their account is linked (reference, 1.3).
        """
        subscriber = self._find(event)
        if subscriber is None:
            _LOGGER.debug("Kept an event of an account that is not set up")
            self._unrouted.append((event, self._clock()))
            return True
        if subscriber.handle_event is None:
            return False
        subscriber.handle_event(event)
        return True

    @callback
    def async_reject_signature(self) -> None:
        """Tell the accounts that a webhook was signed with another key."""
        for subscriber in self._subscribers.values():
            if subscriber.signature_rejected is not None:
                subscriber.signature_rejected()

    def _find(self, event: RingEvent) -> WebhookSubscriber | None:
        """Return the account that an event names, or that has its device."""
        accounts = [s for s in self._subscribers.values() if s.account_id is not None]
        for subscriber in accounts:
            if subscriber.account_id == event.account_id:
                return subscriber
        for subscriber in accounts:
            if subscriber.owns(event):
                return subscriber
        # Without an account ID, an event can only belong to the one account.
        is_only_one = event.account_id is None and len(accounts) == 1
        return accounts[0] if is_only_one else None
