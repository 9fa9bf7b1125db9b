"""TCP ports on 127.0.0.1."""

from collections.abc import Mapping
import socket

from .errors import HarnessError

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that is not in use."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def port_from_environment(
    environ: Mapping[str, str], variable: str, default: int
) -> int:
    """Return the port that an environment variable sets.

    Args:
        environ: Environment variables.
        variable: Name of the variable; its value 0 selects any free port.
        default: Port to use if the variable is not set.

    Raises:
        HarnessError: The value is not a port, or the port is in use.
    """
    text = environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) > 65535:
        raise HarnessError(f"{variable}={text} is not a port")
    port = int(text)
    if port == 0:
        return free_port()
    with socket.socket() as probe:
        # Like servers do, so that a port that was released just now counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as err:
            raise HarnessError(
                f"Port {port} cannot be used ({err.strerror}). "
                f"Choose another port: {variable}=… script/develop"
            ) from None
    return port
