"""Responses to requests that a fault applies to."""

from collections.abc import Awaitable, Callable
import socket
import struct

from aiohttp import web
import orjson

from .faults import Fault, FaultBody
from .media_errors import MediaError, is_media_path, media_error_response
from .responses import (
    DEVICE_OFFLINE_ERROR,
    error_object,
    html_response,
    json_response,
    reason_phrase,
)

HUGE_BODY_SIZE = 32 * 1024 * 1024
_SLOW_CHUNK_SIZE = 16
_HUGE_CHUNK_SIZE = 64 * 1024

# with this socket option, closing sends RST instead of FIN
_LINGER_RESET = struct.pack("ii", 1, 0)


class _UnfinishedResponse(web.StreamResponse):
    """A response that doesn't end, on a connection that stays open."""

    @property
    def keep_alive(self) -> bool:
        return True

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing; the server then behaves as if the whole body were sent."""


def replacement_response(
    fault: Fault, status: int, path: str, request_id: str, now: float
) -> web.Response:
    """Return the response that replaces the cloud's.

    Args:
        fault: The fault.
        status: Status of the response.
        path: Path of the request, as the endpoints have different errors.
        request_id: ID of the request.
        now: Epoch seconds.
    """
    if fault.body is FaultBody.DEVICE_OFFLINE:
        return json_response({"errors": [DEVICE_OFFLINE_ERROR]}, status=status)
    if path == "/oauth/token":
        return json_response(_oauth_error(status), status=status)
    if is_media_path(path):
        return media_error_response(MediaError(status), request_id, now)
    return json_response({"errors": [error_object(status)]}, status=status)


def _oauth_error(status: int) -> dict[str, str]:
    refused = status in (400, 401, 403)
    return {
        "error": "invalid_grant" if refused else "temporarily_unavailable",
        "error_description": "The provided grant is invalid, expired or revoked"
        if refused
        else reason_phrase(status),
    }


async def apply_fault(
    request: web.Request,
    fault: Fault,
    response: web.StreamResponse,
    sleep: Callable[[float], Awaitable[None]],
) -> web.StreamResponse:
    """Apply the body and the headers of a fault to a response.

    Args:
        request: The request.
        fault: The fault.
        response: The cloud's response or its replacement.
        sleep: Waits for a number of seconds.

    Returns:
        The changed response; slow, huge and unfinished ones are already sent.
    """
    if fault.body is FaultBody.RESET:
        _reset(request)
        return response
    if fault.body is FaultBody.HTML:
        response = html_response(
            response.status, f"{response.status} {reason_phrase(response.status)}"
        )
    elif fault.body is FaultBody.EMPTY:
        response = web.Response(status=response.status)
    elif fault.body is FaultBody.WRONG_TYPE:
        wrong = {"data": "surprise", "included": 7, "errors": "none", "meta": []}
        response = json_response(wrong, status=response.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    response.headers.update(fault.headers)

    body = _bytes(response)
    match fault.body:
        case FaultBody.TRUNCATED:
            return web.Response(
                body=body[: len(body) // 2],
                status=response.status,
                headers=_headers(response),
            )
        case FaultBody.HALF_CLOSED:
            unfinished = _UnfinishedResponse(
                status=response.status, headers=_headers(response)
            )
            unfinished.content_length = max(len(body), 2)
            return await _send(request, unfinished, [body[: len(body) // 2]])
        case FaultBody.SLOW:
            slow = web.StreamResponse(
                status=response.status, headers=_headers(response)
            )
            chunks = [
                body[i : i + _SLOW_CHUNK_SIZE]
                for i in range(0, len(body), _SLOW_CHUNK_SIZE)
            ]
            return await _send(request, slow, chunks, sleep)
        case FaultBody.HUGE:
            huge = web.StreamResponse(
                status=response.status, headers=_headers(response)
            )
            start = orjson.dumps({"data": []})[:-1] + b',"padding":"'
            padding = [b"x" * _HUGE_CHUNK_SIZE] * (HUGE_BODY_SIZE // _HUGE_CHUNK_SIZE)
            return await _send(request, huge, [start, *padding, b'"}'])
        case _:
            return response


def _bytes(response: web.StreamResponse) -> bytes:
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else b""


def _headers(response: web.StreamResponse) -> dict[str, str]:
    """Return the headers without the length, which changes with the body."""
    return {
        name: value
        for name, value in response.headers.items()
        if name.lower() != "content-length"
    }


def _reset(request: web.Request) -> None:
    if (transport := request.transport) is None:
        return
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
    transport.abort()


async def _send(
    request: web.Request,
    response: web.StreamResponse,
    chunks: list[bytes],
    sleep: Callable[[float], Awaitable[None]] | None = None,
) -> web.StreamResponse:
    """Send the chunks, with a pause of one second after each if ``sleep`` is given."""
    try:
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            if sleep is not None:
                await sleep(1)
    except ConnectionError:
        # such a fault is meant to make the client close the connection
        return response
    return response
