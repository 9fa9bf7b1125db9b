"""Calls blocking functions in a thread."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from homeassistant.core import HomeAssistant


async def async_call_blocking[*Ts, T](
    hass: HomeAssistant, call: Callable[[*Ts], T], *args: *Ts
) -> T:
    """Call a blocking function in a thread and return its result.

    A thread cannot be interrupted: also if the caller is canceled, this ends after the
    function, so that the caller does not close what the function still uses.
    """
    job = hass.async_add_executor_job(call, *args)
    try:
        return await asyncio.shield(job)
    except asyncio.CancelledError:
        while not job.done():
            # The caller can be canceled again meanwhile.
            with suppress(asyncio.CancelledError):
                await asyncio.wait([job])
        raise
