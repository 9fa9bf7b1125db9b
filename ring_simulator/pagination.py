"""Pagination with the opaque cursor ``page[cursor]``."""

import base64
import binascii

from aiohttp import web

from .responses import ApiError


def paginate[T](
    request: web.Request, items: list[T], size: int
) -> tuple[list[T], dict[str, str]]:
    """Return the requested page and its ``links``.

    Args:
        request: Request whose ``page[cursor]`` says where the page starts.
        items: All items.
        size: Items per page.

    Raises:
        ApiError: 400 if the cursor is invalid.
    """
    start = _start(request.query.get("page[cursor]"))
    end = start + size
    links: dict[str, str] = {}
    if end < len(items):
        # relative, and with the other query parameters of the request
        links["next"] = str(
            request.rel_url.update_query({"page[cursor]": _cursor(end)})
        )
    return items[start:end], links


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(start.to_bytes(6)).decode()


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int.from_bytes(base64.b64decode(cursor, b"-_", validate=True))
    except binascii.Error, ValueError:
        raise ApiError(400, "Invalid page cursor") from None
