"""Endpoints of Ring's API, with a module for each group."""

from aiohttp import web

from ring_simulator.simulator import Simulator

from . import (
    app_integrations,
    chimes,
    devices,
    history,
    live_view,
    media,
    oauth,
    subscriptions,
    users,
)

_MODULES = (
    oauth,
    app_integrations,
    users,
    devices,
    history,
    media,
    live_view,
    subscriptions,
    chimes,
)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    """Add the routes of all endpoints."""
    for module in _MODULES:
        module.add_routes(app, simulator)
