"""Sending a request once, and reading its answer within bounds."""

from contextlib import suppress
from typing import Final

import aiohttp

from .errors import CommunicationError, ResponseError

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read at most."""

BROKEN: Final = (aiohttp.ClientError, TimeoutError, OSError)
"""How a connection fails."""


def unreachable(error: Exception) -> CommunicationError:
    """Return what a broken connection means.

    Only its kind is told: an exception's text can quote addresses and headers.
    """
    return CommunicationError(f"Ring could not be reached ({type(error).__name__})")


async def send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once; a middleware.

    aiohttp would send it again by itself after a reset, past limiter and policy.

    Raises:
        CommunicationError: the connection broke.

    """
    try:
        return await handler(request)
    except BROKEN as error:
        raise unreachable(error) from None


async def read_body(answer: aiohttp.ClientResponse) -> bytes:
    """Read a body, but never more than MAX_BODY.

    Raises:
        ResponseError: there is more.

    """
    chunks, size = [], 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
        if size > MAX_BODY:
            raise ResponseError(
                f"Ring's answer is larger than {MAX_BODY} bytes", status=answer.status
            )
        chunks.append(chunk)
    return b"".join(chunks)


async def read_explanation(answer: aiohttp.ClientResponse) -> bytes:
    """Read the body of a failure, or nothing if it doesn't come whole.

    The status alone says what it means: an endless, cut or silent body must not
    make something else of a 401 or a 429.
    """
    with suppress(*BROKEN, ResponseError):
        return await read_body(answer)
    return b""
