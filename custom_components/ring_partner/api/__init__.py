"""Ring's Partner API as a Python client.

It depends on aiohttp, yarl and orjson only, and not on Home Assistant.
"""

from .breaker import BreakerState, CircuitBreaker
from .client import RingClient
from .configurations import Configurations
from .device_list import DeviceList
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
from .limiter import Priority, SlidingWindowLimiter
from .live import LiveSession
from .media import Clip, ClipInfo, Picture, PictureOrigin
from .media_errors import MediaRangeError, MediaRangeProblem, UndecodableMediaError
from .models import Account, Capabilities, Device, DeviceStatus, Location
from .resilience import Resilience
from .retry import RetryPolicy
from .session import API_URL, OAUTH_URL, RingSession
from .tokens import FixedToken, RefreshingTokens, TokenPair, TokenSource

__all__ = [
    "API_URL",
    "OAUTH_URL",
    "SERVICE_FAILURES",
    "Account",
    "AuthenticationError",
    "BadRequestError",
    "BreakerState",
    "Capabilities",
    "CircuitBreaker",
    "CircuitOpenError",
    "Clip",
    "ClipInfo",
    "CommunicationError",
    "Configurations",
    "Device",
    "DeviceList",
    "DeviceOfflineError",
    "DeviceStatus",
    "FixedToken",
    "ForbiddenError",
    "LiveSession",
    "Location",
    "MediaNotFoundError",
    "MediaNotReadyError",
    "MediaRangeError",
    "MediaRangeProblem",
    "NetworkRefusedError",
    "NotFoundError",
    "Picture",
    "PictureOrigin",
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
    "UndecodableMediaError",
]
