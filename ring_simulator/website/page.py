"""The frame of every page."""

from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from ring_simulator.control import guard
from ring_simulator.control.fields import BadInputError
from ring_simulator.pipeline import Handler

_FILES = Path(__file__).parent
_FRAME = Template((_FILES / "frame.html").read_text())


def add_routes(app: web.Application) -> None:
    """Add the style sheet of the pages."""

    async def style(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "website.css")

    app.router.add_get("/account/website.css", style)


def template(name: str) -> Template:
    """Return the part of a page that is its own."""
    return Template((_FILES / name).read_text())


def page(title: str, body: str, *, status: int = 200) -> web.Response:
    """Return a page; the body is HTML already."""
    return web.Response(
        text=_FRAME.substitute(title=escape(title), body=body),
        status=status,
        content_type="text/html",
        headers={"Cache-Control": "no-store"},
    )


def wrong(message: str, *, status: int = 400) -> web.Response:
    """Return the page that Ring shows when something can't be done."""
    body = f'<h1 data-testid="wrong">Something went wrong</h1><p>{escape(message)}</p>'
    return page("Something went wrong", body, status=status)


def guarded(handler: Handler) -> Handler:
    """Let only people at this machine use a page."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            guard.check(request)
        except BadInputError as err:
            return wrong(str(err), status=err.status)
        return await handler(request)

    return answer
