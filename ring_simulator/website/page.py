"""Layout and access check of the pages."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web
from aiohttp.typedefs import Handler

from ring_simulator.account import Account
from ring_simulator.local_access import LocalAccessError, require_local_access

_FILES = Path(__file__).parent
_LAYOUT = Template((_FILES / "layout.html").read_text())


def add_routes(app: web.Application) -> None:
    """Add the style sheet of the pages."""

    async def style(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "website.css")

    app.router.add_get("/account/website.css", style)


def template(name: str) -> Template:
    """Return the template of a page's content."""
    return Template((_FILES / name).read_text())


def page(title: str, body: str, *, status: int = 200) -> web.Response:
    """Return a page.

    Args:
        title: Title as text.
        body: Content as HTML.
        status: HTTP status.
    """
    return web.Response(
        text=_LAYOUT.substitute(title=escape(title), body=body),
        status=status,
        content_type="text/html",
        headers={"Cache-Control": "no-store"},
    )


def error_page(message: str, *, status: int = 400) -> web.Response:
    """Return Ring's error page (API reference, 1.5)."""
    body = f'<h1 data-testid="error">Something went wrong</h1><p>{escape(message)}</p>'
    return page("Something went wrong", body, status=status)


def local_only(handler: Handler) -> Handler:
    """Return a handler that refuses requests from other machines and sites."""

    async def check_and_handle(request: web.Request) -> web.StreamResponse:
        try:
            require_local_access(request)
        except LocalAccessError as err:
            return error_page(str(err), status=403)
        return await handler(request)

    return check_and_handle


def account_options(accounts: Iterable[Account], selected: Account) -> str:
    """Return the accounts as HTML options of a select element."""
    return "".join(
        f'<option value="{escape(account.id)}"'
        f"{' selected' if account is selected else ''}>"
        f"{escape(account.first_name)} {escape(account.last_name)}, "
        f"{escape(account.email)}</option>"
        for account in accounts
    )
