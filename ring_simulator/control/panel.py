"""The panel: one plain page and its files."""

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from ring_simulator.pipeline import Handler

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

_FILES = Path(__file__).parent.parent / "panel"


def add_routes(app: web.Application, _sim: Simulator) -> None:
    """Add the routes of this area."""
    app.router.add_get("", _serve("index.html"))
    for name in ("panel.css", "panel.js", "console.js", "dom.js"):
        app.router.add_get(f"/{name}", _serve(name))


def _serve(name: str) -> Handler:
    async def handler(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / name)

    return handler
