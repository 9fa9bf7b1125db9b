"""Ring's Partner API as a Python client.

Depends on aiohttp, yarl and orjson only, and knows nothing of Home Assistant.
"""

from .client import RingClient
from .configurations import Configurations
from .errors import (
    SERVICE_FAILURES,
    AuthenticationError,
    BadRequestError,
    CircuitOpenError,
    CommunicationError,
    DeviceOfflineError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    NetworkRefusedError,
    NotFoundError,
    RateLimitError,
    ResponseError,
    RingError,
    ServerError,
)
from .models import Account, Capabilities, Device, DeviceList, DeviceStatus, Location
from .resilience import CircuitBreaker, Priority, RetryPolicy, SlidingWindowLimiter
from .session import API_URL, OAUTH_URL, Resilience, RingSession
from .tokens import FixedToken, RefreshingTokens, TokenPair, TokenSource

__all__ = [
    "API_URL",
    "OAUTH_URL",
    "SERVICE_FAILURES",
    "Account",
    "AuthenticationError",
    "BadRequestError",
    "Capabilities",
    "CircuitBreaker",
    "CircuitOpenError",
    "CommunicationError",
    "Configurations",
    "Device",
    "DeviceList",
    "DeviceOfflineError",
    "DeviceStatus",
    "FixedToken",
    "ForbiddenError",
    "Location",
    "MediaNotFoundError",
    "MediaNotReadyError",
    "NetworkRefusedError",
    "NotFoundError",
    "Priority",
    "RateLimitError",
    "RefreshingTokens",
    "Resilience",
    "ResponseError",
    "RetryPolicy",
    "RingClient",
    "RingError",
    "RingSession",
    "ServerError",
    "SlidingWindowLimiter",
    "TokenPair",
    "TokenSource",
]
