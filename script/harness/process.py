"""A child process whose output is captured."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
import contextlib
import os
from pathlib import Path
import signal

from .errors import HarnessError

type LineListener = Callable[[str], None]

_KEPT_LINES = 20_000
# A line can contain a whole JSON document.
_MAX_LINE_BYTES = 8 * 1024 * 1024


class ChildProcess:
    """A child process in its own process group.

    Ctrl-C in a terminal signals the whole foreground process group. In its own group
    the child is stopped by this class only, together with its own children.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        listener: LineListener | None = None,
    ) -> None:
        """Prepare a process.

        Args:
            name: Its name in messages.
            command: The program and its arguments.
            cwd: Its working directory.
            env: Environment variables, in addition to those of this process.
            listener: Called with every line of its output.
        """
        self.name = name
        self.lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._command = [str(part) for part in command]
        self._cwd = cwd
        self._env = {**os.environ, **(env or {})}
        self._listener = listener
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the process has been started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def exit_status(self) -> int | None:
        """The exit status, or None while the process runs."""
        return None if self._process is None else self._process.returncode

    async def start(self) -> None:
        """Start the process, for the first time or again.

        Raises:
            HarnessError: The program cannot be started.
        """
        self.lines.clear()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._cwd,
                env=self._env,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=STDOUT,
                limit=_MAX_LINE_BYTES,
                start_new_session=True,
            )
        except OSError as err:
            raise HarnessError(f"{self.name} cannot be started: {err}") from None
        self._reader = asyncio.create_task(self._read(self._process))

    async def wait(self) -> int:
        """Wait until the process has ended and return its exit status.

        Raises:
            HarnessError: The process was never started.
        """
        if self._process is None:
            raise HarnessError(f"{self.name} was not started")
        return await self._process.wait()

    async def stop(self, grace: float = 20) -> None:
        """Terminate the process, and kill its process group after a grace period.

        Args:
            grace: Seconds to wait for the process to end by itself.
        """
        if self.running and self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), grace)
        await self.kill()

    async def kill(self) -> None:
        """Kill the process and its process group at once."""
        if self._process is None:
            return
        # Other processes of the group, such as installers, can outlive the program.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        if self._reader is not None:
            await self._reader

    def require_running(self) -> None:
        """Check that the process has not ended.

        Raises:
            HarnessError: It has ended. A note contains the end of its output.
        """
        if not self.running:
            error = HarnessError(
                f"{self.name} ended with exit status {self.exit_status}"
            )
            error.add_note(self.tail())
            raise error

    def tail(self, count: int = 40) -> str:
        """Return the last lines of the output."""
        return "\n".join(list(self.lines)[-count:])

    async def _read(self, process: Process) -> None:
        if process.stdout is None:
            return
        async for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.lines.append(line)
            if self._listener is not None:
                self._listener(line)
