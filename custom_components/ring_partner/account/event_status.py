"""What events say about the status of devices, until a poll is newer.

A poll that began before an event does not know of it. The readings of a sensor have a
time of their own: a status that the sensor reported before the event is older than the
event, also if Ring sends it later.
"""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from homeassistant.util import dt as dt_util

from ..api import Device

MAX_AGE: Final = timedelta(minutes=30)
"""How long an event says more than a poll, if the clocks of Ring differ."""


class _Change(NamedTuple):
    """A value of the status, as an event says.

    Attributes:
        value: the value.
        at: when the event happened; None for a value without a report, as whether a
            device is online.
        poll: number of the poll before which the event came.

    """

    value: Any
    at: datetime | None
    poll: int


class EventStatus:
    """The status of the devices of one account, as events say."""

    def __init__(self) -> None:
        self._changes: dict[str, dict[str, _Change]] = {}
        self._poll = 0

    def start_poll(self) -> None:
        """Note that a poll begins, which knows of all events until now."""
        self._poll += 1

    def set(
        self, device_id: str, values: dict[str, Any], at: datetime | None = None
    ) -> None:
        """Note what an event says.

        Args:
            device_id: the device.
            values: attributes of `DeviceStatus`.
            at: when the event happened, if the device has reported these values.

        """
        changes = self._changes.setdefault(device_id, {})
        for name, value in values.items():
            changes[name] = _Change(value, at, self._poll)

    def apply(self, devices: dict[str, Device]) -> tuple[dict[str, Device], bool]:
        """Return polled devices with what newer events say.

        Also returns whether an event came during the poll and says something else.
        """
        applied: dict[str, Device] = {}
        is_outdated = False
        now = dt_util.utcnow()
        for device_id, changes in tuple(self._changes.items()):
            device = devices.get(device_id)
            kept = {
                name: change
                for name, change in changes.items()
                if device is not None and self._is_newer(change, device, now)
            }
            if device is None or not kept:
                del self._changes[device_id]
                continue
            self._changes[device_id] = kept
            values = {name: change.value for name, change in kept.items()}
            changed = device.with_changed_status(**values)
            if changed != device:
                applied[device_id] = changed
                is_outdated |= any(each.poll == self._poll for each in kept.values())
        return devices | applied if applied else devices, is_outdated

    def _is_newer(self, change: _Change, device: Device, now: datetime) -> bool:
        """Return whether an event says more than the polled status."""
        if change.poll == self._poll:
            return True
        reported_at = None if device.status is None else device.status.reported_at
        return (
            change.at is not None
            and reported_at is not None
            and reported_at < change.at
            and now - change.at < MAX_AGE
        )
