"""Frozen time that moves on by itself whenever the event loop has nothing to do.

The loop would wait for the next timer. Here, the frozen time moves to that timer
instead. Sockets, timeouts and pauses are real, and a day takes seconds.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
import math
from random import Random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

MAX_JOB_TIME = 0.05
"""Most seconds that a blocking function takes, such as one that writes a file."""


class VirtualTime:
    """Replaces what an event loop waits for: timers and threads.

    Blocking functions run in a thread at once. Their results arrive after a random
    time, so that other things happen meanwhile, in the same order in each run.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        freezer: FrozenDateTimeFactory,
        random: Random,
    ) -> None:
        self._loop = loop
        self._freezer = freezer
        self._random = random
        self._threads = ThreadPoolExecutor(1)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let the time of the loop be virtual until the end of the block."""
        selector = self._loop._selector  # type: ignore[attr-defined]
        poll = selector.select

        def select(timeout: float | None = None) -> Any:
            events = poll(0)
            if events or timeout is None or timeout <= 0:
                return events
            self._freezer.tick(timedelta(microseconds=math.ceil(timeout * 1e6)))
            return poll(0)

        with self._threads, pytest.MonkeyPatch.context() as patch:
            # The frozen time has whole microseconds.
            patch.setattr(self._loop, "_clock_resolution", 1e-6)
            patch.setattr(selector, "select", select)
            patch.setattr(self._loop, "run_in_executor", self._run_in_executor)
            yield

    def _run_in_executor(
        self, _executor: Executor | None, function: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        job = self._threads.submit(function, *args)
        wait([job])
        result: asyncio.Future[Any] = self._loop.create_future()

        def deliver() -> None:
            if result.cancelled():
                return
            if (error := job.exception()) is not None:
                result.set_exception(error)
            else:
                result.set_result(job.result())

        self._loop.call_later(self._random.uniform(0, MAX_JOB_TIME), deliver)
        return result
