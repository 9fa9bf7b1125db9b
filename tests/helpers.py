"""Functions that several tests use."""

from collections.abc import Awaitable, Callable

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import (
    async_get_persistent_notifications,
)

from ring_simulator import SimDevice, Simulator

type PassTime = Callable[[float], Awaitable[None]]

LIST_PATH = "/v1/devices"
POLL = 60.0


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return an entity's state, or fail."""
    state = hass.states.get(entity_id)
    assert state is not None, f"{entity_id} does not exist"
    return state.state


def states(hass: HomeAssistant, suffix: str) -> dict[str, str]:
    """Return the states of the entities whose ID ends with a suffix."""
    return {
        state.entity_id: state.state
        for state in hass.states.async_all()
        if state.entity_id.endswith(suffix)
    }


def poll_count(simulator: Simulator) -> int:
    """Return how often the device list was requested."""
    return sum(record.path == LIST_PATH for record in simulator.requests)


def history_read_count(simulator: Simulator, device: SimDevice | None = None) -> int:
    """Return how often the event history was requested."""
    return sum(
        record.path.startswith("/v1/history/")
        and (device is None or device.id in record.path)
        for record in simulator.requests
    )


def requested_paths(simulator: Simulator, since: int = 0) -> list[str]:
    """Return the requested paths, except for the event history's."""
    return [
        record.path
        for record in list(simulator.requests)[since:]
        if not record.path.startswith("/v1/history")
    ]


def token_statuses(simulator: Simulator) -> list[int | None]:
    """Return the status of each request to the token endpoint."""
    return [
        record.status for record in simulator.requests if record.path == "/oauth/token"
    ]


def repair_issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return the repair issues, without that of the camera that is encrypted."""
    return [
        issue
        for issue in ir.async_get(hass).issues.values()
        if issue.translation_key != "encrypted"
    ]


def notifications(hass: HomeAssistant) -> list[str]:
    """Return the titles of the notifications that are shown."""
    return [
        str(notification["title"])
        for notification in async_get_persistent_notifications(hass).values()
    ]
