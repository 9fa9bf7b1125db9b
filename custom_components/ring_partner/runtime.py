"""What belongs to an account while it is set up."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .app import RingApp
from .coordinator import RingDevicesCoordinator
from .events import RingEvents
from .health import RingHealth
from .history import HistoryReader
from .webhook_health import WebhookHealth


@dataclass
class RingRuntimeData:
    """What a loaded entry works with."""

    app: RingApp
    health: RingHealth
    coordinator: RingDevicesCoordinator
    events: RingEvents
    webhooks: WebhookHealth
    history: HistoryReader


type RingConfigEntry = ConfigEntry[RingRuntimeData]
