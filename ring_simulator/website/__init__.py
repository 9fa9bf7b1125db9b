"""Ring's own pages, on which people install an app or allow a sign-in.

They stand in for the Ring Appstore and for Ring's account pages, and look like neither.
"""

from typing import TYPE_CHECKING

from aiohttp import web

from . import appstore, authorize, page

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the pages."""
    appstore.add_routes(app, sim)
    authorize.add_routes(app, sim)
    page.add_routes(app)
