"""The simulator in its own process, and a client of its control API."""

from collections.abc import Mapping
import sys
from typing import Any, override

import aiohttp

from .const import ROOT
from .errors import HarnessError
from .ports import HOST, free_port
from .process import ChildProcess, LineListener
from .server import Server


class RealSimulator(Server):
    """A simulator of Ring's cloud in its own process.

    Every method of the control API raises HarnessError when the simulator refuses the
    request.

    Attributes:
        port: Port of 127.0.0.1 that the simulator listens on.
        url: URL of the simulated Ring cloud.
        panel_url: URL of the control panel and its API.
    """

    def __init__(
        self, *, port: int | None = None, listener: LineListener | None = None
    ) -> None:
        """Prepare a simulator.

        Args:
            port: Port of 127.0.0.1 to listen on; any free port by default.
            listener: Called with every line of its output.
        """
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.panel_url = f"{self.url}/_simulator"
        process = ChildProcess(
            "Simulator",
            [sys.executable, "-m", "ring_simulator", "--port", str(self.port)],
            cwd=ROOT,
            env={"PYTHONUNBUFFERED": "1"},
            listener=listener,
        )
        super().__init__(process, grace=5)

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that connect the integration to the simulator."""
        return {
            "RING_PARTNER_API_URL": self.url,
            "RING_PARTNER_OAUTH_URL": self.url,
        }

    @override
    async def start(self, within: float = 30) -> None:
        """Start the simulator and wait until it answers.

        Args:
            within: Seconds until the start fails.

        Raises:
            HarnessError: The simulator ended, or does not answer in time.
        """
        await super().start()
        await self._wait_until(self._is_reachable, "The simulator answers", within)

    async def state(self) -> dict[str, Any]:
        """Return the state that the control panel shows."""
        state: dict[str, Any] = await self._control("GET", "state")
        return state

    async def secrets(self) -> dict[str, str]:
        """Return the kinds of all secrets that were made, by value."""
        secrets: dict[str, str] = await self._control("GET", "secrets")
        return secrets

    async def reset(self) -> None:
        """Restore the household of the start; Ring apps and tokens are kept."""
        await self._control("POST", "reset")

    async def issue_playground_token(self) -> str:
        """Issue a Developer Playground token and return it."""
        answer = await self._control("POST", "tokens/playground", {})
        return str(answer["token"])

    async def device(self, name: str) -> dict[str, Any]:
        """Return the device with this name."""
        for device in (await self.state())["devices"]:
            if device["name"] == name:
                found: dict[str, Any] = device
                return found
        raise HarnessError(f"The simulator has no device {name}")

    async def add_device(self, kind: str, name: str) -> None:
        """Add a device, such as a ``doorbell``."""
        await self._control("POST", "devices", {"kind": kind, "name": name})

    async def change_device(self, name: str, /, **changes: Any) -> None:
        """Change a device, for example ``online=False``."""
        device = await self.device(name)
        await self._control("PATCH", f"devices/{device['id']}", changes)

    async def press(self, name: str) -> None:
        """Press the button of a doorbell."""
        device = await self.device(name)
        await self._control("POST", f"devices/{device['id']}/press", {})

    async def move(self, name: str, sub_type: str = "human") -> None:
        """Let a camera detect motion."""
        device = await self.device(name)
        body = {"sub_type": sub_type}
        await self._control("POST", f"devices/{device['id']}/motion", body)

    async def sensor_event(self, name: str, event_type: str) -> None:
        """Let a sensor send an event, such as ``flood_detected``."""
        device = await self.device(name)
        body = {"type": event_type}
        await self._control("POST", f"devices/{device['id']}/sensor-event", body)

    async def live_view(self) -> dict[str, Any]:
        """Return the live sessions, and the counts of those before."""
        live_view: dict[str, Any] = (await self.state())["live_view"]
        return live_view

    async def change_settings(self, **changes: Any) -> None:
        """Change settings, for example ``access_token_lifetime=600``."""
        await self._control("PATCH", "settings", changes)

    async def app(self) -> dict[str, Any]:
        """Return the Ring app in the developer console, with its secrets and URLs."""
        app: dict[str, Any] = (await self.state())["clients"][0]
        return app

    async def change_app(self, **changes: Any) -> None:
        """Change the Ring app in the console, for example ``webhook_url=…``."""
        app = await self.app()
        await self._control("PATCH", f"clients/{app['client_id']}", changes)

    async def install_app(self) -> str:
        """Install the Ring app and return the URL that Ring opens in the browser."""
        answer = await self._control("POST", "linking/install", {})
        return str(answer["redirect_url"])

    async def uninstall_app(self) -> None:
        """Remove the app, as a user does in Ring's mobile app."""
        await self._control("POST", "linking/uninstall", {})

    async def add_fault(self, **fault: Any) -> str:
        """Add a fault, for example ``status=500``, and return its ID."""
        return str((await self._control("POST", "faults", fault))["id"])

    async def clear_faults(self) -> None:
        """Remove all faults."""
        await self._control("DELETE", "faults")

    async def _is_reachable(self) -> bool:
        try:
            return bool(await self.state())
        except aiohttp.ClientError:
            return False

    async def _control(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        async with self.session.request(
            method, f"{self.panel_url}/{path}", json=body
        ) as response:
            if response.status >= 400:
                raise HarnessError(
                    f"{method} {path}: {response.status} {await response.text()}"
                )
            return await response.json()
