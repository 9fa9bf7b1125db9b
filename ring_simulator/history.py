"""Event history of cameras (API reference, 2.7)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .device import SimDevice
from .ids import IdGenerator
from .timestamps import epoch_milliseconds

type EventType = Literal["ding", "motion", "on_demand"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType.__value__)

DEFAULT_DURATION = 20.0
"""Duration of a recording in seconds."""


@dataclass(slots=True, eq=False)
class HistoryEvent:
    """A recording in the event history.

    Attributes:
        start: Epoch milliseconds.
        end: Epoch milliseconds.
        sub_type: Subtype of motion; usable as a filter, but not part of the response.
        reviewed: Whether the app has downloaded media of the event.
        has_recording: Whether there is media of the event.
    """

    id: str
    device_id: str
    event_type: EventType
    start: int
    end: int
    sub_type: str | None = None
    reviewed: bool = False
    has_recording: bool = True

    def matches(self, event_type: str) -> bool:
        """Return whether the event matches a filter: ``motion`` or ``motion.human``."""
        type_, dot, sub_type = event_type.partition(".")
        return self.event_type == type_ and (not dot or self.sub_type == sub_type)

    def resource(self) -> dict[str, Any]:
        """Return the JSON:API resource."""
        return {
            "type": "history-events",
            "id": self.id,
            "attributes": {
                "event_type": self.event_type,
                "is_third_party_reviewed": self.reviewed,
                "start": self.start,
                "end": self.end,
            },
            "relationships": {
                "source": {"data": {"type": "devices", "id": self.device_id}},
                "cv_detections": {"data": []},
            },
            "meta": {"riid": None},
        }


class History:
    """The event history of all cameras."""

    def __init__(self, clock: Callable[[], float], ids: IdGenerator) -> None:
        """Start with an empty history.

        Args:
            clock: Returns the time in epoch seconds.
            ids: Generates the IDs of the events.
        """
        self._clock = clock
        self._ids = ids
        self._events: list[HistoryEvent] = []

    def add(
        self,
        device: SimDevice,
        event_type: EventType,
        *,
        start: float | None = None,
        duration: float = DEFAULT_DURATION,
        sub_type: str | None = None,
        has_recording: bool = True,
    ) -> HistoryEvent:
        """Add a recording.

        Args:
            device: A camera.
            event_type: Reason of the recording.
            start: Epoch seconds; now by default.
            duration: Seconds.
            sub_type: Subtype of motion.
            has_recording: Whether there is media of the event.

        Raises:
            ValueError: The device is not a camera, or the event type is unknown.
        """
        if not device.is_camera:
            raise ValueError(f"{device.name}: only cameras have a history")
        if event_type not in EVENT_TYPES:
            raise ValueError(f"event_type: must be one of {', '.join(EVENT_TYPES)}")
        started = self._clock() if start is None else start
        event = HistoryEvent(
            id=self._ids.directed_id("history.event"),
            device_id=device.id,
            event_type=event_type,
            start=epoch_milliseconds(started),
            end=epoch_milliseconds(started + duration),
            sub_type=sub_type,
            has_recording=has_recording,
        )
        self._events.append(event)
        return event

    def of(self, device: SimDevice) -> list[HistoryEvent]:
        """Return the recordings of a device, the newest first."""
        # reversed, so that of two with the same start the one added later comes first
        own = [e for e in reversed(self._events) if e.device_id == device.id]
        return sorted(own, key=lambda event: event.start, reverse=True)

    def clear(self) -> None:
        """Remove all recordings."""
        self._events.clear()
