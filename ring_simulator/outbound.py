"""The requests that the simulated cloud sends, and the tasks that send them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp
from aiohttp.resolver import ThreadedResolver
from yarl import URL

TIMEOUT = 5
"""Seconds that Ring waits for an answer (API reference, 3.1)."""

type Post = Callable[[URL, bytes, Mapping[str, str]], Awaitable[int | None]]
"""Posts a body with headers; returns the status, none if no answer came in time."""


class Outbound:
    """Posts to the servers of apps; its tasks end with the application."""

    def __init__(self, post: Post | None = None) -> None:
        """Start without a connection.

        Args:
            post: Sends a request in place of a real client.
        """
        self._post = post
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def post(
        self, url: URL, body: bytes, headers: Mapping[str, str]
    ) -> int | None:
        """Post a body and return the status, none if no answer came in 5 s."""
        if self._post is not None:
            return await self._post(url, body, headers)
        try:
            async with self._client().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status
        except aiohttp.ClientError, TimeoutError:
            return None

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let work go on in the background until the application ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> None:
        """Wait until all tasks have ended by themselves."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """End the tasks and close the connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # every connection is closed after use: nothing lingers between events
                connector=aiohttp.TCPConnector(
                    force_close=True, resolver=ThreadedResolver()
                ),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session
