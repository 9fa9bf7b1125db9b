"""The configuration folder of a real Home Assistant."""

from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
from typing import Any

from .checkout import BLUEPRINTS, COMPONENTS, DOMAIN
from .ports import HOST

# Home Assistant sets up much by itself; this is what talking to it needs besides.
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
    # what is missing on a machine for development, and isn't needed there
    aiohttp_fast_zlib: error
    haffmpeg: fatal
    homeassistant.components.camera.img_util: fatal
    homeassistant.loader: error
    homeassistant.requirements: error
"""
# And this is what its pages need: with the default page, history and logbook, and
# automations that are made there and notify phones. Without my-links, a sign-in on
# another's page comes back here straight, which needs no internet.
_PAGES = """\
automation: !include automations.yaml
frontend:
history:
logbook:
media_source:
mobile_app:
recorder:
  commit_interval: 1
"""


def write_configuration(folder: Path, port: int, *, pages: bool) -> None:
    """Write what a first start needs into a folder, unless it had one already.

    Everything but the first user is there, so that nothing is asked.

    Args:
        folder: The configuration.
        port: Where Home Assistant listens.
        pages: Whether somebody is to look at its pages.
    """
    storage = folder / ".storage"
    if storage.exists():
        return
    storage.mkdir(parents=True)
    yaml = _CORE.format(url=f"http://{HOST}:{port}")
    if pages:
        yaml += _PAGES
        (folder / "automations.yaml").write_text("[]\n")
        shutil.copytree(BLUEPRINTS, folder / "blueprints")
    (folder / "configuration.yaml").write_text(yaml)
    # A symbolic link: a change in the checkout needs a restart and nothing else.
    (folder / "custom_components").symlink_to(COMPONENTS)
    _store(storage, "http", 2, 2, _http(port))
    # The step for the core's settings would set up services of the internet.
    _store(
        storage,
        "onboarding",
        4,
        1,
        {"done": ["core_config", "analytics", "integration"]},
    )


def _http(port: int) -> dict[str, Any]:
    """Return the server's settings as ones that were confirmed.

    Written in YAML they would be on trial: five minutes later Home Assistant would
    take them back and restart.
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
