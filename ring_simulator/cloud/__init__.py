"""The endpoints of Ring's cloud, a module for each area."""

from typing import TYPE_CHECKING

from aiohttp import web

from . import chimes, devices, history, integrations, oauth, subscriptions, users

if TYPE_CHECKING:
    from ring_simulator.simulator import Simulator

_AREAS = (oauth, integrations, users, devices, history, subscriptions, chimes)


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Add the routes of every area."""
    for area in _AREAS:
        area.add_routes(app, sim)
