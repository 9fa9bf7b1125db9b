"""A program that is started, listened to, and stopped for sure."""

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
# One line may hold a whole JSON document.
_LONGEST_LINE = 8 * 1024 * 1024


class Child:
    """A program in a process group of its own.

    Ctrl-C in a terminal reaches the whole foreground group; a group of its own lets
    whoever started the program decide when it ends, and end its children with it.
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
        """Describe the program.

        Args:
            name: What people call it.
            command: The program and its arguments.
            cwd: The folder it runs in.
            env: Set besides the environment of this process.
            listener: Gets every line of its output.
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
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def exit_status(self) -> int | None:
        """Its exit status, or none while it runs."""
        return None if self._process is None else self._process.returncode

    async def start(self) -> None:
        """Start it, for the first time or again.

        Raises:
            HarnessError: It can't be started.
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
                limit=_LONGEST_LINE,
                start_new_session=True,
            )
        except OSError as err:
            raise HarnessError(f"{self.name} can't be started: {err}") from None
        self._reader = asyncio.create_task(self._read(self._process))

    async def wait(self) -> int:
        """Wait until it has ended and return its exit status."""
        if self._process is None:
            raise HarnessError(f"{self.name} was not started")
        return await self._process.wait()

    async def stop(self, grace: float = 20) -> None:
        """Ask it to end; end it, and all that it started, after a while in seconds."""
        if self.running and self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), grace)
        await self.kill()

    async def kill(self) -> None:
        """End it at once with all that it started, as a power cut would."""
        if self._process is None:
            return
        # the group may outlive the program: installers that it ran, for example
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        if self._reader is not None:
            await self._reader

    def require_running(self) -> None:
        """Raise HarnessError, with the end of its output as a note, if it has ended."""
        if not self.running:
            error = HarnessError(f"{self.name} has ended, status {self.exit_status}")
            error.add_note(self.tail())
            raise error

    def tail(self, count: int = 40) -> str:
        """Return the last lines of its output."""
        return "\n".join(list(self.lines)[-count:])

    async def _read(self, process: Process) -> None:
        if process.stdout is None:
            return
        async for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.lines.append(line)
            if self._listener is not None:
                self._listener(line)
