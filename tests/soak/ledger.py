"""What happened at the cameras, and what Home Assistant reported of it.

Each press and each motion has to be reported exactly once: triggered within a minute,
or recorded as late. An event may only be missing for one of the reasons of `Missing`.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
import re

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ring_simulator import Delivery, DeliveryState, RequestRecord, SimDevice

LATE_AFTER = 60.0
MAX_LOOKBACK = 86_400.0
SETTLED_AFTER = 2 * MAX_LOOKBACK
"""Seconds after which nothing can report an event any more."""
APART = 16.0
"""Least seconds between two events of a type at a camera. Ring's two sources tell the
times differently, so that the integration takes those within 15 s for one event."""

_DEVICE = re.compile("/v1/devices/([^/]+)")


class Missing(StrEnum):
    """Why an event cannot be reported by Ring's rules."""

    REMOVED = "the camera was removed or not shared any more"
    """Ring does not return its history, and its data has to be deleted."""
    NEW = "the camera was not known yet"
    """Events from before Home Assistant knew of a camera are not read."""
    UNREADABLE = "Ring has not answered within a day, and no webhook came"


@dataclass(slots=True, eq=False)
class Happening:
    """A press or a motion.

    Attributes:
        camera_known: whether Home Assistant knew the camera.
        camera_removed: whether the camera was removed since.
        delivery: its webhook; None if Ring sends none.
        is_readable: whether Ring has answered a request for the history since.
    """

    camera: SimDevice
    type: str
    at: float
    ids: tuple[str, ...]
    delivery: Delivery | None
    camera_known: bool
    camera_removed: bool = False
    is_readable: bool = False
    triggered: int = 0
    late: int = 0

    @property
    def reports(self) -> int:
        """How often it was reported."""
        return self.triggered + self.late

    @property
    def is_delivered(self) -> bool:
        """Whether Home Assistant has accepted its webhook."""
        return (
            self.delivery is not None and self.delivery.state is DeliveryState.DELIVERED
        )

    def __str__(self) -> str:
        state = self.delivery.state if self.delivery else "no webhook"
        return (
            f"{self.type} at {self.camera.name}, {self.at:.3f} ({state}, "
            f"readable: {self.is_readable}): triggered {self.triggered}, "
            f"late {self.late}"
        )


@dataclass
class Ledger:
    """All happenings that can still be reported.

    Attributes:
        counts: how many events were triggered, late, and missing for which reason.
        problems: what must not happen.
    """

    hass: HomeAssistant
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    _open: list[Happening] = field(default_factory=list)
    _by_id: dict[str, Happening] = field(default_factory=dict)
    _shown: dict[str, tuple[str, str]] = field(default_factory=dict)

    def start(self) -> None:
        """Listen to what Home Assistant reports."""
        self.hass.bus.async_listen("state_changed", self._state_changed)
        self.hass.bus.async_listen("ring_partner_late_event", self._late_event)

    def add(self, happening: Happening) -> None:
        """Add a happening."""
        self._open.append(happening)
        for event_id in happening.ids:
            self._by_id[event_id] = happening

    def last_at(self, camera: SimDevice, type_: str) -> float:
        """Return when an event of this type last happened at a camera."""
        return max(
            (h.at for h in self._open if h.camera is camera and h.type == type_),
            default=0.0,
        )

    def camera_removed(self, camera_id: str) -> None:
        """Note that a camera was removed, or is not shared any more."""
        for happening in self._open:
            happening.camera_removed |= happening.camera.id == camera_id

    def request_answered(self, record: RequestRecord) -> None:
        """Note what Ring has answered."""
        if (device := _DEVICE.fullmatch(record.path)) and record.status in (403, 404):
            # The device is requested because the list lacks it. Both say the same,
            # although it is because of faults.
            self.camera_removed(device[1])
        if record.status != 200 or record.fault is not None:
            return
        for happening in self._open:
            if (
                not happening.is_readable
                and happening.camera.id in record.path
                and record.path.startswith("/v1/history/")
                and 0 < record.time - happening.at < MAX_LOOKBACK
            ):
                happening.is_readable = True

    def settle(self, now: float, *, after: float = SETTLED_AFTER) -> None:
        """Judge the happenings that are old enough, and forget them."""
        settled = [h for h in self._open if now - h.at >= after]
        self._open = self._open[len(settled) :]
        for happening in settled:
            self._judge(happening)
            for event_id in happening.ids:
                del self._by_id[event_id]

    def _judge(self, happening: Happening) -> None:
        self.counts["events"] += 1
        self.counts["triggered"] += happening.triggered
        self.counts["late"] += happening.late
        if happening.reports > 1:
            self.problems.append(f"reported more than once: {happening}")
        if happening.reports:
            return
        if happening.camera_removed:
            self.counts[Missing.REMOVED] += 1
        elif not happening.camera_known:
            self.counts[Missing.NEW] += 1
        elif happening.is_delivered or happening.is_readable:
            self.problems.append(f"lost: {happening}")
        else:
            self.counts[Missing.UNREADABLE] += 1

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        """Count an event of an event entity of a whole device."""
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        if state is None or not entity_id.startswith("event."):
            return
        event_id = str(state.attributes.get("event_id"))
        # The same again is not an event: the entity was unavailable meanwhile. An
        # entity that was removed and added again has its earlier attributes.
        if state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN) or (
            self._shown.get(entity_id) == (state.state, event_id)
        ):
            return
        self._shown[entity_id] = state.state, event_id
        happening = self._find(event_id)
        entry = er.async_get(self.hass).async_get(entity_id)
        if happening is None or entry is None:
            return
        key = "doorbell" if happening.type == "button_press" else "motion"
        if entry.unique_id != f"{happening.camera.id}_{key}":
            return
        happening.triggered += 1
        if event.time_fired_timestamp - happening.at > LATE_AFTER + 1:
            self.problems.append(f"triggered late: {happening}")
        self._check_reports(happening)

    @callback
    def _late_event(self, event: Event) -> None:
        if (happening := self._find(event.data["event_id"])) is not None:
            happening.late += 1
            self._check_reports(happening)

    def _find(self, event_id: str) -> Happening | None:
        if (happening := self._by_id.get(event_id)) is None:
            self.problems.append(f"reported, but has not happened: {event_id}")
        return happening

    def _check_reports(self, happening: Happening) -> None:
        if happening.reports > 1:
            self.problems.append(f"reported more than once: {happening}")
