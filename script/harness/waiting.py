"""Waits for something to become true, which is what a real system needs."""

import asyncio
from collections.abc import Awaitable, Callable
import time

from .errors import HarnessError


async def eventually[T](
    check: Callable[[], Awaitable[T | None]],
    what: str,
    *,
    within: float = 30,
    every: float = 0.1,
) -> T:
    """Return the first result of a check that is neither none, false nor empty.

    Args:
        check: Asked again and again.
        what: What is waited for, as the error shall name it.
        within: Seconds until it is given up.
        every: Seconds between two checks.

    Raises:
        HarnessError: It didn't happen in time.
    """
    deadline = time.monotonic() + within
    while True:
        if result := await check():
            return result
        if time.monotonic() > deadline:
            raise HarnessError(f"{what}: not within {within:g} s")
        await asyncio.sleep(every)
