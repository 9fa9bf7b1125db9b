"""Home Assistant in its own process and folder."""

from collections.abc import Mapping
from pathlib import Path
import secrets
from typing import override

from .api import HomeAssistantApi, Login
from .configuration import write_configuration
from .const import VENV
from .log import LogRecord, parse_log
from .ports import HOST, free_port
from .process import ChildProcess, LineListener
from .server import Server

# Home Assistant ends with this exit status when it is to be started again.
RESTART_EXIT_STATUS = 100

# Packages that have to be compiled. That needs a compiler and takes half a minute, so
# they are replaced by empty ones.
FAKE_PACKAGES = Path(__file__).parent / "fake_packages"
_SKIPPED_PACKAGES = "pymicro-vad,pyspeex-noise"


class RealHomeAssistant(Server):
    """Home Assistant in its own process, with the integration of this checkout.

    The configuration folder is kept when Home Assistant is stopped, killed or
    restarted; the caller removes it.

    Attributes:
        folder: Configuration folder.
        port: Port of 127.0.0.1 that Home Assistant listens on.
        url: URL of Home Assistant, without a slash at the end.
        login: Username and password of the first user.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        venv: Path = VENV,
        env: Mapping[str, str] | None = None,
        frontend: bool = True,
        ice_server: str | None = None,
        listener: LineListener | None = None,
    ) -> None:
        """Prepare Home Assistant.

        Args:
            folder: Configuration folder, empty or used by Home Assistant before. If it
                has custom integrations, they are used instead of that of this checkout.
            port: Port of 127.0.0.1 to listen on; any free port by default.
            venv: Virtual environment in which Home Assistant is installed.
            env: Environment variables, such as the URLs of Ring's cloud.
            frontend: Whether to set up the frontend; the start is faster without it.
            ice_server: URL of a STUN server, in place of Home Assistant's on the
                internet.
            listener: Called with every line of the log.
        """
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.login = Login("developer", secrets.token_urlsafe(9))
        process = ChildProcess(
            "Home Assistant",
            [
                venv / "bin" / "python",
                venv / "bin" / "hass",
                "--config",
                folder,
                "--log-no-color",
                "--skip-pip-packages",
                _SKIPPED_PACKAGES,
            ],
            cwd=folder,
            env={**(env or {}), "PYTHONPATH": str(FAKE_PACKAGES)},
            listener=listener,
        )
        super().__init__(process, grace=20)
        self._api: HomeAssistantApi | None = None
        write_configuration(folder, self.port, frontend=frontend, ice_server=ice_server)

    @property
    def api(self) -> HomeAssistantApi:
        """The logged-in client; only after the start."""
        if self._api is None:
            raise RuntimeError("Home Assistant was not started")
        return self._api

    @override
    async def start(self, within: float = 180) -> None:
        """Start Home Assistant, wait until it is running, and log in.

        Args:
            within: Seconds until the start fails. The first start installs packages;
                later starts take about six seconds.

        Raises:
            HarnessError: Home Assistant ended, or is not running in time.
        """
        await super().start()
        api = self._api = HomeAssistantApi(self.session, self.url, self.login)
        await self._wait_until(api.is_reachable, "Home Assistant answers", within)
        await api.log_in()
        await self._wait_until(api.is_running, "Home Assistant is running", within)

    async def restart(self) -> None:
        """Shut Home Assistant down and start it again."""
        await self.stop()
        await self.start()

    def log(self, *levels: str) -> list[LogRecord]:
        """Return the log since the last start.

        Args:
            levels: Levels of the records to return; all levels by default.
        """
        return [
            record
            for record in parse_log(self.process.lines)
            if not levels or record.level in levels
        ]

    def read_storage(self, key: str) -> str:
        """Return the content of a file in ``.storage``, empty if there is none."""
        file = self.folder / ".storage" / key
        return file.read_text() if file.exists() else ""
