"""HTTP responses in the formats of Ring's API (API reference, 4)."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
import orjson

from .timestamps import iso

TITLES = {
    400: "Bad Request",
    401: "Invalid Client",
    403: "Out of Scope Access",
    404: "Not Found",
    429: "Rate Limit Exceeded",
    503: "Service Unavailable",
}

DETAILS = {
    401: "The access token is invalid or has expired",
    403: "The token does not allow this",
    404: "The requested resource was not found",
    429: "Too many requests, please retry after 60 seconds",
    500: "An unexpected error occurred",
    503: "The service is temporarily unavailable",
}

DEVICE_OFFLINE_ERROR = {
    "status": "503",
    "title": "Device Unavailable",
    "detail": "Device is currently offline",
}


class ApiError(Exception):
    """An error response of the API with a JSON body."""

    def __init__(self, status: int, detail: str | None = None, **members: Any) -> None:
        """Create the error.

        Args:
            status: HTTP status.
            detail: Member ``detail``; by default the usual one of the status.
            members: Further members of the error object, such as ``title``.
        """
        super().__init__(status)
        self.status = status
        self.error = error_object(status, detail) | members

    def response(self) -> web.Response:
        """Return the response."""
        return json_response({"errors": [self.error]}, status=self.status)


class EmptyBodyError(ApiError):
    """An error response of the API with an empty body."""

    def response(self) -> web.Response:
        """Return the response."""
        return web.Response(status=self.status)


def error_object(status: int, detail: str | None = None) -> dict[str, Any]:
    """Return an error object for the member ``errors``."""
    title = TITLES.get(status) or reason_phrase(status)
    return {
        "status": str(status),
        "title": title,
        "detail": detail or DETAILS.get(status, title),
    }


def reason_phrase(status: int) -> str:
    """Return the reason phrase of a status, or ``Unknown Error``."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Error"


def json_response(
    body: object, *, status: int = 200, charset: str | None = None
) -> web.Response:
    """Return a JSON response with the content type ``application/json``."""
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        charset=charset,
    )


def document(data: object, now: float, **members: Any) -> dict[str, Any]:
    """Return a JSON:API document.

    Args:
        data: Member ``data``.
        now: Epoch seconds for ``meta.time``.
        members: Further top-level members, such as ``links``.
    """
    return {"meta": {"time": iso(now)}, "data": data, **members}


def html_response(status: int, title: str) -> web.Response:
    """Return the HTML error page of a proxy in front of Ring."""
    return web.Response(
        status=status,
        content_type="text/html",
        charset="utf-8",
        text=(
            "<!DOCTYPE html><html><head><title>"
            f"{title}</title></head><body><h1>{title}</h1>"
            "<hr><center>cloudflare</center></body></html>"
        ),
    )
