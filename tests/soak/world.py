"""What all parts of a run share: Home Assistant, Ring, and what was counted."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import Delivery, RequestRecord, SimDevice, Simulator

from ..linked_home import LinkedHome
from .ledger import Happening, Ledger


@dataclass
class World:
    """Home Assistant with a linked account, and Ring's cloud.

    Attributes:
        counts: what was counted, by its name in the report.
        known: the IDs of the devices that Home Assistant knew last.
    """

    home: LinkedHome
    ledger: Ledger
    counts: Counter[str] = field(default_factory=Counter)
    known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.simulator.requests = _RequestListener(self)

    @property
    def hass(self) -> HomeAssistant:
        """Home Assistant."""
        return self.home.hass

    @property
    def simulator(self) -> Simulator:
        """Ring's cloud."""
        return self.home.simulator

    @property
    def is_loaded(self) -> bool:
        """Whether the account is set up."""
        return self.home.entry.state is ConfigEntryState.LOADED

    @property
    def is_signed_out(self) -> bool:
        """Whether Home Assistant asks the person to link the account again."""
        return any(
            flow["context"]["source"] == SOURCE_REAUTH
            for flow in self.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        )

    def cameras(self) -> list[SimDevice]:
        """Return the cameras that Ring shows to Home Assistant."""
        return [d for d in self.simulator.devices.values() if d.visible and d.is_camera]

    def note_known(self) -> None:
        """Note which devices Home Assistant knows, also for while it is unloaded."""
        if self.is_loaded:
            self.known = frozenset(self.home.entry.runtime_data.coordinator.data)

    def press(self, camera: SimDevice) -> None:
        """Press the button of a doorbell."""
        self.note_known()
        deliveries = self.simulator.press(camera)
        self._add(camera, "button_press", deliveries)

    def move(self, camera: SimDevice, sub_type: str) -> None:
        """Let a camera detect motion."""
        self.note_known()
        deliveries = self.simulator.motion(camera, sub_type)
        self._add(camera, "motion_detected", deliveries)

    def _add(self, camera: SimDevice, type_: str, deliveries: list[Delivery]) -> None:
        recording = self.simulator.history._events[-1]
        (delivery,) = deliveries or (None,)
        ids = (recording.id, *([delivery.event_id] if delivery else []))
        known = camera.id in self.known
        at = recording.start / 1000
        self.ledger.add(Happening(camera, type_, at, ids, delivery, known))


class _RequestListener(deque[RequestRecord]):
    """The simulator's log of requests, which counts and hands them to the ledger."""

    def __init__(self, world: World) -> None:
        super().__init__(maxlen=100)
        self._world = world

    @override
    def append(self, record: RequestRecord, /) -> None:
        super().append(record)
        counts = self._world.counts
        counts["requests"] += 1
        if record.fault is not None:
            counts["failed requests"] += 1
        elif record.path == "/oauth/token" and record.status == 200:
            counts["token rotations"] += 1
        self._world.ledger.request_answered(record)
