"""The simulator of Ring's cloud as a program of its own, and its remote control."""

from collections.abc import Mapping
import sys
from typing import Any, override

import aiohttp

from .checkout import ROOT
from .child import Child, LineListener
from .errors import HarnessError
from .ports import HOST, free_port
from .running import Running
from .waiting import eventually


class RealSimulator(Running):
    """A running simulator.

    Every method of the remote control raises HarnessError when the simulator refuses.
    """

    def __init__(
        self, *, port: int | None = None, listener: LineListener | None = None
    ) -> None:
        """Prepare a simulator on a port of 127.0.0.1; on a free one by default."""
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.panel = f"{self.url}/_simulator"
        self.child = Child(
            "The simulator",
            [sys.executable, "-m", "ring_simulator", "--port", str(self.port)],
            cwd=ROOT,
            env={"PYTHONUNBUFFERED": "1"},
            listener=listener,
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What makes the integration take the simulator for Ring's cloud."""
        return {
            "RING_PARTNER_API_URL": self.url,
            "RING_PARTNER_OAUTH_URL": self.url,
        }

    @override
    async def start(self, within: float = 30) -> None:
        """Start it and wait until it answers.

        Raises:
            HarnessError: It ended, or doesn't answer in time.
        """
        await self.child.start()
        self._session = aiohttp.ClientSession()

        async def answers() -> bool:
            self.child.require_running()
            try:
                return bool(await self.state())
            except aiohttp.ClientError:
                return False

        await eventually(answers, "The simulator answers", within=within)

    @override
    async def stop(self) -> None:
        """Stop it."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self.child.stop(grace=5)

    async def state(self) -> dict[str, Any]:
        """Return all that its panel shows."""
        state: dict[str, Any] = await self._control("GET", "state")
        return state

    async def reset(self) -> None:
        """Go back to the household of the start; apps and tokens stay."""
        await self._control("POST", "reset")

    async def issue_playground_token(self) -> str:
        """Return a new token as the Developer Playground issues it."""
        answer = await self._control("POST", "tokens/playground", {})
        return str(answer["token"])

    async def device(self, name: str) -> dict[str, Any]:
        """Return the device of this name."""
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

    async def behave(self, **changes: Any) -> None:
        """Choose how Ring answers, for example ``access_token_lifetime=600``."""
        await self._control("PATCH", "behaviour", changes)

    async def app(self) -> dict[str, Any]:
        """Return the app of the developer console, with its secrets and addresses."""
        app: dict[str, Any] = (await self.state())["clients"][0]
        return app

    async def change_app(self, **changes: Any) -> None:
        """Change the app in the developer console, for example ``webhook_url=…``."""
        app = await self.app()
        await self._control("PATCH", f"clients/{app['client_id']}", changes)

    async def install(self) -> str:
        """Install the app and return where Ring sends the browser."""
        answer = await self._control("POST", "linking/install", {})
        return str(answer["redirect_url"])

    async def uninstall(self) -> None:
        """Remove the app, as a person does in the Ring app."""
        await self._control("POST", "linking/uninstall", {})

    async def add_fault(self, **fault: Any) -> str:
        """Add a fault, for example ``status=500``, and return its id."""
        return str((await self._control("POST", "faults", fault))["id"])

    async def clear_faults(self) -> None:
        """Remove all faults."""
        await self._control("DELETE", "faults")

    async def _control(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        if self._session is None:
            raise RuntimeError("The simulator was not started")
        async with self._session.request(
            method, f"{self.panel}/{path}", json=body
        ) as response:
            if response.status >= 400:
                raise HarnessError(
                    f"{method} {path}: {response.status} {await response.text()}"
                )
            return await response.json()
