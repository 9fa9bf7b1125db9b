"""Paths of the checkout, and the integration's domain."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
NEXT_VENV = ROOT / ".venv-next"
OLDEST_VENV = ROOT / ".venv-oldest"
COMPONENTS = ROOT / "custom_components"
BLUEPRINTS = ROOT / "blueprints"
ARTIFACTS = ROOT / "artifacts"
DOMAIN = "ring_partner"
