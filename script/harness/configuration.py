"""Home Assistant's configuration folder."""

from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
from typing import Any

from .const import BLUEPRINTS, COMPONENTS, DOMAIN
from .ports import HOST

# Integrations that the REST and WebSocket APIs need.
_CORE = f"""\
homeassistant:
  name: Home
  internal_url: "{{url}}"
  external_url: "{{url}}"
  latitude: 52.37
  longitude: 4.90
  elevation: 0
  time_zone: Europe/Amsterdam
  unit_system: metric
  currency: EUR
  country: NL
  language: en
config:
webhook:
logger:
  default: warning
  logs:
    custom_components.{DOMAIN}: debug
    # Libraries that development machines lack and the tests do not need
    aiohttp_fast_zlib: error
    haffmpeg: fatal
    homeassistant.components.camera.img_util: fatal
    homeassistant.loader: error
    homeassistant.requirements: error
"""
# Integrations for the frontend: the default dashboard, history, logbook, and
# automations that notify phones. The integration `my` is left out: without it, an OAuth
# sign-in redirects to this Home Assistant directly, which works without internet.
_FRONTEND = """\
automation: !include automations.yaml
frontend:
history:
logbook:
media_source:
mobile_app:
recorder:
  commit_interval: 1
"""


_ICE_SERVER = """\
web_rtc:
  ice_servers:
    url: "{url}"
"""


def write_configuration(
    folder: Path, port: int, *, frontend: bool, ice_server: str | None = None
) -> None:
    """Write the configuration for Home Assistant's first start.

    The onboarding is complete except for the first user. If the folder has custom
    integrations, they are used instead of that of this checkout. A folder that Home
    Assistant has used before is not changed.

    Args:
        folder: Configuration folder.
        port: Port that Home Assistant listens on.
        frontend: Whether to set up the frontend.
        ice_server: URL of a STUN server, in place of Home Assistant's on the internet.
    """
    storage = folder / ".storage"
    if storage.exists():
        return
    storage.mkdir(parents=True)
    yaml = _CORE.format(url=f"http://{HOST}:{port}")
    if ice_server is not None:
        yaml += _ICE_SERVER.format(url=ice_server)
    if frontend:
        yaml += _FRONTEND
        (folder / "automations.yaml").write_text("[]\n")
        shutil.copytree(BLUEPRINTS, folder / "blueprints")
    (folder / "configuration.yaml").write_text(yaml)
    components = folder / "custom_components"
    if not components.exists():
        # With a symbolic link, a restart is enough to load changes of the checkout.
        components.symlink_to(COMPONENTS)
    _store(storage, "http", 2, 2, _http(port))
    # Onboarding's step `core_config` would set up integrations that need the internet.
    _store(
        storage,
        "onboarding",
        4,
        1,
        {"done": ["core_config", "analytics", "integration"]},
    )


def _http(port: int) -> dict[str, Any]:
    """Return the stored settings of the HTTP server.

    Home Assistant treats settings from YAML as unconfirmed: it reverts them after five
    minutes and restarts.
    """
    return {
        "stable": {
            "server_host": [HOST],
            "server_port": port,
            "cors_allowed_origins": [],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": False,
            "ssl_profile": "modern",
            "use_x_frame_options": True,
            "created_at": datetime.now(UTC).isoformat(),
            "error": None,
            "error_message": None,
        },
        "pending": None,
        "yaml_migration_done": True,
    }


def _store(
    storage: Path, key: str, version: int, minor_version: int, data: dict[str, Any]
) -> None:
    document = {
        "version": version,
        "minor_version": minor_version,
        "key": key,
        "data": data,
    }
    (storage / key).write_text(json.dumps(document, indent=2))
