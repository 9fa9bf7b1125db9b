"""An event loop whose time only passes when a test says so."""

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
import heapq
from itertools import count
from typing import Any, cast


class ManualEventLoop:
    """The part of an event loop that tasks, futures and asyncio's timeouts need.

    Callbacks run in the order in which they were scheduled. Timers run at exactly their
    time; those with the same time in the order in which they were created. There is no
    input or output, so that no result depends on the machine.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._soon: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = count()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._self = cast(asyncio.AbstractEventLoop, self)
        self.errors: list[dict[str, Any]] = []

    def spawn[T](self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task, and run until all tasks wait."""
        task = self.create_task(coroutine)
        self.settle()
        return task

    def run[T](self, function: Callable[[], T]) -> T:
        """Call a function as a callback, and run until all tasks wait."""
        results: list[T] = []
        self.call_soon(lambda: results.append(function()))
        self.settle()
        return results[0]

    def settle(self) -> None:
        """Run until all tasks wait, without advancing the time."""
        events._set_running_loop(self._self)
        try:
            while self._soon:
                handle = self._soon.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            events._set_running_loop(None)

    def advance(self, seconds: float) -> None:
        """Advance the time, and run the timers that are due."""
        end = self._now + seconds
        self.settle()
        while self._timers and self._timers[0][0] <= end:
            self._now = max(self._now, self._timers[0][0])
            # All timers that are due run in the same step, as in any event loop.
            while self._timers and self._timers[0][0] <= self._now:
                self._soon.append(heapq.heappop(self._timers)[2])
            self.settle()
        self._now = max(self._now, end)

    def stall(self, seconds: float) -> None:
        """Advance the time without running timers, as if the loop were blocked."""
        self._now += seconds

    def cancel_all(self) -> None:
        """Cancel all tasks."""
        for task in tuple(self._tasks):
            self.call_soon(task.cancel)
        self.settle()

    def next_timer(self) -> float:
        """Return the time of the next timer, or the current time without one."""
        timers = (when for when, _, timer in self._timers if not timer.cancelled())
        return min(timers, default=self._now)

    def left_over(self) -> int:
        """Return the number of tasks and timers."""
        timers = sum(not timer.cancelled() for _, _, timer in self._timers)
        return timers + len(self._tasks)

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return events._get_running_loop() is self._self

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self._self)

    def create_task[T](
        self, coro: Coroutine[Any, Any, T], **kwargs: Any
    ) -> asyncio.Task[T]:
        task = asyncio.Task(coro, loop=self._self, **kwargs)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def call_soon(
        self,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self._self, context)
        self._soon.append(handle)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self._self, context)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Ignore the cancellation: `advance` removes the timer when it is due."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.errors.append(context)
