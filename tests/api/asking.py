"""A request to ask for, and what goes wrong with it."""

from typing import Any

from custom_components.ring_partner.api.session import Request
from ring_simulator import Fault

from .cloud import Cloud

ME = Request("GET", "/v1/users/me")


def fail(cloud: Cloud, status: int | None = None, **fault: Any) -> None:
    cloud.simulator.faults.clear()
    cloud.simulator.faults.add(Fault(status=status, **fault))
