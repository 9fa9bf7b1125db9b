"""The sentence that a person sees when a picture, a clip or a live view fails."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..api import (
    SERVICE_FAILURES,
    AuthenticationError,
    BadRequestError,
    CircuitOpenError,
    CommunicationError,
    DeviceOfflineError,
    ForbiddenError,
    MediaNotFoundError,
    MediaNotReadyError,
    MediaRangeError,
    NetworkRefusedError,
    NotFoundError,
    RateLimitError,
    ResponseError,
    RingError,
    UndecodableMediaError,
)
from ..api.sdp import SdpError
from ..const import DOMAIN

# The translation key of each error; the first that matches.
_KEYS: Final[tuple[tuple[type[RingError] | tuple[type[RingError], ...], str], ...]] = (
    (DeviceOfflineError, "media_offline"),
    (MediaRangeError, "media_out_of_range"),
    (MediaNotReadyError, "media_not_ready"),
    (MediaNotFoundError, "media_not_found"),
    (UndecodableMediaError, "media_encrypted"),
    (SdpError, "media_incompatible"),
    (ForbiddenError, "media_forbidden"),
    (NotFoundError, "media_device_not_found"),
    (AuthenticationError, "signed_out"),
    (RateLimitError, "media_busy"),
    (NetworkRefusedError, "media_network_refused"),
    (CommunicationError, "media_cannot_connect"),
    ((*SERVICE_FAILURES, CircuitOpenError), "media_service_unavailable"),
    ((ResponseError, BadRequestError, RingError), "media_failed"),
)


def media_error(
    error: RingError, device_name: str, keys: Mapping[str, str] = MappingProxyType({})
) -> HomeAssistantError:
    """Return the exception that tells a person why media of a device is missing.

    Args:
        error: the error.
        device_name: name of the device.
        keys: translation keys for what is not a picture or a video, by the usual ones.

    """
    key = next(key for kinds, key in _KEYS if isinstance(error, kinds))
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=keys.get(key, key),
        translation_placeholders={"device": device_name, "reason": str(error)},
    )


def encrypted_error(device_name: str) -> HomeAssistantError:
    """Return the exception for a device whose media Home Assistant cannot decode."""
    return media_error(UndecodableMediaError(), device_name)


def offline_error(device_name: str) -> HomeAssistantError:
    """Return the exception for a device that is offline."""
    return media_error(DeviceOfflineError(), device_name)


def no_candidates_error(device_name: str) -> HomeAssistantError:
    """Return the exception for a browser that has no address for a live view."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="media_no_candidates",
        translation_placeholders={"device": device_name},
    )
