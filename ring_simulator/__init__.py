"""A Ring cloud on this machine, with a control panel.

It answers like Ring's Partner API and its token endpoint, so that tests, demos and
people need neither an account nor a device:

    sim = Simulator()
    app = sim.app()          # an aiohttp application, for any runner or test server

``python -m ring_simulator`` serves it together with the panel.
"""

from .account import Account, Client, Location, Subscription
from .behaviour import Behaviour
from .device import SimDevice
from .faults import ActiveFault, Body, Fault, Faults
from .history import HistoryEvent
from .kinds import DeviceKind, Encryption
from .linking import Installation, Integration
from .rate_limit import RateLimit
from .request_log import RequestRecord
from .simulator import Simulator
from .tokens import Token, TokenPair, Tokens
from .webhooks import Delivery, DeliveryState, Event

__all__ = [
    "Account",
    "ActiveFault",
    "Behaviour",
    "Body",
    "Client",
    "Delivery",
    "DeliveryState",
    "DeviceKind",
    "Encryption",
    "Event",
    "Fault",
    "Faults",
    "HistoryEvent",
    "Installation",
    "Integration",
    "Location",
    "RateLimit",
    "RequestRecord",
    "SimDevice",
    "Simulator",
    "Subscription",
    "Token",
    "TokenPair",
    "Tokens",
]
