"""How a fault's answer leaves the server: late, cut, dripping, or not at all."""

from collections.abc import Awaitable, Callable
import socket
import struct

from aiohttp import web
import orjson

from .answers import OFFLINE, error_object, html, json_answer, phrase
from .faults import Body, Fault

HUGE = 32 * 1024 * 1024
_PIECE = 16
_CHUNK = 64 * 1024

# closing with this option makes the kernel send RST instead of FIN
_LINGER_RESET = struct.pack("ii", 1, 0)


class _Unfinished(web.StreamResponse):
    """A response whose end never comes, on a connection that stays open."""

    @property
    def keep_alive(self) -> bool:
        return True

    async def write_eof(self, data: bytes = b"") -> None:
        """Leave the body as it is: the server then waits, as if all were sent."""


def replacement(fault: Fault, status: int, path: str) -> web.Response:
    """Return the answer that a fault gives in place of the cloud's."""
    if fault.body is Body.DEVICE_OFFLINE:
        return json_answer({"errors": [OFFLINE]}, status=status)
    if path == "/oauth/token":
        return json_answer(_oauth_error(status), status=status)
    return json_answer({"errors": [error_object(status)]}, status=status)


def _oauth_error(status: int) -> dict[str, str]:
    refused = status in (400, 401, 403)
    return {
        "error": "invalid_grant" if refused else "temporarily_unavailable",
        "error_description": "The provided grant is invalid, expired or revoked"
        if refused
        else phrase(status),
    }


async def deliver(
    request: web.Request,
    fault: Fault,
    answer: web.StreamResponse,
    sleep: Callable[[float], Awaitable[None]],
) -> web.StreamResponse:
    """Send an answer the way the fault wants it.

    Args:
        request: What is answered.
        fault: Its ``body`` and headers are applied.
        answer: The cloud's answer or the fault's replacement.
        sleep: Waits for so many seconds.
    """
    if fault.body is Body.RESET:
        _reset(request)
        return answer
    if fault.body is Body.HTML:
        answer = html(answer.status, f"{answer.status} {phrase(answer.status)}")
    elif fault.body is Body.EMPTY:
        answer = web.Response(status=answer.status)
    elif fault.body is Body.WRONG_TYPE:
        wrong = {"data": "surprise", "included": 7, "errors": "none", "meta": []}
        answer = json_answer(wrong, status=answer.status)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    answer.headers.update(fault.headers)

    body = _bytes(answer)
    match fault.body:
        case Body.TRUNCATED:
            return web.Response(
                body=body[: len(body) // 2],
                status=answer.status,
                headers=_headers(answer),
            )
        case Body.HALF_CLOSED:
            unfinished = _Unfinished(status=answer.status, headers=_headers(answer))
            unfinished.content_length = max(len(body), 2)
            return await _send(request, unfinished, [body[: len(body) // 2]])
        case Body.SLOW:
            slow = web.StreamResponse(status=answer.status, headers=_headers(answer))
            pieces = [body[i : i + _PIECE] for i in range(0, len(body), _PIECE)]
            return await _send(request, slow, pieces, sleep)
        case Body.HUGE:
            huge = web.StreamResponse(status=answer.status, headers=_headers(answer))
            start = orjson.dumps({"data": []})[:-1] + b',"padding":"'
            filling = [b"x" * _CHUNK] * (HUGE // _CHUNK)
            return await _send(request, huge, [start, *filling, b'"}'])
        case _:
            return answer


def _bytes(answer: web.StreamResponse) -> bytes:
    body = answer.body if isinstance(answer, web.Response) else None
    return body if isinstance(body, bytes) else b""


def _headers(answer: web.StreamResponse) -> dict[str, str]:
    """Return the headers without the length, which no longer fits."""
    return {
        name: value
        for name, value in answer.headers.items()
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
    pieces: list[bytes],
    sleep: Callable[[float], Awaitable[None]] | None = None,
) -> web.StreamResponse:
    """Send the pieces, a second apart if there is a sleep."""
    try:
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            if sleep is not None:
                await sleep(1)
    except ConnectionError:
        # the client had enough; that is what such a fault is for
        return response
    return response
