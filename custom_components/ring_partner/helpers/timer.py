"""A timer that can be restarted and canceled."""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later


class Timer:
    """Calls an action once, some time after it was started.

    Only one call is pending at a time. Home Assistant does not wait for it when it
    stops.
    """

    def __init__(self, hass: HomeAssistant, action: Callable[[datetime], None]) -> None:
        """Set up the timer; `action` gets the time at which it is called."""
        self._hass = hass
        self._action = action
        self._cancel: CALLBACK_TYPE | None = None

    @property
    def running(self) -> bool:
        """Whether the action is still to be called."""
        return self._cancel is not None

    @callback
    def async_start(self, delay: float | timedelta) -> None:
        """Call the action after a delay (seconds), instead of when it was due."""
        self.async_cancel()
        self._cancel = async_call_later(
            self._hass, delay, HassJob(self._finish, cancel_on_shutdown=True)
        )

    @callback
    def async_cancel(self) -> None:
        """Do not call the action."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _finish(self, now: datetime) -> None:
        self._cancel = None
        self._action(now)
