"""Implementation of script/develop: Home Assistant and the simulator."""

import argparse
import asyncio
from collections.abc import Sequence
import os
from pathlib import Path
import shutil
import signal
import sys

import aiohttp

from .accounts import add_linked_account
from .console import Console
from .const import ROOT
from .dashboard import add_example_dashboard
from .devices import Device, get_devices
from .errors import HarnessError
from .home_assistant import RESTART_EXIT_STATUS, RealHomeAssistant
from .ports import port_from_environment
from .simulator import RealSimulator
from .stun_server import StunServer
from .wait import wait_until

_BLUE, _MAGENTA = 34, 35


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="script/develop",
        description="Run Home Assistant with the integration of this checkout, "
        "connected to a simulator of Ring's cloud.",
        epilog="Ports: HASS_PORT (8123) and SIMULATOR_PORT (8125); "
        "0 selects any free port.",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="list the devices as soon as Home Assistant has them, then stop",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep Home Assistant's configuration folder",
    )
    return parser.parse_args(argv)


async def develop(*, once: bool, keep: bool) -> None:
    """Run the simulator and Home Assistant, set up with the simulator's account.

    A STUN server runs too, so that live views need no internet.

    Args:
        once: Whether to stop as soon as the devices are listed, rather than when
            canceled.
        keep: Whether to keep Home Assistant's configuration folder.

    Raises:
        HarnessError: A port is in use, or Home Assistant or the simulator failed.
        aiohttp.ClientError: Home Assistant does not answer.
    """
    simulator_port = port_from_environment(os.environ, "SIMULATOR_PORT", 8125)
    port = port_from_environment(os.environ, "HASS_PORT", 8123)
    # A folder per port, so that two can run at the same time.
    folder = ROOT / ".develop" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    console = Console(sys.stderr)
    simulator = RealSimulator(
        port=simulator_port,
        listener=lambda line: console.write("simulator", _MAGENTA, line),
    )
    async with StunServer() as stun_server:
        home_assistant = RealHomeAssistant(
            folder,
            port=port,
            env=simulator.environment,
            ice_server=stun_server.url,
            listener=lambda line: console.write("home assistant", _BLUE, line),
        )
        try:
            async with simulator, home_assistant:
                devices = await _add_account(home_assistant, simulator)
                await add_example_dashboard(home_assistant.api)
                # The dashboard begins with events and their pictures.
                await simulator.press("Front Door")
                await simulator.move("Garden")
                _print_urls(home_assistant, simulator)
                _print_devices(devices)
                if not once:
                    print("\n  Press Ctrl-C to stop.\n", flush=True)
                    await _serve(home_assistant, simulator)
        except HarnessError, aiohttp.ClientError:
            _print_logs(home_assistant, simulator)
            raise
        finally:
            if keep:
                print(f"Home Assistant's configuration folder: {folder}")
            else:
                _remove_folder(folder)


async def _add_account(
    home_assistant: RealHomeAssistant, simulator: RealSimulator
) -> list[Device]:
    """Add the simulator's account and return its devices in Home Assistant."""
    api = home_assistant.api
    entry_id = await add_linked_account(api, simulator)
    devices = (await simulator.state())["devices"]
    expected = {device["name"] for device in devices if device["visible"]}

    async def all_devices() -> list[Device] | None:
        home_assistant.process.require_running()
        found = await get_devices(api, entry_id)
        return found if expected <= {device.name for device in found} else None

    return await wait_until(all_devices, "Home Assistant shows all devices", within=60)


async def _serve(home_assistant: RealHomeAssistant, simulator: RealSimulator) -> None:
    """Run until one of the two ends, and restart Home Assistant when it asks for it.

    Raises:
        HarnessError: Home Assistant or the simulator ended.
    """
    simulator_ended = asyncio.create_task(simulator.process.wait())
    try:
        while True:
            home_assistant_ended = asyncio.create_task(home_assistant.process.wait())
            await asyncio.wait(
                (simulator_ended, home_assistant_ended),
                return_when=asyncio.FIRST_COMPLETED,
            )
            simulator.process.require_running()
            if home_assistant_ended.result() != RESTART_EXIT_STATUS:
                home_assistant.process.require_running()
            await home_assistant.restart()
    finally:
        simulator_ended.cancel()


def _print_urls(home_assistant: RealHomeAssistant, simulator: RealSimulator) -> None:
    """Print the URLs and the login."""
    login = home_assistant.login
    print(
        f"\n  Home Assistant  {home_assistant.url}"
        f"\n  Login           {login.username} / {login.password}"
        f"\n  Simulator       {simulator.panel_url}\n",
        flush=True,
    )


def _print_devices(devices: Sequence[Device]) -> None:
    """Print each device and whether it is available."""
    width = max(len(device.name) for device in devices)
    for device in sorted(devices, key=lambda device: device.name):
        state = "available" if device.available else "unavailable"
        print(f"  {device.name:{width}}  {state}", flush=True)


def _print_logs(home_assistant: RealHomeAssistant, simulator: RealSimulator) -> None:
    """Print the last lines of both logs."""
    for process in home_assistant.process, simulator.process:
        if process.lines:
            print(f"\n--- {process.name}: last lines of the log ---", file=sys.stderr)
            print(process.tail(), file=sys.stderr)


def _remove_folder(folder: Path) -> None:
    """Remove a folder, and its parent folder if that is empty."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent.is_dir() and not any(folder.parent.iterdir()):
        folder.parent.rmdir()


async def _run_until_signal(args: argparse.Namespace) -> None:
    """Run, and stop in order on SIGINT, SIGTERM or SIGHUP."""
    task = asyncio.create_task(develop(once=args.once, keep=args.keep))
    signaled = False

    def stop() -> None:
        nonlocal signaled
        # A second Ctrl-C must not interrupt the cleanup.
        if not signaled:
            signaled = True
            task.cancel()

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signum, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not signaled:
            raise


def main(argv: Sequence[str] | None = None) -> int:
    """Run script/develop and return its exit status."""
    args = parse_arguments(argv)
    try:
        asyncio.run(_run_until_signal(args))
    except HarnessError as err:
        print(f"\nscript/develop: {err}", file=sys.stderr)
        return 1
    except aiohttp.ClientError as err:
        print(
            f"\nscript/develop: Home Assistant does not answer: {err!r}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
