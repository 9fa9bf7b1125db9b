"""Base class of Home Assistant and the simulator, each a process with an HTTP API."""

from collections.abc import Awaitable, Callable
from typing import override

import aiohttp

from .process import ChildProcess
from .startable import Startable
from .wait import wait_until


class Server(Startable):
    """A child process, and the HTTP session of its client.

    Attributes:
        process: The child process.
    """

    def __init__(self, process: ChildProcess, *, grace: float) -> None:
        """Prepare a server.

        Args:
            process: The child process, not started yet.
            grace: Seconds that it gets to stop before it is killed.
        """
        self.process = process
        self._grace = grace
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session; only while the server runs."""
        if self._session is None:
            raise RuntimeError(f"{self.process.name} is not running")
        return self._session

    @override
    async def start(self) -> None:
        """Start the process and open the HTTP session.

        Subclasses then wait until the server is ready.

        Raises:
            HarnessError: The process cannot be started.
        """
        await self.process.start()
        self._session = aiohttp.ClientSession()

    @override
    async def stop(self) -> None:
        """Shut the server down."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self.process.stop(self._grace)

    async def kill(self) -> None:
        """End the process at once; data that it has not written to disk is lost."""
        await self.process.kill()
        await self.stop()

    async def _wait_until(
        self, check: Callable[[], Awaitable[bool]], description: str, within: float
    ) -> None:
        """Wait until a check is true, and fail at once if the process ends."""

        async def running_and_true() -> bool:
            self.process.require_running()
            return await check()

        await wait_until(running_and_true, description, within=within)
