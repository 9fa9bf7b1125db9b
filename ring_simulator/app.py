"""The web application of a simulator."""

from aiohttp import web

from . import cloud, control, website
from .middlewares import Middlewares
from .simulator import Simulator


def create_app(simulator: Simulator) -> web.Application:
    """Return the web application: Ring's API, Ring's pages, control API and panel.

    Its cleanup cancels the background tasks of the simulator.
    """
    app = web.Application()
    Middlewares(simulator).install(app)
    cloud.add_routes(app, simulator)
    website.add_routes(app, simulator)
    control.add_routes(app, simulator)

    async def close_outbound(_app: web.Application) -> None:
        await simulator.outbound.close()

    app.on_cleanup.append(close_outbound)
    return app
