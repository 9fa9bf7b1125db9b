"""Sends a request once and reads its response up to a maximum size."""

from contextlib import suppress
from typing import Final

import aiohttp

from .errors import CommunicationError, ResponseError

MAX_RESPONSE_SIZE: Final = 4 * 1024 * 1024
"""Maximum size of a response body in bytes."""

CONNECTION_ERRORS: Final = (aiohttp.ClientError, TimeoutError, OSError)
"""Exceptions that a broken connection raises."""


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
    try:
        return await handler(request)
    except CONNECTION_ERRORS as error:
        raise communication_error(error) from None


async def read_body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body of a response.

    Raises:
        ResponseError: The body is larger than MAX_RESPONSE_SIZE.
    """
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > MAX_RESPONSE_SIZE:
            raise ResponseError(
                f"Ring's response is larger than {MAX_RESPONSE_SIZE} bytes",
                status=response.status,
            )
        chunks.append(chunk)
    return b"".join(chunks)


async def read_error_body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body of an error response, or nothing if it can't be read.

    The status decides which error it is: a body that is incomplete or too large must
    not turn a 401 or a 429 into another error.
    """
    with suppress(*CONNECTION_ERRORS, ResponseError):
        return await read_body(response)
    return b""
