"""``python -m ring_simulator``: the simulated cloud and its panel on a local port."""

import argparse
import asyncio
from collections.abc import Sequence
import os
from random import Random
import signal
import sys

from aiohttp import web

from .simulator import Simulator

_PORT = 8125


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="ring_simulator", description="A Ring cloud on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("SIMULATOR_PORT", str(_PORT)),
        help="port to listen on, 0 for any (default: SIMULATOR_PORT or 8125)",
    )
    parser.add_argument(
        "--seed", type=int, default=7, help="the same seed gives the same ids"
    )
    parser.add_argument(
        "--playground-token", help="value of the Playground token to issue"
    )
    return parser.parse_args(argv)


async def serve(
    sim: Simulator, host: str, port: int, token: str, stop: asyncio.Event
) -> None:
    """Serve the simulator until told to stop.

    Raises:
        OSError: The port is taken or the address isn't this machine's.
    """
    # answers that a fault holds back would hold up the end
    runner = web.AppRunner(sim.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        listening = runner.addresses[0][1]
        name = f"[{host}]" if ":" in host else host
        sys.stdout.write(
            f"Ring simulator: http://{name}:{listening}/_simulator\n"
            f"Playground token: {token}\n"
        )
        sys.stdout.flush()
        await stop.wait()
    finally:
        await runner.cleanup()


async def run(args: argparse.Namespace) -> None:
    """Make a simulator and serve it until Ctrl-C or SIGTERM."""
    sim = Simulator(random=Random(args.seed))  # noqa: S311 - predictable on purpose
    token = sim.tokens.issue_playground(sim.account, args.playground_token)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    await serve(sim, args.host, args.port, token, stop)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    args = arguments(argv)
    try:
        asyncio.run(run(args))
    except OSError as err:
        sys.stderr.write(f"Can't listen on {args.host}:{args.port}: {err.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
