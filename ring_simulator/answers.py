"""Answers in the form that Ring gives them (API reference, 4)."""

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

OFFLINE = {
    "status": "503",
    "title": "Device Unavailable",
    "detail": "Device is currently offline",
}


class ApiError(Exception):
    """An answer of the API that is an error."""

    def __init__(self, status: int, detail: str | None = None, **members: Any) -> None:
        """Make the error; further members (title, code, …) join the JSON object."""
        super().__init__(status)
        self.status = status
        self.error = error_object(status, detail) | members

    def answer(self) -> web.Response:
        """Return the response."""
        return json_answer({"errors": [self.error]}, status=self.status)


class EmptyError(ApiError):
    """An answer of the API that is an error without a body, as Ring often gives."""

    def answer(self) -> web.Response:
        """Return the response."""
        return web.Response(status=self.status)


def error_object(status: int, detail: str | None = None) -> dict[str, Any]:
    """Return the member of ``errors`` for a status."""
    title = TITLES.get(status) or phrase(status)
    return {
        "status": str(status),
        "title": title,
        "detail": detail or DETAILS.get(status, title),
    }


def phrase(status: int) -> str:
    """Return the reason phrase of a status, also of one that HTTP doesn't know."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Error"


def json_answer(
    body: object, *, status: int = 200, charset: str | None = None
) -> web.Response:
    """Return JSON, served as ``application/json`` as Ring does."""
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        charset=charset,
    )


def document(data: object, now: float, **members: Any) -> dict[str, Any]:
    """Return a JSON:API document with the time (epoch seconds) in ``meta``."""
    return {"meta": {"time": iso(now)}, "data": data, **members}


def html(status: int, title: str) -> web.Response:
    """Return the page that a proxy in front of Ring answers with."""
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
