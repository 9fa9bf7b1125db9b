"""The files that are checked."""

from collections.abc import Iterator
import json
from pathlib import Path, PurePosixPath
import subprocess
from typing import Any

import yaml

INTEGRATION = PurePosixPath("custom_components/ring_partner")


class Tree:
    """The files that git tracks or would track; paths are relative to its root."""

    def __init__(self, root: Path) -> None:
        """List the files."""
        command = ["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE)
        names = filter(None, listed.stdout.decode().split("\0"))
        self.root = root
        self.paths = [PurePosixPath(n) for n in names if (root / n).is_file()]

    def text(self, path: PurePosixPath) -> str:
        """Return a file's text; an empty one if the file is missing."""
        return (self.root / path).read_text() if path in self.paths else ""

    def document(self, path: PurePosixPath) -> dict[str, Any]:
        """Return a JSON or YAML object; an empty one if the file is missing."""
        load = json.loads if path.suffix == ".json" else yaml.safe_load
        return load(self.text(path) or "{}") or {}

    def values(self, path: PurePosixPath) -> dict[str, str]:
        """Return the values of an object by their dotted keys."""
        return dict(_flat(self.document(path)))


def _flat(document: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, str(value)
