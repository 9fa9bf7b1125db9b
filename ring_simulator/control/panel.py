"""Static files of the panel."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from ring_simulator.simulator import Simulator

_FILES = Path(__file__).parent.parent / "panel"


def add_routes(app: web.Application, _simulator: Simulator) -> None:
    """Add the routes."""
    app.router.add_get("", _serve("index.html"))
    for name in ("panel.css", "panel.js", "console.js", "media.js", "dom.js"):
        app.router.add_get(f"/{name}", _serve(name))


def _serve(name: str) -> Handler:
    async def handler(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / name)

    return handler
