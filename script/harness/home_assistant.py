"""A real Home Assistant in a folder of its own."""

from collections.abc import Mapping
from pathlib import Path
import secrets
from typing import override

import aiohttp

from .api import HomeAssistantApi, Login
from .checkout import VENV
from .child import Child, LineListener
from .configuration import write_configuration
from .log import LogRecord, records
from .ports import HOST, free_port
from .running import Running
from .waiting import eventually

# With this status Home Assistant asks for being started again.
RESTART_STATUS = 100

# Packages that have to be compiled, which takes a compiler and half a minute.
_STAND_INS = Path(__file__).parent / "without_voice"
_NOT_INSTALLED = "pymicro-vad,pyspeex-noise"


class RealHomeAssistant(Running):
    """Home Assistant as people run it, with the integration of this checkout.

    The folder outlives a stop, a kill and another start; whoever made it removes it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        venv: Path = VENV,
        env: Mapping[str, str] | None = None,
        pages: bool = True,
        listener: LineListener | None = None,
    ) -> None:
        """Prepare Home Assistant in an empty folder, or in one that it used before.

        Args:
            folder: Its configuration.
            port: The port of 127.0.0.1 it listens on; a free one by default.
            venv: The virtual environment that it is installed in.
            env: Set in its environment, such as the addresses of Ring's cloud.
            pages: Whether somebody is to look at its pages; without, it starts
                quicker.
            listener: Gets every line of its log.
        """
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.login = Login("developer", secrets.token_urlsafe(9))
        self.child = Child(
            "Home Assistant",
            [
                venv / "bin" / "python",
                venv / "bin" / "hass",
                "--config",
                folder,
                "--log-no-color",
                "--skip-pip-packages",
                _NOT_INSTALLED,
            ],
            cwd=folder,
            env={**(env or {}), "PYTHONPATH": str(_STAND_INS)},
            listener=listener,
        )
        self._session: aiohttp.ClientSession | None = None
        self._api: HomeAssistantApi | None = None
        write_configuration(folder, self.port, pages=pages)

    @property
    def api(self) -> HomeAssistantApi:
        """The signed-in client; only after the start."""
        if self._api is None:
            raise RuntimeError("Home Assistant was not started")
        return self._api

    @override
    async def start(self, within: float = 180) -> None:
        """Start it and wait until its start is complete and the user is signed in.

        Args:
            within: Seconds. The first start installs packages; later ones take six.

        Raises:
            HarnessError: It ended, or isn't ready in time.
        """
        await self.child.start()
        if self._session is None:
            self._session = aiohttp.ClientSession()
        api = self._api = HomeAssistantApi(self._session, self.url, self.login)

        async def answers() -> bool:
            self.child.require_running()
            return await api.answers()

        async def running() -> bool:
            self.child.require_running()
            return await api.running()

        await eventually(answers, "Home Assistant answers", within=within)
        await api.sign_in()
        await eventually(running, "Home Assistant's start is complete", within=within)

    @override
    async def stop(self) -> None:
        """Stop it in order, as a shutdown does."""
        await self._end(cut=False)

    async def kill(self) -> None:
        """End it at once, as a power cut does; what it didn't write is lost."""
        await self._end(cut=True)

    async def restart(self) -> None:
        """Stop it in order and start it again."""
        await self.stop()
        await self.start()

    def log(self, logger: str = "", *levels: str) -> list[LogRecord]:
        """Return the log since the last start.

        Args:
            logger: Only of this logger and those below it.
            levels: Only of these levels; of all by default.
        """
        return [
            record
            for record in records(self.child.lines)
            if (not levels or record.level in levels)
            and (not logger or f"{record.logger}.".startswith(f"{logger}."))
        ]

    def stored(self, key: str) -> str:
        """Return what Home Assistant keeps on disk under this key, or nothing yet."""
        file = self.folder / ".storage" / key
        return file.read_text() if file.exists() else ""

    async def _end(self, *, cut: bool) -> None:
        if cut:
            # before anything of ours that might take time
            await self.child.kill()
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self.child.stop()
