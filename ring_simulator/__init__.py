"""A simulator of Ring's cloud with a control panel.

It implements Ring's Partner API, the token endpoint, webhooks and the pages on which
people install a Ring app, so that tests and demos need neither a Ring account nor a
device. "API reference" in docstrings refers to the Ring Partner API reference.

    simulator = Simulator()
    app = create_app(simulator)  # an aiohttp application, for any runner or test server

``python -m ring_simulator`` serves the application on a local port.
"""

from .account import Account, Client, Location, Subscription
from .app import create_app
from .device import SimDevice
from .device_kinds import DeviceKind, Encryption
from .faults import ActiveFault, Fault, FaultBody, Faults
from .history import HistoryEvent
from .linking import Installation, Integration
from .rate_limit import RateLimit
from .request_log import RequestRecord
from .settings import Settings
from .simulator import Simulator
from .tokens import Token, TokenPair, Tokens
from .webhooks import Delivery, DeliveryState, Event

__all__ = [
    "Account",
    "ActiveFault",
    "Client",
    "Delivery",
    "DeliveryState",
    "DeviceKind",
    "Encryption",
    "Event",
    "Fault",
    "FaultBody",
    "Faults",
    "HistoryEvent",
    "Installation",
    "Integration",
    "Location",
    "RateLimit",
    "RequestRecord",
    "Settings",
    "SimDevice",
    "Simulator",
    "Subscription",
    "Token",
    "TokenPair",
    "Tokens",
    "create_app",
]
