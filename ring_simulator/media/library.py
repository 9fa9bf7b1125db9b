"""Finds the recording that a request for media asks for."""

from collections.abc import Callable

from ring_simulator.device import SimDevice
from ring_simulator.history import History, HistoryEvent
from ring_simulator.media_errors import MediaError
from ring_simulator.settings import Settings
from ring_simulator.timestamps import epoch_milliseconds

TOLERANCE = 10.0
"""Seconds by which a picture can differ from the requested time."""


class MediaLibrary:
    """The recordings of all cameras."""

    def __init__(
        self, clock: Callable[[], float], settings: Settings, history: History
    ) -> None:
        """Use the history of a simulator.

        Args:
            clock: Returns the time in epoch seconds.
            settings: How long a recording takes to become available.
            history: All recordings.
        """
        self._clock = clock
        self._settings = settings
        self._history = history

    def at(self, device: SimDevice, time: float) -> tuple[HistoryEvent, float]:
        """Return the recording with the picture closest to a time, and when it is.

        Raises:
            MediaError: 416 without a recording, 425 if it is not available yet, 403 if
                there is only one that apps have no access to.
        """
        found = [
            (event, min(max(time, event.start / 1000), event.end / 1000))
            for event in self._available(device, time - TOLERANCE, time + TOLERANCE)
        ]
        return min(found, key=lambda item: abs(item[1] - time))

    def newest(
        self,
        device: SimDevice,
        start: float,
        end: float,
        *,
        not_found_code: str | None = None,
    ) -> HistoryEvent:
        """Return the newest available recording that overlaps with a time range.

        Args:
            device: The camera.
            start: Epoch seconds.
            end: Epoch seconds.
            not_found_code: Member ``code`` of the error without a recording.

        Raises:
            MediaError: As for ``at``.
        """
        return self._available(device, start, end, not_found_code)[0]

    def note_request(self, device: SimDevice) -> None:
        """Add the request to the history, if the settings say so."""
        if self._settings.on_demand_events == "all":
            self._history.add(device, "on_demand", duration=1, has_recording=False)

    def _available(
        self,
        device: SimDevice,
        start: float,
        end: float,
        not_found_code: str | None = None,
    ) -> list[HistoryEvent]:
        """Return the available recordings, the newest first; at least one."""
        found = [
            event
            for event in self._history.of(device)
            if event.has_recording
            and event.start <= epoch_milliseconds(end)
            and event.end >= epoch_milliseconds(start)
        ]
        if not found:
            raise MediaError(
                416, "No media found for the requested time", code=not_found_code
            )
        if self._settings.on_demand_media == "refused":
            found = [event for event in found if event.event_type != "on_demand"]
        if not found:
            raise MediaError(
                403, "Time range not authorized", code="TIME_RANGE_NOT_AUTHORIZED"
            )
        if ready := [event for event in found if self._is_ready(event)]:
            return ready
        if self._settings.not_ready_status == 416:
            raise MediaError(
                416, "No media found for the requested time", code=not_found_code
            )
        raise MediaError(
            425,
            "The recording is not ready yet",
            retry_after=self._settings.not_ready_retry_after,
        )

    def _is_ready(self, event: HistoryEvent) -> bool:
        # a live view is only recorded when it has ended
        recorded = event.end if event.event_type == "on_demand" else event.start
        delay = epoch_milliseconds(self._settings.recording_delay)
        return epoch_milliseconds(self._clock()) >= recorded + delay
