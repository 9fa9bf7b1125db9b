"""Pages of a list, with an opaque ``page[cursor]``."""

import base64
import binascii

from aiohttp import web

from .answers import ApiError


def page[T](
    request: web.Request, items: list[T], size: int
) -> tuple[list[T], dict[str, str]]:
    """Return the page that a request asks for, and the links.

    Args:
        request: Its ``page[cursor]`` says where the page starts.
        items: Everything.
        size: Items a page.

    Raises:
        ApiError: 400 if the cursor is none of ours.
    """
    start = _start(request.query.get("page[cursor]"))
    end = start + size
    links: dict[str, str] = {}
    if end < len(items):
        # relative, and with the filters of the request
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
