"""The web application of a simulator."""

from aiohttp import web

from . import cloud, control, website
from .middlewares import Middlewares
from .simulator import Simulator


def create_app(simulator: Simulator) -> web.Application:
    """Return the web application: Ring's API, Ring's pages, control API and panel.

    Its startup also serves the pre-signed URLs on a port of their own. Its cleanup ends
    the live sessions and cancels the background tasks of the simulator.
    """
    app = web.Application()
    Middlewares(simulator).install(app)
    cloud.add_routes(app, simulator)
    website.add_routes(app, simulator)
    control.add_routes(app, simulator)

    async def close(_app: web.Application) -> None:
        await simulator.live_view.end_all()
        await simulator.outbound.close()

    app.cleanup_ctx.append(simulator.downloads.serve)
    app.on_cleanup.append(close)
    return app
