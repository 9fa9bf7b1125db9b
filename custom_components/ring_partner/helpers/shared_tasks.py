"""Requests that several callers make at the same time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..api import RingError


class SharedTasks[K, T]:
    """Runs one task for all who need the same result at the same time."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, name: str) -> None:
        """Set up without tasks.

        Args:
            hass: Home Assistant.
            entry: the account; its tasks are canceled when it is unloaded.
            name: name of the tasks.

        """
        self._hass = hass
        self._entry = entry
        self._name = name
        self._tasks: dict[K, asyncio.Task[T]] = {}

    async def async_run(self, key: K, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return the result of the task for a key, which is started if none runs.

        Raises:
            RingError: the account was unloaded. Errors of the task are raised, too.

        """
        task = self._tasks.get(key) or self._async_start(key, start())
        # If one stops waiting, the others still get the result.
        await asyncio.wait([task])
        if task.cancelled():
            raise RingError("The account was unloaded")
        return task.result()

    @callback
    def _async_start(self, key: K, run: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = self._tasks[key] = self._entry.async_create_background_task(
            self._hass, run, self._name
        )

        @callback
        def finish(task: asyncio.Task[T]) -> None:
            del self._tasks[key]
            if not task.cancelled():
                # Nobody may be left who takes the exception.
                task.exception()

        task.add_done_callback(finish)
        return task
