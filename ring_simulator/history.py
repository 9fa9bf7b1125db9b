"""What cameras have recorded (API reference, 2.7)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .device import SimDevice
from .ids import Ids

type EventType = Literal["ding", "motion", "on_demand"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType.__value__)

DURATION = 20.0
"""Seconds that a recording lasts unless told otherwise."""


@dataclass(slots=True, eq=False)
class HistoryEvent:
    """A recording.

    Attributes:
        start: Epoch milliseconds.
        end: Epoch milliseconds.
        sub_type: What moved; Ring filters by it, but never tells it.
        reviewed: Whether the app has fetched its media.
    """

    id: str
    device_id: str
    event_type: EventType
    start: int
    end: int
    sub_type: str | None = None
    reviewed: bool = False

    def matches(self, wanted: str) -> bool:
        """Say whether it is a ``motion``, or a ``motion.human``."""
        type_, dot, sub_type = wanted.partition(".")
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
    """The recordings of all cameras."""

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        """Start without any recording."""
        self._clock = clock
        self._ids = ids
        self._events: list[HistoryEvent] = []

    def add(
        self,
        device: SimDevice,
        event_type: EventType,
        *,
        start: float | None = None,
        duration: float = DURATION,
        sub_type: str | None = None,
    ) -> HistoryEvent:
        """Add a recording.

        Args:
            device: A camera.
            event_type: Why it recorded.
            start: Epoch seconds, now by default.
            duration: Seconds.
            sub_type: What moved.

        Raises:
            ValueError: The device is no camera, or there is no such type.
        """
        if not device.is_camera:
            raise ValueError(f"{device.name}: only cameras have a history")
        if event_type not in EVENT_TYPES:
            raise ValueError(f"event_type: must be one of {', '.join(EVENT_TYPES)}")
        began = self._clock() if start is None else start
        event = HistoryEvent(
            id=self._ids.make("history.event"),
            device_id=device.id,
            event_type=event_type,
            start=round(began * 1000),
            end=round((began + duration) * 1000),
            sub_type=sub_type,
        )
        self._events.append(event)
        return event

    def of(self, device: SimDevice) -> list[HistoryEvent]:
        """Return the recordings of a device, the newest first."""
        # backwards: of two that began together, the one added later comes first
        own = [e for e in reversed(self._events) if e.device_id == device.id]
        return sorted(own, key=lambda event: event.start, reverse=True)

    def clear(self) -> None:
        """Forget all recordings."""
        self._events.clear()
