"""Actions that change devices and send the events that Ring sends for the change."""

from collections.abc import Callable

from .account import Account, Subscription
from .device import SimDevice
from .device_kinds import DeviceKind
from .history import History
from .readings import READINGS
from .sensor_events import events_of_change, readings_of_event
from .webhooks import Delivery, Event, Webhooks, device_event, subscription_event


class Actions:
    """Changes devices and sends the events for the change.

    Every method queues the webhooks and returns their deliveries; use
    ``webhooks.wait_until_idle()`` to wait for them.
    """

    def __init__(
        self,
        devices: dict[str, SimDevice],
        history: History,
        webhooks: Webhooks,
        clock: Callable[[], float],
    ) -> None:
        """Use the devices, the history and the webhooks of a simulator.

        Args:
            devices: All devices by ID.
            history: Receives the recordings.
            webhooks: Sends the events.
            clock: Returns the time in epoch seconds.
        """
        self._devices = devices
        self._history = history
        self._webhooks = webhooks
        self._clock = clock

    def press(self, device: SimDevice) -> list[Delivery]:
        """Press the button of a doorbell, which also adds a recording.

        Raises:
            ValueError: The device is not a doorbell.
        """
        if device.kind is not DeviceKind.DOORBELL:
            raise ValueError(f"{device.name}: only doorbells have a button")
        self._history.add(device, "ding")
        return self._send(device, "button_press")

    def motion(
        self,
        device: SimDevice,
        sub_type: str = "human",
        component_ids: tuple[str, ...] = (),
    ) -> list[Delivery]:
        """Let a camera detect motion, which also adds a recording.

        Args:
            device: A camera.
            sub_type: Subtype, such as ``human`` or ``vehicle`` (API reference, 3.2).
            component_ids: Cameras that detect it, for a device with several cameras.

        Raises:
            ValueError: The device is not a camera.
        """
        self._history.add(device, "motion", sub_type=sub_type)
        event = device_event(
            device,
            "motion_detected",
            self._clock(),
            sub_type=sub_type,
            component_ids=component_ids,
        )
        return self._queue(device, event)

    def sensor_event(
        self, device: SimDevice, event_type: str, **values: str | float
    ) -> list[Delivery]:
        """Send an event of a sensor, and set its readings to match the event.

        Args:
            device: A sensor.
            event_type: Event type, for example ``contact_sensor_faulted``.
            values: Additional attributes, such as ``temperature`` and
                ``threshold_type``.

        Raises:
            ValueError: A value has the wrong type.
        """
        readings = {name: value for name, value in values.items() if name in READINGS}
        device.report(**readings_of_event(event_type), **readings)
        return self._send(device, event_type, **values)

    def report(
        self, device: SimDevice, **readings: bool | float | str
    ) -> list[Delivery]:
        """Set readings, and send the events for alarms and exceeded thresholds.

        Raises:
            ValueError: A name is unknown or a value has the wrong type.
        """
        before = dict(device.readings)
        device.report(**readings)
        return [
            delivery
            for event_type, values in events_of_change(device, before)
            for delivery in self._send(device, event_type, **values)
        ]

    def set_online(self, device: SimDevice, online: bool) -> list[Delivery]:  # noqa: FBT001 - reads as the attribute does
        """Set a device online or offline; without a change, send nothing."""
        if device.online is online:
            return []
        device.online = online
        return self._send(device, "device_online" if online else "device_offline")

    def set_shared(self, device: SimDevice, shared: bool) -> list[Delivery]:  # noqa: FBT001 - reads as the attribute does
        """Share a device with the app, or stop sharing it."""
        if device.shared is shared:
            return []
        if not shared:
            deliveries = self._send(device, "device_removed")
            device.shared = False
            return deliveries
        device.shared = True
        return self.send_device_added(device)

    def send_device_added(self, device: SimDevice) -> list[Delivery]:
        """Send ``device_added`` for a device that exists already."""
        return self._send(device, "device_added")

    def remove(self, device: SimDevice) -> list[Delivery]:
        """Remove a device."""
        del self._devices[device.id]
        return self._send(device, "device_removed")

    def send_subscription_event(
        self, account: Account, subscription: Subscription
    ) -> list[Delivery]:
        """Send ``subscription_activated`` or ``subscription_deactivated``."""
        event_id = f"{subscription.id}_{subscription.status}"
        event = subscription_event(account, subscription, event_id)
        return self._webhooks.queue(event)

    def _send(
        self, device: SimDevice, event_type: str, **values: str | float
    ) -> list[Delivery]:
        event = device_event(device, event_type, self._clock(), values=values)
        return self._queue(device, event)

    def _queue(self, device: SimDevice, event: Event) -> list[Delivery]:
        """Queue an event, unless the API doesn't return the device."""
        return self._webhooks.queue(event) if device.visible else []
