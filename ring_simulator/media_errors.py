"""Errors of the endpoints for pictures and clips (API reference, 2.8)."""

from aiohttp import web

from .responses import ApiError, json_response
from .timestamps import iso

_CODES = {
    400: "INVALID_PAYLOAD",
    401: "UNAUTHORIZED",
    403: "REQUEST_FORBIDDEN",
    404: "DEVICE_NOT_FOUND",
    416: "MEDIA_NOT_FOUND",
    422: "CORRUPT_RECORDING",
    425: "RECORDING_NOT_READY",
    500: "INTERNAL_ERROR",
    503: "SERVER_BUSY",
}
_PATHS = ("/media/image/download", "/media/video/download", "/media/download")


class MediaError(ApiError):
    """An error response with the ``code`` that the media endpoints add.

    Attributes:
        retry_after: Seconds for the ``Retry-After`` header; 0 for no header.
    """

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        code: str | None = None,
        pointer: str | None = None,
        retry_after: int = 0,
    ) -> None:
        """Create the error.

        Args:
            status: HTTP status.
            detail: Member ``detail``; by default the usual one of the status.
            code: Member ``code``; by default the usual one of the status.
            pointer: Member of the request's body that is wrong.
            retry_after: Seconds for the ``Retry-After`` header; 0 for no header.
        """
        super().__init__(status, detail)
        del self.error["title"]
        if code := code or _CODES.get(status):
            self.error["code"] = code
        if pointer is not None:
            self.error["source"] = {"pointer": pointer}
        self.retry_after = retry_after


def is_media_path(path: str) -> bool:
    """Return whether a path is one of the media endpoints or of the pre-signed URLs."""
    return path.endswith(_PATHS)


def media_error_response(
    error: MediaError, request_id: str, now: float
) -> web.Response:
    """Return the response of an error.

    Args:
        error: The error.
        request_id: ``id`` of the error, as in the header ``x-request-id``.
        now: Epoch seconds for ``meta.timestamp``.
    """
    body = {"id": request_id, **error.error, "meta": {"timestamp": iso(now)}}
    response = json_response({"errors": [body]}, status=error.status)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
