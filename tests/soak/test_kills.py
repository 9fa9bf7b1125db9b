"""The files of an account after its process was killed at any moment.

After `kill -9`, each file has what was written before or what was being written, and
nothing in between. Power failures are another matter: what the system has not written
to the disk yet is lost then.

The account stays linked unless the process is killed between Ring's answer with the new
tokens and the write of them to disk, a few milliseconds later. The tokens that Ring has
replaced are on disk then.
"""

import asyncio
from collections import Counter
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

from aiohttp.test_utils import TestServer
import pytest
from pytest_socket import socket_allow_hosts

from ring_simulator import Simulator, create_app
from ring_simulator.tokens import Token, TokenKind

from ..link_flow_driver import linked_data
from .killed_process import Note, Task, Value, notes, run
from .profile import Profile

PROFILE = Profile.from_environment()
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload([run.__module__])

MAX_DELAY = 0.15
"""Most seconds from the start of the writing to the kill."""
DURING_START = 0.1
"""Share of the processes that are killed while they start."""


class Kills:
    """Processes of an account that are killed one after the other.

    Attributes:
        counts: what happened how often.
    """

    def __init__(
        self, simulator: Simulator, server: TestServer, folder: Path, random: Random
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._simulator = simulator
        self._server = server
        self._folder = folder
        self._random = random
        self._data: dict[str, Any] | None = linked_data(simulator, simulator.account)
        self._possible: dict[str, set[Value]] = {}
        """What can be in each file: what was written last, or was being written."""

    async def run_process(self, *, killed: bool = True) -> None:
        """Run a process, kill it, and check what it has found when it started."""
        newest = self._tokens(TokenKind.REFRESH)[-2:]
        was_used = self._was_used(self._tokens(TokenKind.ACCESS)[-1])
        journal = self._folder / f"journal_{self.counts['processes']}"
        process = PROCESSES.Process(target=run, args=(self._task(journal, killed),))
        process.start()
        try:
            if killed:
                await self._wait_for_moment(process, journal)
                process.kill()
            await asyncio.to_thread(process.join)
        finally:
            process.kill()
        # Another one has failed by itself.
        assert process.exitcode in (0, -SIGKILL)
        await self._wait_for_disconnect()
        self.counts["processes"] += 1
        noted = notes(journal)
        self._check_files(noted)
        self._check_token(noted, newest, was_used=was_used)

    def _task(self, journal: Path, writes: bool) -> Task:  # noqa: FBT001
        client = self._simulator.client
        return Task(
            str(self._folder),
            str(journal),
            str(self._server.make_url("/")),
            client.client_id,
            client.client_secret,
            self._data,
            writes,
        )

    async def _wait_for_moment(self, process: BaseProcess, journal: Path) -> None:
        """Wait for a random moment, in the time of the other process."""
        if self._random.random() < DURING_START:
            await asyncio.sleep(self._random.uniform(0, MAX_DELAY))
            return
        ready = "ready", "token", None
        while process.is_alive() and ready not in notes(journal):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await asyncio.sleep(self._random.uniform(0, MAX_DELAY))

    async def _wait_for_disconnect(self) -> None:
        """Wait until Ring has handled the last requests of the process."""
        assert self._server.handler is not None
        while self._server.handler.connections:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0)

    def _check_files(self, noted: list[Note]) -> None:
        for what, name, value in noted:
            possible = self._possible.setdefault(name, {None})
            match what:
                case "found" if name != "token":
                    assert value in possible, (name, value, possible)
                    self._possible[name] = {value}
                    self.counts["files read"] += 1
                case "begin":
                    possible.add(value)
                case "done":
                    self._possible[name] = {value}
                    self.counts["files written"] += 1

    def _check_token(
        self, noted: list[Note], newest: list[Token], *, was_used: bool
    ) -> None:
        """Check that the process had the newest tokens.

        Args:
            noted: its notes.
            newest: the last two refresh tokens of Ring before its start.
            was_used: whether the last access token was used before its start.
        """
        found = {(what, name): value for what, name, value in noted}
        stored = found.get(("found", "token"))
        if ("ready", "token") in found:
            assert stored == newest[-1].value
            self._data = None
        elif ("lost", "token") in found:
            # The last one was killed between Ring's answer and the write to disk.
            assert not was_used
            assert stored == newest[-2].value
            self.counts["killed before the new tokens were on disk"] += 1
            self._data = linked_data(self._simulator, self._simulator.account)
        else:
            # Killed before Ring has answered.
            assert stored in {None, *(token.value for token in newest)}
            self.counts["killed during the start"] += 1

    def _tokens(self, kind: TokenKind) -> list[Token]:
        return [t for t in self._simulator.tokens.all() if t.kind is kind]

    def _was_used(self, access: Token) -> bool:
        return any(r.token == access.label for r in self._simulator.requests)


@pytest.fixture
def sockets(socket_enabled: None) -> None:
    """Allow connections to the simulator, and to the server that forks processes."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.mark.timeout(60 + 3 * PROFILE.kills)
async def test_files_are_complete_and_the_account_is_linked(
    sockets: None, tmp_path: Path
) -> None:
    print(f"\nscript/soak --kills {PROFILE.kills} --seed {PROFILE.seed}")
    random = Random(PROFILE.seed)
    simulator = Simulator(random=random)
    server = TestServer(create_app(simulator))
    await server.start_server()
    kills = Kills(simulator, server, tmp_path, random)
    try:
        for _ in range(PROFILE.kills):
            await kills.run_process()
        await kills.run_process(killed=False)
    finally:
        await server.close()
    for name, count in kills.counts.items():
        print(f"{count:>10}  {name}")
    assert kills.counts["files written"] > PROFILE.kills
