"""Polling until a condition is true."""

import asyncio
from collections.abc import Awaitable, Callable
import time

from .errors import HarnessError


async def wait_until[T](
    check: Callable[[], Awaitable[T | None]],
    description: str,
    *,
    within: float = 30,
    every: float = 0.1,
) -> T:
    """Call a check repeatedly and return its first true result.

    Args:
        check: Function to call.
        description: What is waited for, as a sentence for the error message.
        within: Seconds until the wait fails.
        every: Seconds between two calls.

    Raises:
        HarnessError: The result was not true in time.
    """
    deadline = time.monotonic() + within
    while True:
        if result := await check():
            return result
        if time.monotonic() > deadline:
            raise HarnessError(f"{description}: not within {within:g} s")
        await asyncio.sleep(every)
