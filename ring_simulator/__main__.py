"""Command ``python -m ring_simulator``: serves the simulator on a local port."""

import argparse
import asyncio
from collections.abc import Sequence
import os
from random import Random
import signal
import sys

from aiohttp import web

from .app import create_app
from .simulator import Simulator

_PORT = 8125


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command-line arguments."""
    parser = argparse.ArgumentParser(
        prog="ring_simulator", description="Serve a simulator of Ring's cloud."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("SIMULATOR_PORT", str(_PORT)),
        help="port to listen on, 0 for any (default: SIMULATOR_PORT or 8125)",
    )
    parser.add_argument(
        "--seed", type=int, default=7, help="seed of all IDs and secrets"
    )
    parser.add_argument(
        "--playground-token", help="value of the Playground token; a new one by default"
    )
    return parser.parse_args(argv)


async def serve(
    simulator: Simulator, host: str, port: int, token: str, stop: asyncio.Event
) -> None:
    """Serve a simulator until ``stop`` is set.

    Raises:
        OSError: The port is in use, or the host is not an address of this machine.
    """
    simulator.downloads.host = host
    # a short timeout, because faults can keep responses open
    runner = web.AppRunner(create_app(simulator), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound_port = runner.addresses[0][1]
        url_host = f"[{host}]" if ":" in host else host
        sys.stdout.write(
            f"Ring simulator: http://{url_host}:{bound_port}/_simulator\n"
            f"Playground token: {token}\n"
        )
        sys.stdout.flush()
        await stop.wait()
    finally:
        await runner.cleanup()


async def run(args: argparse.Namespace) -> None:
    """Create a simulator and serve it until SIGINT or SIGTERM."""
    simulator = Simulator(random=Random(args.seed))  # noqa: S311 - predictable on purpose
    token = simulator.tokens.issue_playground(simulator.account, args.playground_token)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    await serve(simulator, args.host, args.port, token, stop)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    args = parse_arguments(argv)
    try:
        asyncio.run(run(args))
    except OSError as err:
        sys.stderr.write(f"Can't listen on {args.host}:{args.port}: {err.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
