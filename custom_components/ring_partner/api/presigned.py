"""Pre-signed URLs, to which Ring's API redirects for media.

They are of another origin and need no access token (Ring Partner API reference, 2.8 and
2.9). Whoever knows one can download the media, so that no text contains one.
"""

from ipaddress import ip_address
from typing import Final

from yarl import URL

from .clock import unix_time
from .errors import (
    AuthenticationError,
    MediaNotFoundError,
    NetworkRefusedError,
    NotFoundError,
    ResponseError,
    RingError,
    error_from_response,
)
from .paths import resolve_location
from .retry import parse_retry_after
from .transport import Response

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""HTTP statuses of a redirect."""

PRESIGNED_TIMEOUT: Final = 30.0
"""Seconds to wait for a response, for a streamed one up to its body."""

# Errors that have another meaning at Ring's API than at the server of the media.
_OTHER_MEANINGS: Final[dict[type[RingError], tuple[type[RingError], str]]] = {
    AuthenticationError: (ResponseError, "Ring's media server rejected Ring's URL"),
    NetworkRefusedError: (ResponseError, "Ring's media server rejected Ring's URL"),
    NotFoundError: (MediaNotFoundError, "Ring's media server no longer has the media"),
}


def presigned_url(location: str, api_url: URL) -> URL:
    """Return the URL of a redirect, with its signature unchanged.

    Args:
        location: `Location` header of the redirect.
        api_url: Origin of the API.

    Raises:
        ResponseError: The URL is unusable: only HTTPS is accepted, or HTTP between
            servers on this machine.
    """
    url = resolve_location(location, api_url)
    if (
        url is None
        or url.user is not None
        or url.password is not None
        or not (
            url.scheme == "https"
            or (url.scheme == "http" and _is_loopback(url) and _is_loopback(api_url))
        )
    ):
        raise ResponseError("Ring redirected to an unusable URL")
    return url


def presigned_error(response: Response) -> RingError:
    """Return the error of a response other than success to a pre-signed URL."""
    error = error_from_response(
        response.status,
        response.headers,
        response.body,
        retry_after=parse_retry_after(response.headers.get("Retry-After"), unix_time()),
    )
    if (meaning := _OTHER_MEANINGS.get(type(error))) is not None:
        return error.convert(*meaning)
    return error


def _is_loopback(url: URL) -> bool:
    host = url.host or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
