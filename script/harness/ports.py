"""Ports of this machine."""

from collections.abc import Mapping
import socket

from .errors import HarnessError

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def chosen_port(environ: Mapping[str, str], variable: str, default: int) -> int:
    """Return the port that an environment variable asks for; 0 is any free one.

    Raises:
        HarnessError: It isn't a port, or something listens on it already.
    """
    text = environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) > 65535:
        raise HarnessError(f"{variable}={text} is not a port")
    port = int(text)
    if port == 0:
        return free_port()
    with socket.socket() as probe:
        # as servers do: a port that was just left is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as err:
            raise HarnessError(
                f"Port {port} can't be used ({err.strerror}). "
                f"Choose another one: {variable}=… script/develop"
            ) from None
    return port
