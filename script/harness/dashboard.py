"""The example dashboard of the documentation, in Home Assistant."""

from typing import Final

import yaml

from .api import HomeAssistantApi
from .const import ROOT

EXAMPLE: Final = ROOT / "docs" / "example_dashboard.yaml"
URL_PATH: Final = "ring-household"


async def add_example_dashboard(api: HomeAssistantApi) -> None:
    """Add the dashboard, and open it first.

    Raises:
        HarnessError: Home Assistant refuses the dashboard.
    """
    await api.websocket_command(
        "lovelace/dashboards/create",
        url_path=URL_PATH,
        title="Ring household",
        icon="mdi:doorbell-video",
    )
    await api.websocket_command(
        "lovelace/config/save",
        url_path=URL_PATH,
        config=yaml.safe_load(EXAMPLE.read_text()),
    )
    await api.websocket_command(
        "frontend/set_system_data", key="core", value={"default_panel": URL_PATH}
    )
