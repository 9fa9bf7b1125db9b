"""Sends a request once and reads its response up to a maximum size."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import aiohttp
from yarl import URL

from .errors import CommunicationError, ResponseError

MAX_RESPONSE_SIZE: Final = 4 * 1024 * 1024
"""Maximum size of a response body in bytes."""

IDLE_TIMEOUT: Final = 30.0
"""Seconds to wait for the next part of a streamed body."""

_STREAM_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_read=IDLE_TIMEOUT)

CONNECTION_ERRORS: Final = (aiohttp.ClientError, TimeoutError, OSError)
"""Exceptions that a broken connection raises."""


@dataclass(slots=True, eq=False)
class Response:
    """A response with its complete body, or with an open stream in place of it.

    Attributes:
        status: HTTP status.
        headers: Headers, case-insensitive.
        body: Complete body, empty if it is streamed.
        stream: Source of a streamed body, which has to be closed.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)  # contains pre-signed URLs
    body: bytes = field(default=b"", repr=False)
    stream: aiohttp.ClientResponse | None = field(default=None, repr=False)

    async def chunks(self, max_size: int) -> AsyncGenerator[bytes]:
        """Yield a streamed body in parts, in no particular sizes.

        Args:
            max_size: Maximum size of the body in bytes.

        Raises:
            CommunicationError: The connection broke, or nothing was received for
                IDLE_TIMEOUT seconds.
            ResponseError: The body is larger than `max_size`.
        """
        if self.stream is None:
            return
        failure: CommunicationError
        size = 0
        try:
            async for chunk in self.stream.content.iter_any():
                size += len(chunk)
                _check_size(size, max_size, self.status)
                yield chunk
        except CONNECTION_ERRORS as error:
            failure = communication_error(error)
        else:
            return
        raise failure from None

    def close(self) -> None:
        """Close the stream, if there is one."""
        if self.stream is not None:
            self.stream.close()


def communication_error(error: Exception) -> CommunicationError:
    """Return the RingError for a broken connection.

    It contains the type of the exception only: the text of the exception can contain
    URLs and headers.
    """
    return CommunicationError(f"Ring could not be reached ({type(error).__name__})")


async def send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request without aiohttp's own retry; an aiohttp middleware.

    aiohttp would send a request again after a connection reset, without limiter and
    retry policy.

    Raises:
        CommunicationError: The connection broke.
    """
    failure: CommunicationError
    try:
        return await handler(request)
    except CONNECTION_ERRORS as error:
        failure = communication_error(error)
    raise failure from None


async def send(
    websession: aiohttp.ClientSession,
    method: str,
    url: URL,
    *,
    within: float,
    max_size: int | None = None,
    streamed: bool = False,
    **options: Any,
) -> Response:
    """Send a request and return its response, whatever its status is.

    Args:
        websession: HTTP session that sends the request.
        method: HTTP method.
        url: URL to send it to. Redirects are not followed.
        within: Seconds for the whole exchange, or up to a streamed body.
        max_size: Maximum size of the body in bytes, by default MAX_RESPONSE_SIZE.
        streamed: Whether to leave the body of a successful response unread.
        options: Further options of `aiohttp.ClientSession.request`.

    Raises:
        CommunicationError: The connection broke, or it took too long.
        ResponseError: The body is larger than `max_size`.
    """
    failure: CommunicationError
    try:
        sent = websession.request(
            method,
            url,
            allow_redirects=False,
            timeout=_STREAM_TIMEOUT if streamed else _timeout(within),
            middlewares=(send_once,),
            **options,
        )
        response = await (asyncio.wait_for(sent, within) if streamed else sent)
        # `response.ok` would be true for redirects.
        successful = response.status < 300
        if streamed and successful:
            return Response(response.status, response.headers, stream=response)
        try:
            body = (
                await read_body(response, max_size)
                if successful
                else await read_error_body(response)
            )
        finally:
            response.release()
        return Response(response.status, response.headers, body)
    except CONNECTION_ERRORS as error:
        failure = communication_error(error)
    # Not raised as the consequence of an exception whose text can contain the URL.
    raise failure from None


async def read_body(
    response: aiohttp.ClientResponse, max_size: int | None = None
) -> bytes:
    """Return the body of a response.

    Raises:
        ResponseError: The body is larger than `max_size`, by default MAX_RESPONSE_SIZE.
    """
    limit = MAX_RESPONSE_SIZE if max_size is None else max_size
    content, chunks, size = response.content, [], 0
    while chunk := await content.readany():
        size += len(chunk)
        _check_size(size, limit, response.status)
        chunks.append(chunk)
    return b"".join(chunks)


async def read_error_body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body of an error response, or nothing if it can't be read.

    The status decides which error it is: a body that is incomplete or too large must
    not turn a 401 or a 429 into another error.
    """
    with suppress(*CONNECTION_ERRORS, ResponseError):
        async with asyncio.timeout(IDLE_TIMEOUT):
            return await read_body(response)
    return b""


@lru_cache(maxsize=8)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    """Return the timeout of a whole exchange, the same one for most requests."""
    return aiohttp.ClientTimeout(total=seconds)


def _check_size(size: int, max_size: int, status: int) -> None:
    if size > max_size:
        raise ResponseError(
            f"Ring's response is larger than {max_size} bytes", status=status
        )
