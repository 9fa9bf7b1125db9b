"""Web pages on which a person installs a Ring app or allows a sign-in.

They replace the Ring Appstore and Ring's account pages, but don't look like them.
"""

from aiohttp import web

from ring_simulator.simulator import Simulator

from . import appstore, authorize, page


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the pages."""
    appstore.add_routes(app, simulator)
    authorize.add_routes(app, simulator)
    page.add_routes(app)
