"""Requests that the simulated cloud sends to Ring apps, and its background tasks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp
from aiohttp.resolver import ThreadedResolver
from yarl import URL

TIMEOUT = 5
"""Seconds that Ring waits for a response (API reference, 3.1)."""

type Post = Callable[[URL, bytes, Mapping[str, str]], Awaitable[int | None]]
"""Posts a body with headers; returns the status, or None without a response."""


class Outbound:
    """Posts to the servers of Ring apps, and keeps the background tasks."""

    def __init__(self, post: Post | None = None) -> None:
        """Create the client without opening a connection.

        Args:
            post: Sends the requests; an aiohttp client by default.
        """
        self._post = post
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def post(
        self, url: URL, body: bytes, headers: Mapping[str, str]
    ) -> int | None:
        """Post a body; return the status, or None without a response within 5 s."""
        if self._post is not None:
            return await self._post(url, body, headers)
        try:
            async with self._get_session().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return response.status
        except aiohttp.ClientError, TimeoutError:
            return None

    def create_task(self, target: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Create a background task, which is canceled when the application ends."""
        task = asyncio.get_running_loop().create_task(target)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def wait_until_done(self) -> None:
        """Wait until all tasks have ended."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Cancel the tasks and close the connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _get_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # no connection stays open between events
                connector=aiohttp.TCPConnector(
                    force_close=True, resolver=ThreadedResolver()
                ),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session
