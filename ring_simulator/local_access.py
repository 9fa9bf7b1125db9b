"""Access check that allows requests from this machine only.

Any website can make a browser send requests to this machine. The check refuses them by
two headers: ``Host`` keeps the website's own name even if its DNS entry points to this
machine (DNS rebinding), and ``Origin`` names the website that sent the request.
"""

from ipaddress import ip_address

from aiohttp import web
from yarl import URL


class LocalAccessError(Exception):
    """The request doesn't come from this machine; the message says why."""


def require_local_access(request: web.Request) -> None:
    """Check that a request comes from this machine and from its own pages.

    Raises:
        LocalAccessError: The request was sent to another host name or by another site.
    """
    if not _is_loopback(request.host):
        raise LocalAccessError("Only localhost may control the simulator")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise LocalAccessError("Another site may not control the simulator")


def _is_loopback(authority: str) -> bool:
    try:
        host = URL(f"http://{authority}").host or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
