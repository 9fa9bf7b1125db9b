"""The checkout: its manifest, and the files that git tracks."""

import json
from pathlib import Path
import subprocess
from typing import Any

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "ring_partner"
MANIFEST = INTEGRATION / "manifest.json"


class PublishingError(Exception):
    """A command cannot be carried out; the message says why."""


def git(*arguments: str) -> str:
    """Run git in the checkout and return its output."""
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def tracked_files(folder: Path = ROOT) -> list[Path]:
    """Return the files that git tracks in a folder, sorted."""
    names = git("ls-files", "-z", "--", str(folder)).split("\0")
    return sorted(ROOT / name for name in names if name)


def read_manifest() -> dict[str, Any]:
    """Return the content of manifest.json."""
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text())
    return manifest
