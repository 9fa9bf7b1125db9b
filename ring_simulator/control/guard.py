"""Keeps the control API and the pages to people at this machine.

A web page anywhere can make a browser send requests to this machine. Two checks keep
such pages out: the name by which the server was called, which stays the page's own
even if that name was made to point here, and the origin that the browser tells.
"""

from ipaddress import ip_address

from aiohttp import web
from yarl import URL

from ring_simulator.answers import json_answer
from ring_simulator.pipeline import Handler

from .fields import BadInputError


def check(request: web.Request) -> None:
    """Raise BadInputError 403 unless the request comes from this machine's pages."""
    if not _is_loopback(request.host):
        raise BadInputError("Only localhost may control the simulator", status=403)
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise BadInputError("Another site may not control the simulator", status=403)


def _is_loopback(called: str) -> bool:
    try:
        host = URL(f"http://{called}").host or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Guard every request and tell of bad ones in JSON."""
    try:
        check(request)
        answer = await handler(request)
    except BadInputError as err:
        answer = json_answer({"error": str(err)}, status=err.status)
    except web.HTTPClientError as err:
        answer = json_answer({"error": err.reason}, status=err.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
