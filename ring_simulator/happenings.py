"""What happens in a household: devices change, and apps are told."""

from typing import TYPE_CHECKING

from .account import Account, Subscription
from .device import SimDevice
from .kinds import DeviceKind
from .readings import READINGS
from .sensors import implied, told
from .webhooks import Delivery, Event, device_event, subscription_event

if TYPE_CHECKING:
    from .simulator import Simulator

SUB_TYPES = ("motion", "human", "vehicle", "animal", "package", "other_motion")
"""The known subtypes of motion; the vocabulary is open (API reference, 3.2)."""


class Happenings:
    """Lets things happen now.

    Each method changes the household and queues the webhooks, which then are on their
    way: wait for ``webhooks.idle()``.
    """

    def __init__(self, sim: Simulator) -> None:
        """Let things happen in this simulator."""
        self._sim = sim

    def press(self, device: SimDevice) -> list[Delivery]:
        """Press a doorbell's button; it records.

        Raises:
            ValueError: It is no doorbell.
        """
        if device.kind is not DeviceKind.DOORBELL:
            raise ValueError(f"{device.name}: only doorbells have a button")
        self._sim.history.add(device, "ding")
        return self._tell(device, "button_press")

    def motion(
        self,
        device: SimDevice,
        sub_type: str = "human",
        component_ids: tuple[str, ...] = (),
    ) -> list[Delivery]:
        """Let something move in front of a camera; it records.

        Args:
            device: A camera.
            sub_type: What moves, usually one of ``SUB_TYPES``.
            component_ids: Which cameras see it, of a device that has several.

        Raises:
            ValueError: It is no camera.
        """
        self._sim.history.add(device, "motion", sub_type=sub_type)
        event = device_event(
            device,
            "motion_detected",
            self._sim.clock(),
            sub_type=sub_type,
            component_ids=component_ids,
        )
        return self._queue(device, event)

    def sensor_event(
        self, device: SimDevice, type_: str, **values: str | float
    ) -> list[Delivery]:
        """Let a sensor tell of an event; its status agrees with it.

        Args:
            device: A sensor.
            type_: For example ``contact_sensor_faulted``.
            values: Further attributes, such as ``temperature`` and ``threshold_type``.

        Raises:
            ValueError: A value has the wrong type.
        """
        measured = {name: value for name, value in values.items() if name in READINGS}
        device.report(**implied(type_), **measured)
        return self._tell(device, type_, **values)

    def report(
        self, device: SimDevice, **readings: bool | float | str
    ) -> list[Delivery]:
        """Take new sensor values and tell of alarms and thresholds that they cross.

        Raises:
            ValueError: A name is unknown or a value has the wrong type.
        """
        before = dict(device.readings)
        device.report(**readings)
        return [
            delivery
            for type_, values in told(device, before)
            for delivery in self._tell(device, type_, **values)
        ]

    def set_online(self, device: SimDevice, online: bool) -> list[Delivery]:  # noqa: FBT001 - reads as the attribute does
        """Let a device go online or offline; nothing if it is that already."""
        if device.online is online:
            return []
        device.online = online
        return self._tell(device, "device_online" if online else "device_offline")

    def set_shared(self, device: SimDevice, shared: bool) -> list[Delivery]:  # noqa: FBT001 - reads as the attribute does
        """Let the user share a device with the apps or no longer do so."""
        if device.shared is shared:
            return []
        if not shared:
            told = self._tell(device, "device_removed")
            device.shared = False
            return told
        device.shared = True
        return self._tell(device, "device_added")

    def added(self, device: SimDevice) -> list[Delivery]:
        """Tell of a device that was added just now."""
        return self._tell(device, "device_added")

    def remove(self, device: SimDevice) -> list[Delivery]:
        """Remove a device."""
        self._sim.remove_device(device.id)
        return self._tell(device, "device_removed")

    def subscription(
        self, account: Account, subscription: Subscription
    ) -> list[Delivery]:
        """Tell of a subscription to the app, activated or not as its status says."""
        id_ = f"{subscription.id}_{subscription.status}"
        event = subscription_event(account, subscription, id_)
        return self._sim.webhooks.queue(event)

    def _tell(
        self, device: SimDevice, type_: str, **values: str | float
    ) -> list[Delivery]:
        event = device_event(device, type_, self._sim.clock(), values=values)
        return self._queue(device, event)

    def _queue(self, device: SimDevice, event: Event) -> list[Delivery]:
        """Tell of an event, unless Ring hides the device from the apps."""
        return self._sim.webhooks.queue(event) if device.visible else []
