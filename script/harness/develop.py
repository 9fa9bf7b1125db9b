"""script/develop: the simulator, and Home Assistant set up against it."""

import argparse
import asyncio
from collections.abc import Sequence
import os
from pathlib import Path
import shutil
import signal
import sys

import aiohttp

from .account import add_playground_account
from .checkout import ROOT
from .devices import ShownDevice, shown_devices
from .errors import HarnessError
from .home_assistant import RESTART_STATUS, RealHomeAssistant
from .log import Console
from .ports import chosen_port
from .simulator import RealSimulator
from .waiting import eventually

_BLUE, _MAGENTA = 34, 35


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="script/develop",
        description="Runs Home Assistant with the integration of this checkout, set "
        "up against a simulator of Ring's cloud.",
        epilog="Ports: HASS_PORT (8123) and SIMULATOR_PORT (8125); 0 takes a free one.",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="list the devices when they are there, and stop",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep Home Assistant's configuration folder, to look into it",
    )
    return parser.parse_args(argv)


class Development:
    """Home Assistant and the simulator, started together and stopped together."""

    def __init__(self) -> None:
        """Prepare both.

        Raises:
            HarnessError: A port is taken.
        """
        simulator_port = chosen_port(os.environ, "SIMULATOR_PORT", 8125)
        port = chosen_port(os.environ, "HASS_PORT", 8123)
        console = Console(sys.stderr)
        # a folder for each port, so that two can run side by side
        self.folder = ROOT / ".develop" / str(port)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.simulator = RealSimulator(
            port=simulator_port,
            listener=lambda line: console.write("simulator", _MAGENTA, line),
        )
        self.home_assistant = RealHomeAssistant(
            self.folder,
            port=port,
            env=self.simulator.environment,
            listener=lambda line: console.write("home assistant", _BLUE, line),
        )

    async def start(self) -> list[ShownDevice]:
        """Start both, add the integration, and return its devices.

        Raises:
            HarnessError: Something doesn't work.
        """
        await self.simulator.start()
        await self.home_assistant.start()
        api = self.home_assistant.api
        entry_id = await add_playground_account(api, self.simulator)
        devices = (await self.simulator.state())["devices"]
        expected = {device["name"] for device in devices if device["visible"]}

        async def there() -> list[ShownDevice] | None:
            self.home_assistant.child.require_running()
            shown = await shown_devices(api, entry_id)
            return shown if expected <= {device.name for device in shown} else None

        return await eventually(there, "Home Assistant shows all devices", within=60)

    def announce(self) -> None:
        """Say where everything is."""
        login = self.home_assistant.login
        print(
            f"\n  Home Assistant  {self.home_assistant.url}"
            f"\n  Login           {login.username} / {login.password}"
            f"\n  Simulator       {self.simulator.panel}\n",
            flush=True,
        )

    def tell_last_lines(self) -> None:
        """Show how the logs end."""
        for child in self.home_assistant.child, self.simulator.child:
            if child.lines:
                print(f"\n--- {child.name}: the last lines ---", file=sys.stderr)
                print(child.tail(), file=sys.stderr)

    async def serve(self) -> None:
        """Run until one of them ends; a restart asked for in Home Assistant is done.

        Raises:
            HarnessError: One of them ended by itself.
        """
        simulator = asyncio.create_task(self.simulator.child.wait())
        try:
            while True:
                home_assistant = asyncio.create_task(self.home_assistant.child.wait())
                await asyncio.wait(
                    (simulator, home_assistant), return_when=asyncio.FIRST_COMPLETED
                )
                self.simulator.child.require_running()
                if home_assistant.result() != RESTART_STATUS:
                    self.home_assistant.child.require_running()
                await self.home_assistant.restart()
        finally:
            simulator.cancel()

    async def stop(self, *, keep: bool) -> None:
        """Stop both and remove what was made."""
        await self.home_assistant.stop()
        await self.simulator.stop()
        if keep:
            print(f"Home Assistant's configuration is in {self.folder}")
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        if _is_empty(self.folder.parent):
            self.folder.parent.rmdir()


async def develop(args: argparse.Namespace) -> None:
    """Run until stopped, or with ``--once`` until the devices are there."""
    development = Development()
    try:
        devices = await development.start()
        development.announce()
        list_devices(devices)
        if not args.once:
            print("\n  Ctrl-C stops both.\n", flush=True)
            await development.serve()
    except HarnessError, aiohttp.ClientError:
        development.tell_last_lines()
        raise
    finally:
        await development.stop(keep=args.keep)


def list_devices(devices: Sequence[ShownDevice]) -> None:
    """Print each device and whether it is available."""
    width = max(len(device.name) for device in devices)
    for device in sorted(devices, key=lambda device: device.name):
        state = "available" if device.available else "unavailable"
        print(f"  {device.name:{width}}  {state}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    args = arguments(argv)
    try:
        asyncio.run(_until_signalled(args))
    except HarnessError as err:
        print(f"\nscript/develop: {err}", file=sys.stderr)
        return 1
    except aiohttp.ClientError as err:
        print(
            f"\nscript/develop: Home Assistant doesn't answer: {err!r}", file=sys.stderr
        )
        return 1
    return 0


async def _until_signalled(args: argparse.Namespace) -> None:
    work = asyncio.create_task(develop(args))
    signalled = False

    def stop() -> None:
        nonlocal signalled
        # once: the second Ctrl-C must not interrupt the tidying up
        if not signalled:
            signalled = True
            work.cancel()

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signum, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not signalled:
            raise


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


if __name__ == "__main__":
    sys.exit(main())
