"""Paths at Ring's API, and URLs in its responses."""

from urllib.parse import quote

from yarl import URL

from .document import is_valid_id
from .errors import NotFoundError


def device_path(device_id: str, *parts: str) -> str:
    """Return the path of a device or of one of its parts, with the ID quoted.

    Raises:
        NotFoundError: The ID would change the path, so no device can have it.
    """
    if not is_valid_id(device_id):
        raise NotFoundError("Ring has no device with this ID")
    return "/".join(("/v1/devices", quote(device_id, safe=""), *parts))


def resolve_location(location: str, api_url: URL) -> URL | None:
    """Return the URL of a `Location` header with its query unchanged.

    Args:
        location: The header, which can be relative.
        api_url: URL of the API.

    Returns:
        The URL, None if it is malformed.
    """
    if not location.isascii() or not location.isprintable() or " " in location:
        return None
    try:
        url = api_url.join(URL(location, encoded=True))
        complete = url.host is not None and url.port is not None
    except ValueError:  # a malformed host or port
        return None
    return url if complete else None
