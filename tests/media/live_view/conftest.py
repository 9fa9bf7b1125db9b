"""Fixtures of the tests of live views."""

from collections.abc import AsyncIterator

from aioice import ice
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ring_partner.api import Resilience, RetryPolicy

from .viewer import Viewer


@pytest.fixture
def resilience() -> Resilience:
    """Return the shared resilience with the real time, which media need."""
    return Resilience(retry_policy=RetryPolicy(random=lambda: 0.0))


@pytest.fixture
async def viewer(
    loaded_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Viewer]:
    """Open a page with an account that is set up."""
    # Home Assistant's harness replaces the addresses of this machine.
    monkeypatch.setattr(ice, "get_host_addresses", lambda **_: ["127.0.0.1"])
    viewer = Viewer(await hass_ws_client())
    yield viewer
    await viewer.peer.close()
